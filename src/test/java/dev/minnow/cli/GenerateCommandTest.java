package dev.minnow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minnow.generate.GeneratedText;
import dev.minnow.generate.GeneratedToken;
import dev.minnow.generate.StopReason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GenerateCommandTest {
  @TempDir
  private static Path folder;

  private static String model;

  @BeforeAll
  static void saveModel() {
    model = TinyModel.save(folder.resolve("model"));
  }

  private static CommandRun generate(String... options) {
    return generateFrom("", options);
  }

  private static CommandRun generateFrom(String input, String... options) {
    String[] arguments = new String[options.length + 2];
    arguments[0] = "generate";
    arguments[1] = model;
    System.arraycopy(options, 0, arguments, 2, options.length);
    return CommandRun.withInput(input, arguments);
  }

  @Test
  void aPromptThatIsTheNameOfAFileIsNoted() throws IOException {
    Path file = Files.writeString(folder.resolve("a novel.txt"), "Call me");
    CommandRun run = generate("--prompt", file.toString(), "--tokens", "1", "--no-echo");
    assertEquals(0, run.exitCode());
    String note = run.error().lines().findFirst().orElseThrow();
    String end = ", and not the file of this name; give what is in it by --prompt \"$(cat '" + file + "')\".";
    assertEquals("note: --prompt takes text, here the words '" + file + "'" + end, note);
    for (String text : new String[] {folder.toString(), "Call me", "", "\0"}) {
      assertEquals("", generate("--prompt", text, "--tokens", "1").error().replaceFirst("note: the prompt has .*\n", ""));
    }
  }

  @Test
  void aPromptLongerThanTheContextIsNoted() {
    String context = "x".repeat(TinyModel.CONTEXT);
    assertEquals("", generate("--prompt", context, "--tokens", "1").error());
    String note = generate("--prompt", context + "y", "--tokens", "1").error();
    assertEquals("note: the prompt has 33 tokens, of which the model sees at most the last 32, its context.\n", note);
  }

  /** The first token comes of the prompt's pass and has no time of its own. */
  @Test
  void aSingleTokenHasNoRate() {
    for (String tokens : List.of("0", "1")) {
      assertTrue(generate("--prompt", "x", "--tokens", tokens, "--json").json().get("tokens_per_second").isNull(), tokens);
    }
    GeneratedToken token = new GeneratedToken(1, Float.NaN, List.of());
    assertEquals("[1 tokens, length]", GenerateCommand.summary(new GeneratedText("a", 1, List.of(token), StopReason.LENGTH, 0)));
    assertEquals(
        "[3 tokens, 4.0 tokens/s, length]",
        GenerateCommand.summary(new GeneratedText("a", 1, List.of(token, token, token), StopReason.LENGTH, 0.5)));
  }

  @Test
  void jsonIsOneObjectOnOneLine() {
    JsonNode json = generate("--prompt", "ab", "--tokens", "40", "--seed", "7", "--json").json();
    assertEquals(40, json.get("tokens").intValue());
    assertEquals("length", json.get("stop").textValue());
    assertEquals(7, json.get("seed").intValue());
    assertTrue(json.get("tokens_per_second").doubleValue() > 0);
    assertFalse(json.get("text").textValue().isEmpty());
    assertFalse(json.has("logprobs"));
  }

  @Test
  void textOnStandardOutputIsThePromptAndWhatJsonSays() {
    String text = generate("--prompt", "ab", "--tokens", "40", "--json").json().get("text").textValue();
    assertEquals(line("ab" + text), generate("--prompt", "ab", "--tokens", "40").out());
    assertEquals(line(text), generate("--prompt", "ab", "--tokens", "40", "--no-echo").out());
    assertEquals("", generate("--prompt", "ab", "--tokens", "40").error());
  }

  private static String line(String text) {
    return text.endsWith("\n") ? text : text + "\n";
  }

  @Test
  void theSeedDecidesTheText() {
    String first = generate("--prompt", "ab", "--seed", "1").out();
    assertEquals(first, generate("--prompt", "ab", "--seed", "1").out());
    assertNotEquals(first, generate("--prompt", "ab", "--seed", "2").out());
    assertEquals(
        generate("--prompt", "ab", "--seed", "1", "--temperature", "0").out(),
        generate("--prompt", "ab", "--seed", "2", "--temperature", "0").out());
  }

  @Test
  void withoutAPromptStandardInputIsThePromptLessItsLastLineEnd() {
    assertEquals(generate("--prompt", "é\n").out(), generateFrom("é\n\n").out());
    assertEquals(generate("--prompt", "é").out(), generateFrom("é\r\n").out());
    assertEquals(generate("--prompt", "é").out(), generateFrom("é").out());
    assertEquals(generate("--prompt", "").out(), generateFrom("").out());
  }

  @Test
  void inputThatIsNotUtf8IsRefused() {
    ByteArrayOutputStream error = new ByteArrayOutputStream();
    Console console = Console.of(new ByteArrayInputStream(new byte[] {'a', (byte) 0xE9}), OutputStream.nullOutputStream(), error);
    assertEquals(1, Minnow.run(Minnow.COMMANDS, console, Map.of(), "generate", model));
    assertEquals(
        "minnow: Standard input is not UTF-8; convert it first, for example with iconv.\n", error.toString(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource({"generate MODEL", "tokenizer encode MODEL", "tokenizer encode MODEL --jsonl", "tokenizer decode MODEL"})
  void inputThatCannotBeReadIsNamed(String commandLine) {
    InputStream folderAsInput = new InputStream() {
      @Override
      public int read() throws IOException {
        throw new IOException("Is a directory");
      }

      @Override
      public int read(byte[] bytes, int from, int length) throws IOException {
        return read();
      }
    };
    ByteArrayOutputStream error = new ByteArrayOutputStream();
    Console console = Console.of(folderAsInput, OutputStream.nullOutputStream(), error);
    assertEquals(1, Minnow.run(Minnow.COMMANDS, console, Map.of(), commandLine.replace("MODEL", model).split(" ")));
    assertEquals(
        "minnow: Standard input cannot be read: Is a directory; redirect a file or a pipe to it.\n",
        error.toString(StandardCharsets.UTF_8));
  }

  @Test
  void noTokensAreAnEmptyText() {
    JsonNode json = generate("--prompt", "ab", "--tokens", "0", "--json").json();
    assertEquals("", json.get("text").textValue());
    assertEquals(0, json.get("tokens").intValue());
    assertEquals("ab\n", generate("--prompt", "ab", "--tokens", "0").out());
  }

  @Test
  void aStopStringEndsTheTextBeforeIt() {
    String text = generate("--prompt", "ab", "--tokens", "60", "--json").json().get("text").textValue();
    String stop = text.substring(10, 12);
    JsonNode json = generate("--prompt", "ab", "--tokens", "60", "--stop", "never in it", "--stop", stop, "--json").json();
    assertEquals("stop_string", json.get("stop").textValue());
    assertEquals(text.substring(0, text.indexOf(stop)), json.get("text").textValue());
  }

  @Test
  void logarithmsOfProbabilitiesComeWithTheirTokens() {
    JsonNode json = generate("--prompt", "ab", "--tokens", "9", "--logprobs", "--json").json();
    assertEquals(9, json.get("logprobs").size());
    assertEquals(9, json.get("ids").size());
    json.get("logprobs").forEach(value -> assertTrue(value.doubleValue() < 0, value.toString()));
    List<String> lines = generate("--prompt", "ab", "--tokens", "9", "--logprobs", "--no-echo").out().lines().toList();
    for (int i = 0; i < 9; i++) {
      String[] words = lines.get(lines.size() - 9 + i).strip().split("\\s+", 3);
      assertEquals(json.get("logprobs").get(i).doubleValue(), Double.parseDouble(words[0]), 1e-4);
      assertEquals(json.get("ids").get(i).intValue(), Integer.parseInt(words[1]));
    }
  }

  @Test
  void theKernelMakesNoDifferenceThatShows() {
    String[] greedy = {"--prompt", "some words", "--tokens", "30", "--temperature", "0", "--kernel", "scalar"};
    assertEquals(generate("--prompt", "some words", "--tokens", "30", "--temperature", "0").out(), generate(greedy).out());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      --tokens -1             | The number of tokens must be at least 0, not -1.
      --temperature -0.1      | The temperature must be from 0 to 100, not -0.1.
      --temperature NaN       | --temperature cannot be "NaN"; it takes a decimal number such as 0.001 or 1e-3.
      --temperature 1e39      | --temperature cannot be "1e39"; it takes a decimal number such as 0.001 or 1e-3.
      --temperature warm      | --temperature cannot be "warm"; it takes a decimal number such as 0.001 or 1e-3.
      --top-k -1              | The top-k must be at least 0, not -1.
      --top-p 0               | The top-p must be above 0 and at most 1, not 0.0.
      --min-p 1.5             | The min-p must be from 0 to 1, not 1.5.
      --repetition-penalty 0  | The repetition penalty must be from 0.01 to 100, not 0.0.
      --stop=                 | The stop string must be at least one character, not an empty one.
      --threads 0             | --threads must be from 1 to 4096, not 0.
      --threads 5000          | --threads must be from 1 to 4096, not 5000.
      --kernel fast           | --kernel cannot be "fast"; it takes one of auto, scalar, vector, bf16, amx.
      --seed x                | --seed cannot be "x"; it takes a whole number, at most 9223372036854775807.
      """)
  void everyBadOptionIsWrongUsage(String options, String sentence) {
    CommandRun run = generate(("--prompt a " + options).split(" "));
    assertEquals("minnow: " + sentence + "\n", run.error());
    assertEquals(2, run.exitCode());
    assertEquals("", run.out());
  }

  @Test
  void aMissingFolderIsAFailure() {
    CommandRun run = CommandRun.of("generate", folder.resolve("nowhere").toString(), "--prompt", "a", "--json");
    assertEquals(1, run.exitCode());
    assertEquals("", run.out());
    assertTrue(run.error().matches("minnow: .*nowhere.*\\.\n"), run.error());
  }

  @Test
  void aFolderWithoutTokenizerSaysSo() {
    TinyModel.save(folder.resolve("mute"), Optional.empty());
    CommandRun run = CommandRun.of("generate", folder.resolve("mute").toString(), "--prompt", "a");
    assertEquals(1, run.exitCode());
    assertTrue(run.error().contains("tokenizer.json"), run.error());
  }

  @Test
  void aTruncatedModelIsAFailureInOneSentence() throws IOException {
    Path damaged = folder.resolve("damaged");
    TinyModel.save(damaged);
    Path weights = damaged.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    Files.delete(weights);
    Files.write(weights, Arrays.copyOf(bytes, bytes.length / 2));
    CommandRun run = CommandRun.of("generate", damaged.toString(), "--prompt", "a");
    assertEquals(1, run.exitCode());
    assertTrue(run.error().matches("minnow: [^\n]*model\\.safetensors[^\n]*\n"), run.error());
  }
}
