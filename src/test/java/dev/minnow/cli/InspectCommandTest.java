package dev.minnow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectCommandTest {
  @TempDir
  private static Path folder;

  private static String model;

  @BeforeAll
  static void saveModel() {
    model = TinyModel.save(folder.resolve("model"));
  }

  @Test
  void aStepOnTheNameOfAFileIsNoted() throws IOException {
    Path file = Files.writeString(folder.resolve("hello.txt"), "Hello there.");
    CommandRun run = CommandRun.of("inspect", model, "--step", file.toString());
    assertEquals(0, run.exitCode(), run.error());
    assertTrue(run.error().contains("; give what is in it by --step \"$(cat " + file + ")\".\n"), run.error());
  }

  @Test
  void tensorsAddUpToTheWhole() {
    JsonNode json = CommandRun.of("inspect", model, "--json").json();
    long total = 0;
    for (JsonNode tensor : json.get("tensors")) {
      long count = 1;
      for (JsonNode dimension : tensor.get("shape")) {
        count *= dimension.longValue();
      }
      assertEquals(count, tensor.get("count").longValue());
      assertEquals(4 * count, tensor.get("bytes").longValue());
      long binned = 0;
      for (JsonNode bin : tensor.get("histogram")) {
        binned += bin.longValue();
      }
      assertEquals(count, binned);
      total += count;
    }
    assertEquals(json.get("parameters").longValue(), total);
    // V C + T C + L (12 C^2 + 13 C) + 2 C, with 4 C between the feed-forward matrices.
    assertEquals(256 * 16 + 32 * 16 + 2 * (12 * 16 * 16 + 13 * 16) + 2 * 16, total);
    long byKind = 0;
    for (JsonNode kind : json.get("parameters_by_kind")) {
      byKind += kind.longValue();
    }
    assertEquals(total, byKind);
  }

  @Test
  void theNumbersOfAFreshModelAreAsItWasInitialised() {
    for (JsonNode tensor : CommandRun.of("inspect", model, "--json").json().get("tensors")) {
      double deviation = tensor.get("deviation").doubleValue();
      String name = tensor.get("name").textValue();
      switch (tensor.get("kind").textValue()) {
        case "token_embedding" -> assertEquals(0.02, deviation, 0.001, name);
        case "norm_scale" -> assertEquals(1, tensor.get("mean").doubleValue(), name);
        case "norm_shift", "bias" -> assertEquals(tensor.get("count").longValue(), tensor.get("zeros").longValue(), name);
        default -> assertTrue(deviation > 0.005 && deviation < 0.025, name + " " + deviation);
      }
    }
  }

  @Test
  void tablesShowWhatWasChosenAndWhatWasLearned() {
    String text = CommandRun.of("inspect", model).out();
    assertTrue(text.contains("  architecture") && text.contains("gpt2"), text);
    assertTrue(text.lines().anyMatch(line -> line.matches("  token embedding +1 +V x C +4,096 +36\\.6 % +0\\.0")), text);
    assertTrue(text.lines().anyMatch(line -> line.matches("  layer 1 +16 +3,280 +29\\.3 % +0\\.0")), text);
    assertTrue(text.lines().anyMatch(line -> line.matches("    wte\\.weight +V x C +4,096 .*█.*")), text);
    assertTrue(text.lines().anyMatch(line -> line.matches("    attn\\.query\\.weight +HD x C +256 .*")), text);
    assertTrue(text.lines().anyMatch(line -> line.matches("  total +36 +11,200 +0\\.0")), text);
    assertTrue(text.contains("not known: training.json has no options of a run."), text);
  }

  @Test
  void aModelIsTheSameAsItself() {
    String text = CommandRun.of("inspect", model, model).out();
    assertTrue(text.contains("All 36 tensors are the same bit for bit.\n"), text);
    assertTrue(text.contains("No hyperparameter differs.\n"), text);
    assertTrue(text.lines().anyMatch(line -> line.matches("  wte\\.weight +4,096 +identical")), text);
    JsonNode json = CommandRun.of("inspect", model, model, "--json").json();
    assertTrue(json.get("identical").booleanValue(), json::toString);
    assertEquals(0, json.get("together").get("differing").intValue());
  }

  @Test
  void twoModelsAreComparedTensorByTensor() {
    String twice = TinyModel.saveScaled(folder.resolve("twice"), 2);
    String text = CommandRun.of("inspect", model, twice).out();
    assertTrue(text.startsWith("First:  " + model + "\nSecond: " + twice + "\n"), text);
    // Biases and norms' shifts are 0 at first, twice as large as well.
    assertTrue(text.contains("Of 36 tensors that both have, 17 are the same bit for bit.\n"), text);
    assertTrue(text.lines().anyMatch(line -> line.matches("  wte\\.weight +4,096 +4,096 +[0-9.]+ +1 +1")), text);
    JsonNode json = CommandRun.of("inspect", model, twice, "--json").json();
    assertEquals(1, json.get("together").get("relative_difference").doubleValue(), 1e-6);
    assertEquals(1, json.get("together").get("cosine").doubleValue(), 1e-6);
    assertEquals(List.of(), list(json.get("only_first")));
  }

  private static List<String> list(JsonNode names) {
    return names.valueStream().map(JsonNode::textValue).toList();
  }

  @Test
  void aStepIsToldToPrograms() {
    JsonNode json = CommandRun.of("inspect", model, "--step", "a text to learn from", "--json").json();
    assertTrue(json.get("loss_after").doubleValue() < json.get("loss_before").doubleValue(), json::toString);
    assertTrue(json.get("tensors").size() > 20, json::toString);
  }

  @Test
  void whatFillsNoWindowOfAStepIsSaid() {
    CommandRun whole = CommandRun.of("inspect", model, "--step", "x".repeat(2 * TinyModel.CONTEXT + 1), "--json");
    assertEquals(2 * TinyModel.CONTEXT, whole.json().get("tokens").intValue());
    assertFalse(whole.error().contains("left out"), whole.error());
    CommandRun more = CommandRun.of("inspect", model, "--step", "x".repeat(2 * TinyModel.CONTEXT + 10), "--json");
    assertEquals(2 * TinyModel.CONTEXT, more.json().get("tokens").intValue());
    assertTrue(more.error().contains("what follows the last whole window of the context is left out: 9 of 73 tokens;"), more.error());
  }

  @Test
  void whatIsNoModelIsSaidInOneSentence() {
    CommandRun run = CommandRun.of("inspect", folder.resolve("nothing").toString());
    assertEquals(1, run.exitCode());
    assertEquals(1, run.error().lines().count(), run.error());
  }
}
