package dev.minnow.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.minnow.RandomModel;
import dev.minnow.checkpoint.CheckpointFolder;
import dev.minnow.checkpoint.Golden;
import dev.minnow.checkpoint.LoadedModel;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.KernelChoice;
import dev.minnow.kernel.WeightUse;
import dev.minnow.memory.Tensor;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.Network;
import dev.minnow.model.ParameterSet;
import dev.minnow.model.ParameterTable;
import dev.minnow.tokenizer.Tokenizer;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Scores of a GPT-2 with random weights, against those of Hugging Face transformers, however the tokens arrive. */
class SequenceTest {
  private static final Path FOLDER = Path.of("src/test/resources/golden/hf-gpt2-tiny");
  private static final ModelConfig CONFIG = ModelConfig.gpt2(61, 16, 32, 2, 2, 64, 1e-5f);
  private static final float TOLERANCE = 1e-4f;

  private static LoadedModel model;
  private static int[] tokens;
  private static float[] expected;

  @BeforeAll
  static void load() throws IOException {
    model = Golden.load(CONFIG, FOLDER.resolve("model.safetensors"));
    JsonNode golden = new ObjectMapper().readTree(FOLDER.resolve("gpt2_tiny_golden.json").toFile());
    tokens = IntStream.range(0, golden.get("input_ids").size()).map(i -> golden.get("input_ids").get(i).intValue()).toArray();
    expected = new float[tokens.length * CONFIG.vocabularySize()];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = golden.get("logits").get(i).floatValue();
    }
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static Sequence sequence(Kernel kernel, LoadedModel loaded) {
    return new Sequence(kernel, new Network(kernel, loaded.parameters(), WeightUse.FP32));
  }

