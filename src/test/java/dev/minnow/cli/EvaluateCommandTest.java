package dev.minnow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minnow.LanguageModel;
import dev.minnow.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EvaluateCommandTest {
  @TempDir
  private static Path folder;

  private static String model;

  @BeforeAll
  static void saveModel() {
    model = TinyModel.save(folder.resolve("model"));
  }

  private static String file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  private static JsonNode evaluate(String... files) {
    String[] arguments = new String[files.length + 3];
    arguments[0] = "eval";
    arguments[1] = "--json";
    arguments[2] = model;
    System.arraycopy(files, 0, arguments, 3, files.length);
    return CommandRun.of(arguments).json();
  }

  @Test
  void aModelThatKnowsNothingLosesTheLogarithmOfItsVocabulary() throws IOException {
    JsonNode json = evaluate(file("long.txt", "The quick brown fox. ".repeat(100)));
    assertEquals(Math.log(256), json.get("loss").doubleValue(), 0.1);
    assertEquals(Math.exp(json.get("loss").doubleValue()), json.get("perplexity").doubleValue(), 1e-6);
    assertEquals(json.get("loss").doubleValue() / Math.log(2), json.get("bits_per_byte").doubleValue(), 1e-9);
    assertEquals(21 * 100 - 1, json.get("tokens").intValue());
    assertTrue(json.get("seconds").doubleValue() > 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 17, 33, 34, 64, 65, 66, 102, 1100})
  void theLossIsTheMeanOfTheModelsScoresOfWindowsToTheEndOfTheText(int bytes) throws IOException {
    Path sure = folder.resolve("sure" + bytes);
    TinyModel.saveScaled(sure, 8);
    String text = "Each window has its own loss; 0123456789 and more, with no period at all: zebra, quux, WALTZ, job, vex, nymph, fjord..";
    text = text.repeat(10).substring(0, bytes);
    int length = Math.min(TinyModel.CONTEXT, bytes - 1);
    JsonNode json = CommandRun.of("eval", "--json", sure.toString(), file("windows.txt", text)).json();
    List<Double> losses = new ArrayList<>();
    try (LanguageModel opened = LanguageModel.open(sure)) {
      int[] tokens = opened.tokenizer().encode(text);
      for (int start = 0; start < bytes - 1; start += length) {
        float[] scores = opened.score(Arrays.copyOfRange(tokens, start, Math.min(start + length + 1, bytes)));
        for (int i = 1; i < scores.length; i++) {
          losses.add(-(double) scores[i]);
        }
      }
    }
    assertEquals(bytes - 1, losses.size());
    assertEquals(losses.size(), json.get("tokens").intValue());
    DoubleSummaryStatistics statistics = losses.stream().mapToDouble(Double::doubleValue).summaryStatistics();
    assertTrue(bytes == 2 || statistics.getMax() - statistics.getMin() > 1,
        "a model that scores all tokens alike shows nothing: " + statistics);
    assertEquals(statistics.getAverage(), json.get("loss").doubleValue(), 1e-5 * statistics.getAverage());
    // Each token is a byte.
    assertEquals(json.get("loss").doubleValue() / Math.log(2), json.get("bits_per_byte").doubleValue(), 1e-9);
  }

  @ParameterizedTest
  @CsvSource({"auto, bf16", "auto, int8", "scalar, bf16", "scalar, int8", "vector, int8", "bf16, int8"})
  void whatNarrowWeightsCostIsHeldAgainstExactOnes(String kernel, String precision) throws IOException {
    String sure = TinyModel.saveScaled(folder.resolve("narrow"), 8);
    String text = file("narrow.txt", "Each window has its own loss, and zebras jump over quartz. ".repeat(4));
    JsonNode narrow = CommandRun.of("eval", "--json", sure, text, "--kernel", kernel, "--precision", precision).json();
    String exactKernel = kernel.equals("scalar") ? "scalar" : "auto";
    JsonNode exact = CommandRun.of("eval", "--json", sure, text, "--kernel", exactKernel).json();
    assertFalse(exact.has("loss_above_fp32"), exact.toString());
    double cost = narrow.get("loss").doubleValue() - exact.get("loss").doubleValue();
    assertNotEquals(0, cost);
    assertEquals(cost, narrow.get("loss_above_fp32").doubleValue());
    assertEquals(exact.get("tokens"), narrow.get("tokens"));
    CommandRun inWords = CommandRun.of("eval", sure, text, "--kernel", kernel, "--precision", precision);
    String where = kernel.equals("auto") ? "" : " on the " + kernel + " kernel";
    String sentence = String.format(Locale.ROOT, "\nweights in %s%s cost %+.4f nats per token\n", precision, where, cost);
    assertTrue(inWords.out().endsWith(sentence.replace("-0.0000", "+0.0000")), inWords.out());
  }

  @Test
  void weightsThatBfloat16HoldsCostNothingInIt() throws IOException {
    String model = TinyModel.saveScaled(folder.resolve("unrounded"), 8);
    String held = folder.resolve("held").toString();
    assertEquals(0, CommandRun.of("export", model, "--to", "hf", "--type", "bf16", "--out", held).exitCode());
    String text = file("text.txt", "Each window has its own loss, and zebras jump over quartz. ".repeat(4));
    assertEquals(0, CommandRun.of("eval", "--json", held, text, "--precision", "bf16").json().get("loss_above_fp32").doubleValue());
  }

  @Test
  void whereNoByteIsPredictedThereAreNoBitsOfOne() throws IOException {
    Path text = Files.writeString(folder.resolve("corpus.txt"), "to be or not to be, that is the question\n".repeat(50));
    Path tokenizer = folder.resolve("tokenizer.json");
    assertEquals(
        0, CommandRun.of("tokenizer", "train", text.toString(), "--out", tokenizer.toString(), "--vocab-size", "270").exitCode());
    Path model = folder.resolve("with-end");
    TinyModel.save(model, Optional.of(Tokenizer.load(tokenizer)));
    String one = file("one.txt", "A");
    JsonNode json = CommandRun.of("eval", "--json", model.toString(), one).json();
    assertEquals(1, json.get("tokens").intValue());
    assertTrue(json.get("bits_per_byte").isNull(), json.toString());
    assertTrue(CommandRun.of("eval", model.toString(), one).out().contains(", - bits per byte, over 1 tokens"));
  }

  @Test
  void severalFilesAreOneText() throws IOException {
    String first = file("first.txt", "a".repeat(45));
    String second = file("second.txt", "b".repeat(26));
    // Bytes have no token for the end of a text: a newline stands between two.
    JsonNode joined = evaluate(file("joined.txt", "a".repeat(45) + "\n" + "b".repeat(26)));
    JsonNode both = evaluate(first, second);
    assertEquals(45 + 1 + 26 - 1, both.get("tokens").intValue());
    assertEquals(joined.get("loss"), both.get("loss"));
    assertEquals(joined.get("bits_per_byte"), both.get("bits_per_byte"));
  }

  @Test
  void theFieldThatHoldsTheTextCanBeNamed() throws IOException {
    String plain = file("body.txt", "b".repeat(100));
    String lines = file("body.jsonl", "{\"text\":\"a\",\"body\":\"" + "b".repeat(100) + "\"}\n");
    assertEquals(evaluate(plain).get("loss"), evaluate(lines, "--field", "body").get("loss"));
  }

  @Test
  void textOutputIsOneLine() throws IOException {
    CommandRun run = CommandRun.of("eval", model, file("plain.txt", "Some text to read. ".repeat(20)));
    assertEquals(0, run.exitCode());
    assertTrue(run.out().matches("loss \\d.*bits per byte.*\n"), run.out());
  }

  @Test
  void whatCannotBeReadIsAFailureInOneSentence() throws IOException {
    Path binary = Files.write(folder.resolve("binary.txt"), new byte[] {'a', 0, 'b'});
    for (String path : new String[] {folder.resolve("nowhere.txt").toString(), file("empty.txt", ""), binary.toString()}) {
      CommandRun run = CommandRun.of("eval", model, path, "--json");
      assertEquals(1, run.exitCode(), path);
      assertEquals("", run.out());
      assertTrue(run.error().strip().lines().reduce((a, b) -> b).orElseThrow().startsWith("minnow: "), run.error());
    }
  }

  @Test
  void aLossThatIsNoNumberIsAFailure() throws IOException {
    Path damaged = folder.resolve("damaged");
    TinyModel.save(damaged, Optional.of(Tokenizer.bytes()));
    Path weights = damaged.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    for (int i = bytes.length - 4000; i < bytes.length; i++) {
      bytes[i] = -1;
    }
    Files.write(weights, bytes);
    CommandRun run = CommandRun.of("eval", damaged.toString(), file("any.txt", "text that is long enough"), "--json");
    assertEquals(1, run.exitCode());
    assertEquals("", run.out());
    assertTrue(run.error().contains("not a finite number"), run.error());
  }

  @Test
  void aModelWithoutTokenizerSaysSo() throws IOException {
    TinyModel.save(folder.resolve("mute"), Optional.empty());
    CommandRun run = CommandRun.of("eval", folder.resolve("mute").toString(), file("any.txt", "text"));
    assertEquals(1, run.exitCode());
    assertTrue(run.error().contains("tokenizer.json"), run.error());
  }

  @Test
  void aMissingFileArgumentIsWrongUsage() {
    CommandRun run = CommandRun.of("eval", model);
    assertEquals("minnow: FILE is missing; see minnow eval --help.\n", run.error());
    assertEquals(2, run.exitCode());
  }
}
