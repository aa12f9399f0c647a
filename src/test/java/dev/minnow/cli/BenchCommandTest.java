package dev.minnow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minnow.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchCommandTest {
  private static void assertPositive(JsonNode json, String... keys) {
    for (String key : keys) {
      assertTrue(json.get(key).doubleValue() > 0, json.toString());
    }
  }

  @Test
  void matmulHasARateAndItsShareOfThePeak() {
    JsonNode json =
        CommandRun.of("bench", "matmul", "--rows", "33", "--inputs", "17", "--outputs", "19", "--threads", "1", "--json").json();
    assertPositive(json, "gflops", "peak_gflops");
    assertEquals(json.get("gflops").doubleValue() / json.get("peak_gflops").doubleValue(), json.get("share_of_peak").doubleValue(), 1e-9);
    assertTrue(json.get("kernel").textValue().matches("vector|bf16|amx"), json.toString());
    assertEquals(1, json.get("threads").intValue());
  }

  @Test
  void figuresOfASmallProductAreNotRoundedAway() {
    CommandRun run = CommandRun.of("bench", "matmul", "--rows", "1", "--inputs", "1", "--outputs", "1", "--threads", "1");
    assertEquals(0, run.exitCode(), run.error());
    assertLines(
        "1 x 1 x 1 \\((vector|bf16|amx) kernel\\)\nFIGURE GFLOP/s, FIGURE % of the FIGURE GFLOP/s of one thread without memory\n",
        run);
  }

  @Test
  void generateHasRatesAndTheirShareOfWhatIsRead() {
    String[] shape = {"--layers", "1", "--heads", "1", "--width", "32", "--context", "16", "--vocab-size", "300"};
    List<String> arguments = new ArrayList<>(List.of("bench", "generate", "--threads", "2"));
    arguments.addAll(List.of(shape));
    assertLines(
        """
            1 layers, 32 wide, vocabulary 300, weights in fp32 \\((vector|bf16|amx) kernel\\)
            decoding FIGURE tokens/s, a prompt of 16 tokens FIGURE tokens/s
            FIGURE GB/s, FIGURE % of the FIGURE GB/s of 2 threads from memory
            """,
        CommandRun.of(arguments.toArray(String[]::new)));
    arguments.add("--json");
    JsonNode json = CommandRun.of(arguments.toArray(String[]::new)).json();
    assertPositive(
        json, "tokens_per_second", "gigabytes_per_second", "read_gigabytes_per_second", "share_of_bandwidth", "prompt_tokens_per_second");
    double share = json.get("gigabytes_per_second").doubleValue() / json.get("read_gigabytes_per_second").doubleValue();
    assertEquals(share, json.get("share_of_bandwidth").doubleValue(), 1e-9 * share);
  }

  /** Figures are above zero as they are printed, and lines fit a terminal. */
  private static void assertLines(String expected, CommandRun run) {
    String figure = "(?=[0-9,.e-]*[1-9])[0-9,.]+(e-[0-9]+)?";
    assertTrue(run.out().matches(expected.replace("FIGURE", figure)), run.out() + run.error());
    assertTrue(run.out().lines().allMatch(line -> line.length() <= 80), run.out());
  }

  @Test
  void tokenizerHasRatesOfATextThatComesBack(@TempDir Path folder) throws IOException {
    Path tokenizer = folder.resolve("tokenizer.json");
    Tokenizer.bytes().save(tokenizer);
    Path text = Files.writeString(folder.resolve("text.txt"), "a line of text, with 27 bytes\n".repeat(50_000));
    JsonNode json =
        CommandRun.of("bench", "tokenizer", tokenizer.toString(), text.toString(), "--megabytes", "1", "--threads", "2", "--json").json();
    assertPositive(json, "encode_megabytes_per_second_one_thread", "encode_megabytes_per_second", "decode_megabytes_per_second");
    assertEquals(1_000_000, json.get("bytes").intValue());
    assertEquals(1_000_000, json.get("tokens").intValue());
    assertEquals(2, json.get("threads").intValue());
    assertEquals(
        json.get("encode_megabytes_per_second").doubleValue() / json.get("encode_megabytes_per_second_one_thread").doubleValue(),
        json.get("speedup").doubleValue(),
        1e-9);
  }

  @Test
  void trainRunsWholeStepsOfAnyVocabulary() {
    String[] shape = {"--layers", "1", "--heads", "1", "--width", "8", "--context", "4", "--vocab-size", "7", "--batch", "2"};
    List<String> arguments = new ArrayList<>(List.of("bench", "train", "--steps", "3", "--json"));
    arguments.addAll(List.of(shape));
    JsonNode json = CommandRun.of(arguments.toArray(String[]::new)).json();
    assertPositive(json, "tokens_per_second", "gflops", "share_of_peak", "threads");
    // Multiplying numbers: 7 x 8 of the head, 12 x 8 x 8 of the layer; 6 each, and 6 L T C.
    double flopsPerToken = 6.0 * (7 * 8 + 12 * 8 * 8) + 6 * 4 * 8;
    assertEquals(flopsPerToken * json.get("tokens_per_second").doubleValue() / 1e9, json.get("gflops").doubleValue(), 1e-9);
    double shares = 0;
    double operations = 0;
    for (JsonNode phase : json.get("phases")) {
      shares += phase.get("share").doubleValue();
      operations += phase.get("gflops").doubleValue() * 1e6 * phase.get("milliseconds").doubleValue();
    }
    assertEquals(1, shares, 1e-9);
    // Per token the same, but the backward pass of attention multiplies queries and keys anew: 7 products of T D operations for 6.
    assertEquals(8 * (flopsPerToken + 4 * 8), operations, 1e-6 * operations);
  }

  @Test
  void trainSaysWhereTheTimeGoesInLinesThatFitTheTerminal() {
    CommandRun run =
        CommandRun.of("bench", "train", "--layers", "2", "--heads", "1", "--width", "8", "--context", "16", "--vocab-size", "40000",
            "--batch", "2", "--steps", "1");
    assertEquals(0, run.exitCode(), run.error());
    assertTrue(run.out().lines().allMatch(line -> line.length() <= 80), run.out());
    assertTrue(run.out().startsWith("operation  "), run.out());
    assertTrue(run.out().matches("(?s).*\nlinearWeightGradient 32 x 8 x 24 +2 .*\noutside of kernels .* %\nstep, mean of [0-9]+ .*"),
        run.out());
    assertTrue(run.out().matches("(?s).*[0-9,]+ parameters: [0-9,]+ tokens/s .*"), run.out());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      matmul --rows 0                | --rows must be from 1 to 1048576, not 0.
      matmul --outputs 2000000       | --outputs must be from 1 to 1048576, not 2000000.
      matmul --threads 0             | --threads must be from 1 to 4096, not 0.
      train --steps 0                | --steps must be at least 1, not 0.
      train --preset huge            | --preset cannot be "huge"; it takes one of nano, tiny, small, gpt2.
      train --width 10 --heads 3     | A width of 10 is not divisible by 3 heads; choose a width that is a multiple of the heads.
      generate --width 1073741824 --heads 1 | The width must be from 1 to 65536, not 1073741824.
      train --batch 0                | --batch must be at least 1, not 0.
      generate --tokens 0            | --tokens must be at least 1, not 0.
      generate --layers 0            | The number of layers must be from 1 to 1000, not 0.
      tokenizer x --threads 0        | --threads must be from 1 to 4096, not 0.
      tokenizer x --megabytes 600    | --megabytes must be from 1 to 512, not 600.
      matmull                        | There is no command "matmull" of minnow bench; did you mean matmul?
      """)
  void wrongOptionsAreWrongUsage(String commandLine, String sentence) {
    CommandRun run = CommandRun.of(("bench " + commandLine).split(" "));
    assertEquals("minnow: " + sentence + "\n", run.error());
    assertEquals(2, run.exitCode());
    assertEquals("", run.out());
  }

  @Test
  void aTrainingThatDoesNotFitIntoMemoryIsRefused() {
    CommandRun run = CommandRun.of("bench", "train", "--preset", "gpt2", "--batch", "100000");
    assertEquals(1, run.exitCode());
    assertTrue(run.error().matches("minnow: This run needs .*\n"), run.error());
  }
}