  static Stream<Kernel> kernels() {
    return Stream.of(KernelChoice.SCALAR.open(WeightUse.FP32, 1), KernelChoice.AUTO.open(WeightUse.FP32, 2));
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void logitsAgreeWithTransformersTokenByToken(Kernel kernel) {
    try (kernel; Sequence sequence = sequence(kernel, model)) {
      for (int i = 0; i < tokens.length; i++) {
        assertArrayEquals(row(i), sequence.append(tokens[i]).toFloats(), TOLERANCE, "position " + i);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void logitsAgreeWithTransformersInOnePassAndInPieces(Kernel kernel) {
    try (kernel;
        Sequence whole = sequence(kernel, model);
        Sequence pieces = sequence(kernel, model)) {
      assertArrayEquals(row(tokens.length - 1), whole.append(tokens).toFloats(), TOLERANCE);
      assertArrayEquals(row(2), pieces.append(Arrays.copyOf(tokens, 3)).toFloats(), TOLERANCE);
      assertArrayEquals(
          row(tokens.length - 1), pieces.append(Arrays.copyOfRange(tokens, 3, tokens.length)).toFloats(), TOLERANCE);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void scoresAreTheLogSoftmaxOfTheGoldenLogits(Kernel kernel) {
    try (kernel; Sequence sequence = sequence(kernel, model)) {
      float[] scores = sequence.score(tokens);
      assertEquals(0, scores[0]);
      for (int i = 1; i < tokens.length; i++) {
        assertEquals(logProbability(row(i - 1), tokens[i]), scores[i], TOLERANCE, "token " + i);
      }
    }
  }

  @Test
  void aFullContextSlidesAndGoesOnAsIfTheYoungerHalfWereTheText() {
    try (Kernel kernel = KernelChoice.SCALAR.open(WeightUse.FP32, 1);
        Sequence sliding = sequence(kernel, model);
        Sequence fresh = sequence(kernel, model)) {
      int[] text = IntStream.range(0, 20).map(i -> i * 7 % 61).toArray();
      Tensor logits = sliding.append(Arrays.copyOf(text, 16));
      for (int i = 16; i < 20; i++) {
        logits = sliding.append(text[i]);
      }
      // At the 17th token the 8 oldest of 16 go.
      assertArrayEquals(fresh.append(Arrays.copyOfRange(text, 8, 20)).toFloats(), logits.toFloats(), 1e-6f);
      fresh.clear();
      assertArrayEquals(fresh.append(text).toFloats(), logits.toFloats(), 1e-6f);
    }
  }

  /** Memory for keys and values grows with the text; what is there stays. */
  @Test
  void aLongTextGoesOnAsIfItsMemoryHadBeenThereFromTheBeginning() {
    ModelConfig config = ModelConfig.gpt2(61, 1100, 16, 2, 2);
    int[] text = IntStream.range(0, 1060).map(i -> i * 7 % 61).toArray();
    try (ParameterSet parameters = ParameterSet.initialized(new ParameterTable(config), 3);
        Kernel kernel = KernelChoice.SCALAR.open(WeightUse.FP32, 1);
        Network network = new Network(kernel, parameters, WeightUse.FP32);
        Sequence whole = new Sequence(kernel, network);
        Sequence pieces = new Sequence(kernel, network)) {
      float[] expected = whole.append(text).toFloats();
      pieces.append(Arrays.copyOf(text, 1000));
      assertArrayEquals(expected, pieces.append(Arrays.copyOfRange(text, 1000, text.length)).toFloats(), 1e-5f);
      int next = 5;
      float[] scores = pieces.score(IntStream.concat(IntStream.of(text), IntStream.of(next)).toArray());
      assertEquals(logProbability(expected, next), scores[text.length], 1e-5f);
    }
  }

  @Test
  void whatTheSequenceWasGivenIsKnownHoweverATextEnds() {
    try (Kernel kernel = KernelChoice.SCALAR.open(WeightUse.FP32, 1); Sequence sequence = sequence(kernel, model)) {
      Generation.Limits limits = new Generation.Limits(10, List.of(), false, 0);
      Generation[] running = new Generation[1];
      Sampler sampler = scores -> {
        running[0].cancel();
        return 7;
      };
      running[0] = new Generation(Tokenizer.bytes(), sampler, limits, sequence, new int[] {3, 5}, 0);
      assertEquals(OptionalInt.empty(), running[0].given());
      GeneratedText text = running[0].run();
      assertEquals(StopReason.CANCELLED, text.stop());
      assertEquals(1, text.tokens().size());
      assertEquals(OptionalInt.of(0), running[0].given(), "the token was chosen and not run");
      Generation early = new Generation(Tokenizer.bytes(), scores -> 7, limits, sequence, new int[] {3}, 0);
      early.cancel();
      early.run();
      assertEquals(OptionalInt.empty(), early.given());
    }
  }

  @Test
  void whatWasStoppedIsMadeUpForByTheNextCall() {
    try (Kernel kernel = KernelChoice.SCALAR.open(WeightUse.FP32, 1);
        Sequence sequence = sequence(kernel, model);
        Sequence fresh = sequence(kernel, model)) {
      assertTrue(sequence.appendUntil(() -> true, 3, 5, 7).isEmpty());
      assertArrayEquals(fresh.append(3, 5, 7, 11).toFloats(), sequence.append(11).toFloats(), 1e-6f);
    }
  }

  @Test
  void aCacheThatFindsNoMemoryStaysAsItIs() {
    // Of 128 GiB.
    ModelConfig config = ModelConfig.gpt2(61, 1 << 20, 512, 32, 2, 64, 1e-5f);
    try (KeyValueCache cache = new KeyValueCache(config)) {
      try {
        cache.ensure(config.contextLength());
        Assumptions.abort("The system gives 128 GiB.");
      } catch (OutOfMemoryError e) {
        // As it must be.
      }
      cache.ensure(1500);
      assertTrue(cache.keys().getFirst().dimension(1) >= 1500, cache.keys().getFirst()::toString);
    }
  }

  @Test
  void theEndIsForgottenUnlessLittleOfASlidContextWouldBeLeft() {
    try (Kernel kernel = KernelChoice.SCALAR.open(WeightUse.FP32, 1);
        Sequence sequence = sequence(kernel, model);
        Sequence fresh = sequence(kernel, model)) {
      int[] text = IntStream.range(0, 20).map(i -> i * 7 % 61).toArray();
      sequence.append(Arrays.copyOf(text, 10));
      // Nothing has slid out: any part of the text will do.
      assertTrue(sequence.removeLast(9));
      assertFalse(sequence.removeLast(2));
      sequence.append(Arrays.copyOfRange(text, 1, 20));
      // 12 of 16 are left of the 20.
      assertFalse(sequence.removeLast(5));
      assertTrue(sequence.removeLast(4));
      assertArrayEquals(fresh.append(Arrays.copyOfRange(text, 8, 17)).toFloats(), sequence.append(text[16]).toFloats(), 1e-6f);
    }
  }

  /** However a text came about, its scores are those of a sequence that is given it as it stands. */
  @Test
  void whatIsForgottenWasNeverThere(@TempDir Path folder) {
    Random random = new Random(4);
    for (int context : new int[] {1, 2, 3, 4, 5, 8, 9}) {
      ModelConfig config = ModelConfig.gpt2(61, context, 16, 1, 2);
      CheckpointFolder saved = new CheckpointFolder(RandomModel.save(folder.resolve("context" + context), config, Optional.empty()));
      int forgotten = 0;
      try (LoadedModel small = saved.load();
          Kernel kernel = KernelChoice.SCALAR.open(WeightUse.FP32, 1);
          Sequence sequence = sequence(kernel, small);
          Sequence fresh = sequence(kernel, small)) {
        IntArrayList text = new IntArrayList();
        for (int round = 0; round < 300; round++) {
          int count = random.nextInt(3 + context / 2);
          if (count <= text.size() && sequence.removeLast(count)) {
            text.size(text.size() - count);
            forgotten += count;
          }
          int[] more = random.ints(1 + random.nextInt(3), 0, 61).toArray();
          text.addElements(text.size(), more);
          float[] scores = sequence.append(more).toFloats();
          fresh.clear();
          assertArrayEquals(fresh.append(text.toIntArray()).toFloats(), scores, 1e-6f, "context " + context + ", round " + round);
        }
      }
      assertTrue(context == 1 || forgotten > 40, forgotten + " tokens at context " + context);
    }
  }

  @Test
  void textLongerThanTheContextIsScoredInFullWithHalfTheContextBefore() {
    try (Kernel kernel = KernelChoice.SCALAR.open(WeightUse.FP32, 1); Sequence sequence = sequence(kernel, model)) {
      int[] text = IntStream.range(0, 50).map(i -> i * i % 61).toArray();
      float[] scores = sequence.score(text);
      float[] window = sequence.score(Arrays.copyOfRange(text, 8, 25));
      // Token 20 is first scored in the window that starts at 8.
      assertEquals(window[20 - 8], scores[20], 1e-6f);
      for (int i = 1; i < text.length; i++) {
        assertEquals(true, scores[i] < 0, "token " + i);
      }
    }
  }

  @Test
  void closedParametersAreAClearError() {
    try (Kernel kernel = KernelChoice.SCALAR.open(WeightUse.FP32, 1)) {
      LoadedModel own = Golden.load(CONFIG, FOLDER.resolve("model.safetensors"));
      try (Sequence sequence = sequence(kernel, own)) {
        own.close();
        assertThrows(IllegalStateException.class, () -> sequence.append(1));
      }
    }
  }

  private static float[] row(int position) {
    return Arrays.copyOfRange(expected, position * CONFIG.vocabularySize(), (position + 1) * CONFIG.vocabularySize());
  }

  private static double logProbability(float[] logits, int token) {
    double total = 0;
    for (float logit : logits) {
      total += Math.exp(logit);
    }
    return logits[token] - Math.log(total);
  }
}
