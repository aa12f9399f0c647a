package dev.minnow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.checkpoint.ExportType;
import dev.minnow.checkpoint.LoadedModel;
import dev.minnow.checkpoint.ModelExport;
import dev.minnow.memory.Tensor;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.ParameterSet;
import dev.minnow.model.ParameterTable;
import dev.minnow.model.Positions;
import dev.minnow.model.RotaryScaling;
import dev.minnow.tokenizer.BpeTrainer;
import dev.minnow.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * llama.cpp itself opens what Minnow exports, and both agree about tokens, the likeliest text and log-probabilities. Needs the Maven
 * profile {@code llama-cpp}, which brings llama.cpp.
 */
class LlamaCppCheck {
  private static final int CONTEXT = 64;
  private static final int VOCABULARY = 512;
  private static final List<String> PROMPTS = List.of("Minnow trains", "The model of a", " a tokenizer,\n", "Open formats. 123 caf\u00e9");

  @TempDir
  private Path folder;

  private static Tokenizer tokenizer(String pattern) {
    try {
      byte[] text = Files.readAllBytes(Path.of("README.md"));
      return new BpeTrainer(VOCABULARY).withPattern(pattern).train(documents -> documents.accept(text));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static LoadedModel random(ModelConfig config, Tokenizer tokenizer) {
    ParameterSet parameters = ParameterSet.initialized(new ParameterTable(config), 11);
    for (Tensor tensor : parameters.byName().values()) {
      for (long i = 0; tensor.rank() == 2 && i < tensor.elementCount(); i++) {
        // So large that the model is sure of something.
        tensor.setFloat(i, 6 * tensor.getFloat(i));
      }
    }
    return new LoadedModel(config, parameters, Optional.of(tokenizer));
  }

  static Stream<Arguments> models() {
    ModelConfig gpt2 = ModelConfig.gpt2(VOCABULARY, CONTEXT, 64, 2, 4);
    ModelConfig llama = ModelConfig.llama(VOCABULARY, CONTEXT, 64, 2, 4, 2).withTiedHead(false);
    ModelConfig scaled =
        new ModelConfig(
            VOCABULARY, CONTEXT, 64, 2, 4, 4, 16, 96, llama.norm(), 1e-6f,
            new Positions.Rotary(100, new RotaryScaling.Llama3(8, 1, 4, 32)), llama.activation(), false, true);
    return Stream.of(
        Arguments.of("gpt2", gpt2, "gpt2", ExportType.F32),
        Arguments.of("gpt2", gpt2, "gpt2", ExportType.Q8_0),
        Arguments.of("gpt2, head of its own", gpt2.withTiedHead(false), "qwen2", ExportType.F16),
        Arguments.of("llama, shared keys and values, head of its own", llama, "llama3", ExportType.F32),
        Arguments.of("llama, shared keys and values, head of its own", llama, "llama3", ExportType.Q8_0),
        Arguments.of("llama, scaled positions", scaled, "llama3", ExportType.F32),
        Arguments.of("llama, scaled positions", scaled, "llama3", ExportType.Q4_0));
  }

  /**
   * What may differ in nats. F32: rounding of sums in another order; and llama.cpp looks GELU up in a table of 16-bit floats. Quantized:
   * llama.cpp also rounds the activations that it multiplies with to 8 bits, and for F16 to 11.
   */
  private static double tolerance(ModelConfig config, ExportType type) {
    return switch (type) {
      case F32 -> config.activation() == ModelConfig.Activation.GELU ? 5e-3 : 1e-4;
      case F16 -> 2e-2;
      default -> 0.15;
    };
  }

  @ParameterizedTest(name = "{0}, {3}")
  @MethodSource("models")
  void llamaCppAgreesWithMinnow(String name, ModelConfig config, String pattern, ExportType type) {
    Path file = folder.resolve("model.gguf");
    try (LoadedModel model = random(config, tokenizer(pattern))) {
      new ModelExport(ModelExport.Format.GGUF, type, file, false).write(model);
    }
    double tolerance = tolerance(config, type);
    double largest = 0;
    int compared = 0;
    try (LanguageModel ours = LanguageModel.open(file); LlamaCpp theirs = new LlamaCpp(file)) {
      for (String prompt : PROMPTS) {
        int[] tokens = ours.tokenizer().encode(prompt);
        assertArrayEquals(tokens, theirs.encode(prompt), prompt);
        float[] logits = ours.logits(tokens);
        for (int token : alternatives(ours, logits)) {
          double difference = Math.abs(margin(logits, token) - theirs.margin(prompt, token));
          largest = Math.max(largest, difference);
          compared++;
          assertTrue(difference < tolerance, name + ", " + prompt + ", token " + token + " differs by " + difference);
        }
        assertGreedy(ours, theirs, tokens, prompt, tolerance);
      }
    }
    System.err.println(name + ", " + type + ": " + compared + " log-probabilities differ by at most " + largest + " nats");
  }

  /** The texts are the same as long as no two tokens are about as likely. */
  private static void assertGreedy(LanguageModel ours, LlamaCpp theirs, int[] prompt, String text, double tolerance) {
    int[] tokens = prompt;
    int sure = 0;
    for (; sure < 24; sure++) {
      float[] logits = ours.logits(tokens);
      int best = best(logits);
      double second = IntStream.range(0, logits.length).filter(id -> id != best).mapToDouble(id -> margin(logits, id)).min().orElseThrow();
      if (second < 2 * tolerance) {
        break;
      }
      tokens = Arrays.copyOf(tokens, tokens.length + 1);
      tokens[tokens.length - 1] = best;
    }
    String expected = ours.tokenizer().decodeWithSpecialTokens(Arrays.copyOfRange(tokens, prompt.length, tokens.length));
    String found = sure == 0 ? "" : theirs.greedy(text, sure);
    // Where bytes are cut within a character, each program has its own way of showing that.
    assertEquals(expected.replaceAll("\ufffd.*|<\\|endoftext\\|>", ""), found.replaceAll("\ufffd.*", ""), text);
  }

  private static int best(float[] logits) {
    int best = 0;
    for (int id = 1; id < logits.length; id++) {
      best = logits[id] > logits[best] ? id : best;
    }
    return best;
  }

  private static double margin(float[] logits, int token) {
    return logits[best(logits)] - (double) logits[token];
  }

  /** Some tokens whose text is whole characters and no other token's. */
  private static List<Integer> alternatives(LanguageModel model, float[] logits) {
    Map<String, Integer> uses = new HashMap<>();
    for (int id = 0; id < VOCABULARY; id++) {
      uses.merge(text(model, id), 1, Integer::sum);
    }
    return IntStream.range(1, VOCABULARY)
        .filter(id -> id % 29 == 3 && id != best(logits))
        .filter(id -> uses.get(text(model, id)) == 1 && !text(model, id).contains("\ufffd"))
        .boxed()
        .toList();
  }

  private static String text(LanguageModel model, int id) {
    return new String(model.tokenizer().bytes(id), StandardCharsets.UTF_8);
  }
}
