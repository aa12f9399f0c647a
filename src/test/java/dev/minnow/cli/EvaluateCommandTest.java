package dev.minnow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minnow.LanguageModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    assertEquals(0, json.get("tokens").intValue() % TinyModel.CONTEXT);
    assertTrue(json.get("seconds").doubleValue() > 0);
  }

  @Test
  void theLossIsTheMeanOfTheModelsScores() throws IOException {
    String text = "A text within one context.\n";
    JsonNode json = evaluate(file("short.txt", text));
    try (LanguageModel opened = LanguageModel.open(Path.of(model))) {
      float[] scores = opened.score(opened.tokenizer().encode(text));
      double sum = 0;
      for (float score : scores) {
        sum -= score;
      }
      int predicted = json.get("tokens").intValue();
      assertTrue(predicted >= scores.length - 1, json.toString());
      assertEquals(sum / (scores.length - 1), json.get("loss").doubleValue(), predicted == scores.length - 1 ? 1e-5 : 0.3);
    }
  }

  @Test
  void severalFilesAreOneText() throws IOException {
    String first = file("first.txt", "a".repeat(100));
    String second = file("second.txt", "b".repeat(100));
    int one = evaluate(first).get("tokens").intValue();
    int both = evaluate(first, second).get("tokens").intValue();
    assertTrue(both > one, one + " " + both);
  }

  @Test
  void textOutputIsOneLine() throws IOException {
    CommandRun run = CommandRun.of("eval", model, file("plain.txt", "Some text to read. ".repeat(20)));
    assertEquals(0, run.exitCode());
    assertTrue(run.out().matches("loss \\d.*bits per byte.*\n"), run.out());
  }

  @Test
  void whatCannotBeReadIsAFailureInOneSentence() throws IOException {
    Path binary = Files.write(folder.resolve("binary.txt"), new byte[] {'a', (byte) 0xFF, 'b'});
    for (String path : new String[] {folder.resolve("nowhere.txt").toString(), file("empty.txt", ""), binary.toString()}) {
      CommandRun run = CommandRun.of("eval", model, path, "--json");
      assertEquals(1, run.exitCode(), path);
      assertEquals("", run.out());
      assertTrue(run.error().strip().lines().reduce((a, b) -> b).orElseThrow().startsWith("minnow: "), run.error());
    }
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
