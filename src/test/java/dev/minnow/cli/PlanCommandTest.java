package dev.minnow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanCommandTest {
  private static final List<String> SMALL =
      List.of("--layers", "2", "--heads", "2", "--width", "16", "--context", "8", "--vocab-size", "31", "--batch", "3");

  private static CommandRun plan(List<String> shape, String... options) {
    List<String> arguments = new ArrayList<>(List.of("plan"));
    arguments.addAll(shape);
    arguments.addAll(List.of(options));
    return CommandRun.of(arguments.toArray(String[]::new));
  }

  private static long sum(JsonNode numbers) {
    long sum = 0;
    for (JsonNode number : numbers) {
      sum += number.longValue();
    }
    return sum;
  }

  @Test
  void partsAddUp() {
    JsonNode json = plan(SMALL, "--accumulate", "5", "--kernel", "vector", "--threads", "1", "--no-probe", "--json").json();
    // Embeddings 31 x 16 and 8 x 16; a layer has 12 x 16 x 16 of matrices, 9 x 16 biases, 4 x 16 of norms; the final norm 2 x 16.
    assertEquals(31 * 16 + 8 * 16 + 2 * (12 * 16 * 16 + 13 * 16) + 2 * 16, json.get("parameters").longValue());
    assertEquals(2 * 4 * 16 * 16, json.get("parameters_by_kind").get("attention").longValue());
    assertEquals(json.get("parameters").longValue(), sum(json.get("parameters_by_kind")));
    assertEquals(json.get("bytes").longValue(), sum(json.get("bytes_by_part")));
    assertEquals(json.get("bytes_by_part").get("parameters"), json.get("bytes_by_part").get("gradients"));
    assertEquals(0, json.get("bytes_by_part").get("kernel_forms_of_weights").longValue());
    double multiplying = 31 * 16 + 2 * 12 * 16 * 16;
    assertEquals(6 * multiplying + 6 * 2 * 8 * 16, json.get("flops_per_token").doubleValue());
    assertEquals(2 * multiplying + 2 * 2 * 8 * 16, json.get("generation_flops_per_token").doubleValue());
    assertEquals(3 * 5 * 8, json.get("tokens_per_step").longValue());
    assertTrue(json.get("tokens_per_second").isNull(), json.toString());
    assertEquals("vector", json.get("kernel").textValue());
    assertEquals(1, json.get("threads").intValue());
  }

  @Test
  void aLlamaIsPlannedByItsOwnParts() {
    CommandRun run = plan(SMALL, "--arch", "llama", "--kv-heads", "1", "--kernel", "vector", "--threads", "1", "--no-probe");
    assertTrue(run.out().startsWith("llama: 2 layers, 2 heads on 1 of keys and values, 16 wide, "), run.out());
    JsonNode json =
        plan(SMALL, "--arch", "llama", "--kv-heads", "1", "--kernel", "vector", "--threads", "1", "--no-probe", "--json").json();
    // A layer has 16 x (16 + 8 + 8 + 16) of attention, three matrices of 16 x 64, and two norms; the final norm is 16 more.
    assertEquals(31 * 16 + 2 * (16 * 48 + 3 * 16 * 64 + 2 * 16) + 16, json.get("parameters").longValue());
    assertEquals(json.get("bytes").longValue(), sum(json.get("bytes_by_part")));
    CommandRun wrong = plan(SMALL, "--arch", "llama", "--kv-heads", "3");
    assertEquals(2, wrong.exitCode());
    assertTrue(wrong.error().contains("2 heads are not divisible by 3 key/value heads"), wrong.error());
  }

  @Test
  void speedIsMeasured() {
    CommandRun run = plan(SMALL);
    assertEquals(0, run.exitCode(), run.error());
    assertTrue(run.out().matches("(?s).*\n  tokens/s +[1-9][0-9,]*\n.*"), run.out());
  }

  @Test
  void theTextFitsTheTerminalAndItsNumbersStandUnderEachOther() {
    String out = plan(List.of("--preset", "gpt2"), "--no-probe").out();
    assertTrue(out.startsWith("12 layers, 12 heads, 768 wide, vocabulary 50,257, context 1,024\nSteps of 4,096 tokens, "), out);
    assertTrue(out.contains("\n  total             "), out);
    assertTrue(out.contains(" 124,439,808\n"), out);
    assertTrue(out.lines().allMatch(line -> line.length() <= 80), out);
    List<Integer> ends = out.lines().filter(line -> line.matches("  .*[0-9]  +[0-9.]+ %")).map(String::length).distinct().toList();
    assertEquals(1, ends.size(), out);
  }

  @Test
  void aPlanThatDoesNotFitIsShownWithTheBatchThatWould() {
    CommandRun run = plan(List.of("--preset", "gpt2", "--batch", "100000"), "--json");
    assertTrue(run.json().get("bytes").longValue() > run.json().get("available_bytes").longValue(), run.out());
    assertTrue(run.json().get("tokens_per_second").isNull(), run.out());
    assertTrue(run.error().matches("minnow: This run needs .*--batch \\d+ would fit\\.\n"), run.error());
  }

  @Test
  void wrongOptionsAreWrongUsage() {
    CommandRun run = plan(List.of("--width", "10", "--heads", "3"));
    assertEquals("minnow: A width of 10 is not divisible by 3 heads; choose a width that is a multiple of the heads.\n", run.error());
    assertEquals(2, run.exitCode());
    assertEquals(2, plan(List.of("--batch", "0")).exitCode());
    CommandRun withoutCorpus = CommandRun.of("plan", "--preset", "nano", "--no-probe", "--field", "body");
    assertEquals("minnow: --field is of a corpus, and none was given; name one, or leave the option out.\n", withoutCorpus.error());
    assertEquals(2, CommandRun.of("plan", "--preset", "nano", "--no-probe", "--validation", "0.1").exitCode());
  }
}
