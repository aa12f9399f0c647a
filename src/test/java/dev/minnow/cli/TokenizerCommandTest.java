package dev.minnow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minnow.tokenizer.Tokenizer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerCommandTest {
  private static final String TEXT = "The cat sat on the mat. The cat sat on the hat.\n";

  @TempDir
  Path folder;

  private String file;

  @BeforeEach
  void train() throws IOException {
    Path text = Files.writeString(folder.resolve("cats.txt"), TEXT.repeat(20));
    file = folder.resolve("tokenizer.json").toString();
    JsonNode result = CommandRun.of("tokenizer", "train", text.toString(), "--out", file, "--vocab-size", "270", "--json").json();
    assertEquals(270, result.path("vocabulary_size").intValue());
    assertEquals(file, result.path("tokenizer").asText());
  }

  private static void assertUsage(int exitCode, String word, CommandRun run) {
    assertEquals(exitCode, run.exitCode(), run.error());
    assertEquals("", run.out());
    assertTrue(run.error().contains(word), run.error());
    assertEquals(1, run.error().lines().count(), run.error());
  }

  @Test
  void noFolderIsMadeBeforeTheTextsAreFound() {
    String out = folder.resolve("new/below/tokenizer.json").toString();
    assertUsage(1, "nowhere", CommandRun.of("tokenizer", "train", folder.resolve("nowhere").toString(), "--out", out));
    assertUsage(1, "nowhere", CommandRun.of("tokenizer", "convert", folder.resolve("nowhere").toString(), "--out", out));
    assertFalse(Files.exists(folder.resolve("new")));
    assertEquals(0, CommandRun.of("tokenizer", "convert", file, "--out", out).exitCode());
  }

  @Test
  void whatIsEncodedDecodes() {
    String ids = CommandRun.withInput(TEXT, "tokenizer", "encode", file).out();
    assertTrue(ids.matches("\\d+( \\d+)*\n"), ids);
    assertEquals(TEXT, CommandRun.withInput(ids, "tokenizer", "decode", file).out());
    JsonNode json = CommandRun.withInput(TEXT, "tokenizer", "encode", file, "--json").json();
    assertEquals(ids.strip().split(" ").length, json.path("ids").size());
    assertEquals(TEXT,
        CommandRun.withInput(json.path("ids").toString(), "tokenizer", "decode", file, "--json").json().path("text").asText());
  }

  @Test
  void aConvertedTokenizerGivesTheSameIds() {
    String ids = CommandRun.withInput(TEXT, "tokenizer", "encode", file).out();
    String tiktoken = folder.resolve("cats.tiktoken").toString();
    String pair = folder.resolve("merges.txt").toString();
    assertEquals(270, CommandRun.of("tokenizer", "convert", file, "--out", tiktoken, "--json").json().path("vocabulary_size").intValue());
    assertEquals(pair + ": 270 tokens\n", CommandRun.of("tokenizer", "convert", file, "--out", pair).out());
    assertEquals(ids, CommandRun.withInput(TEXT, "tokenizer", "encode", tiktoken, "--pattern", "gpt2").out());
    assertEquals(ids, CommandRun.withInput(TEXT, "tokenizer", "encode", pair).out());
    assertUsage(2, "is there already", CommandRun.of("tokenizer", "convert", file, "--out", pair));
    assertUsage(2, "gpt7", CommandRun.withInput("x", "tokenizer", "encode", tiktoken, "--pattern", "gpt7"));
    assertUsage(2, "name the pattern", CommandRun.withInput("x", "tokenizer", "encode", tiktoken));
    assertUsage(2, "leave the pattern \"gpt2\" out", CommandRun.withInput("x", "tokenizer", "encode", file, "--pattern", "gpt2"));
  }

  /** What is printed is never one piece, which would be larger than all else that is held. */
  @Test
  void idsOfALongTextComeInPieces() throws IOException {
    byte[] text = TEXT.repeat(20_000).getBytes(StandardCharsets.UTF_8);
    int[] ids = Tokenizer.load(Path.of(file)).encode(text);
    for (String form : List.of("", "--json")) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      List<Integer> pieces = new ArrayList<>();
      OutputStream pieceByPiece = new OutputStream() {
        @Override
        public void write(int b) {
          write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
          pieces.add(length);
          out.write(bytes, from, length);
        }
      };
      Console console = Console.of(new ByteArrayInputStream(text), pieceByPiece, OutputStream.nullOutputStream());
      List<String> words = Stream.of("tokenizer", "encode", file, form).filter(word -> !word.isEmpty()).toList();
      assertEquals(0, Minnow.run(Minnow.COMMANDS, console, Map.of(), words.toArray(String[]::new)));
      String separator = form.isEmpty() ? " " : ",";
      String joined = Arrays.stream(ids).mapToObj(Integer::toString).collect(Collectors.joining(separator));
      assertEquals(form.isEmpty() ? joined + "\n" : "{\"ids\":[" + joined + "]}\n", out.toString(StandardCharsets.UTF_8));
      assertTrue(pieces.size() > 10 && Collections.max(pieces) < 100_000, pieces.toString());
    }
    assertEquals("\n", CommandRun.withInput("", "tokenizer", "encode", file).out());
    assertEquals("{\"ids\":[]}\n", CommandRun.withInput("", "tokenizer", "encode", file, "--json").out());
  }

  @Test
  void linesOfJsonAreTextsOfTheirOwn() {
    String lines = "\"The cat\"\n\"\"\n\"two\\nlines \\u2028 \\ud83d\\udc4d\"\n";
    CommandRun encoded = CommandRun.withInput(lines, "tokenizer", "encode", file, "--jsonl");
    assertEquals(3, encoded.out().lines().count());
    assertEquals("[]", encoded.out().lines().toList().get(1));
    assertEquals("\"The cat\"\n\"\"\n\"two\\nlines \\u2028 👍\"\n",
        CommandRun.withInput(encoded.out(), "tokenizer", "decode", file, "--jsonl").out());
  }

  @Test
  void linesThatAreNotAsTheyMustBeAreNamed() {
    for (String wrong : List.of("7", "", "null", "\"a\" \"b\"", "[\"a\"]", "\"a")) {
      assertUsage(1, "Line 2", CommandRun.withInput("\"a\"\n" + wrong + "\n", "tokenizer", "encode", file, "--jsonl").withoutOut());
    }
    for (String wrong : List.of("[1.5]", "[1.0]", "[null]", "[\"65\"]", "[true]", "[9999999999]", "[1] 2", "[1", "1", "null", "{}", "")) {
      assertUsage(1, "Line 2", CommandRun.withInput("[1]\n" + wrong + "\n", "tokenizer", "decode", file, "--jsonl").withoutOut());
    }
    assertUsage(1, "Line 1 of standard input has half of a pair of surrogates",
        CommandRun.withInput("\"a\\ud800x\"\n", "tokenizer", "encode", file, "--jsonl").withoutOut());
    byte[] latin = "\"a\"\n\"caf\u00e9\"\n".getBytes(StandardCharsets.ISO_8859_1);
    assertUsage(1, "Line 2 of standard input is not UTF-8;",
        CommandRun.withInput(latin, "tokenizer", "encode", file, "--jsonl").withoutOut());
  }

  @Test
  void aFileIsWrittenIntoAFolderThatIsMadeAndNothingIsReplacedUnasked() throws IOException {
    Path json = folder.resolve("new/tokenizer.json");
    assertEquals(json + ": 270 tokens\n", CommandRun.of("tokenizer", "convert", file, "--out", folder + "/new/").out());
    assertUsage(1, "cats.txt", CommandRun.of("tokenizer", "convert", file, "--out", folder + "/cats.txt/"));
    Path pair = folder.resolve("a/b/merges.txt");
    assertEquals(pair + ": 270 tokens\n", CommandRun.of("tokenizer", "convert", file, "--out", pair.toString()).out());
    Files.delete(pair);
    Path vocabulary = pair.resolveSibling("vocab.json");
    assertUsage(2, vocabulary + " is there already", CommandRun.of("tokenizer", "convert", file, "--out", pair.toString()));
    Files.writeString(vocabulary, "old");
    assertUsage(2, "is no whole tokenizer", CommandRun.of("tokenizer", "convert", file, "--out", vocabulary.toString(), "--overwrite"));
    Files.delete(vocabulary);
    assertEquals(0, CommandRun.of("tokenizer", "convert", file, "--out", pair.toString()).exitCode());
    assertEquals(0, CommandRun.of("tokenizer", "convert", file, "--out", vocabulary.toString(), "--overwrite").exitCode());
    String ids = CommandRun.withInput(TEXT, "tokenizer", "encode", file).out();
    assertEquals(ids, CommandRun.withInput(TEXT, "tokenizer", "encode", vocabulary.toString()).out());
    String cats = folder.resolve("cats.txt").toString();
    assertUsage(2, "is no whole tokenizer", CommandRun.of("tokenizer", "train", cats, "--out", cats, "--overwrite"));
    String model = TinyModel.save(folder.resolve("model"));
    assertUsage(2, "belongs to the model", CommandRun.of("tokenizer", "convert", file, "--out", model, "--overwrite"));
    Files.move(Path.of(model, "model.safetensors"), Path.of(model, "pytorch_model.bin"));
    assertUsage(2, "belongs to the model", CommandRun.of("tokenizer", "convert", file, "--out", model, "--overwrite"));
    String below = folder.resolve("cats.txt/x.json").toString();
    assertUsage(1, "cats.txt", CommandRun.of("tokenizer", "train", folder.resolve("nowhere").toString(), "--out", below));
  }

  /** Nothing of the corpus is read before: it is not even there. */
  @Test
  void whatTheFormCannotSayIsRefusedBeforeLearning() {
    String nowhere = folder.resolve("nowhere.txt").toString();
    String tiktoken = folder.resolve("cats.tiktoken").toString();
    String pair = folder.resolve("merges.txt").toString();
    assertUsage(2, "special tokens", CommandRun.of("tokenizer", "train", nowhere, "--out", tiktoken, "--special-token", "</s>"));
    assertUsage(2, "special tokens", CommandRun.of("tokenizer", "train", nowhere, "--out", tiktoken, "--vocab-size", "256"));
    assertUsage(2, "write a tokenizer.json", CommandRun.of("tokenizer", "train", nowhere, "--out", pair, "--pattern", "llama3"));
    assertUsage(2, "write a tokenizer.json", CommandRun.of("tokenizer", "train", nowhere, "--out", pair, "--special-token", "</s>"));
    assertUsage(1, "nowhere", CommandRun.of("tokenizer", "train", nowhere, "--out", tiktoken, "--pattern", "llama3"));
    assertUsage(1, "nowhere", CommandRun.of("tokenizer", "train", nowhere, "--out", pair, "--vocab-size", "256"));
  }

  @Test
  void specialTokensAreTextUnlessAskedFor() {
    String text = "a<|endoftext|>b";
    String plain = CommandRun.withInput(text, "tokenizer", "encode", file).out();
    String special = CommandRun.withInput(text, "tokenizer", "encode", file, "--special").out();
    assertEquals(3, special.split(" ").length, special);
    assertTrue(plain.split(" ").length > 3, plain);
    assertEquals("ab", CommandRun.withInput(special, "tokenizer", "decode", file).out());
    assertEquals(text, CommandRun.withInput(special, "tokenizer", "decode", file, "--special").out());
  }

  @Test
  void inspectShowsHowTheTokenizerFitsTexts() {
    String text = folder.resolve("cats.txt").toString();
    JsonNode json = CommandRun.of("tokenizer", "inspect", file, text, "--json").json();
    assertEquals(270, json.path("tokens").intValue());
    assertEquals("gpt2", json.path("pattern").asText());
    JsonNode fit = json.path("texts").get(0);
    assertEquals(TEXT.length() * 20, fit.path("bytes").intValue());
    assertEquals(fit.path("bytes").doubleValue() / fit.path("tokens").doubleValue(), fit.path("bytes_per_token").doubleValue());
    assertTrue(json.path("most_used").get(0).path("times").longValue() >= 20);
    String shown = CommandRun.of("tokenizer", "inspect", file, text, "--top", "3").out();
    assertTrue(shown.contains("bytes per token") && shown.contains("most used") && shown.contains("longest"), shown);
  }

  @Test
  void wrongUseIsOneSentence() {
    assertUsage(2, "--overwrite", CommandRun.of("tokenizer", "train", folder.resolve("cats.txt").toString(), "--out", file));
    assertUsage(2, "gpt7", CommandRun.of("tokenizer", "train", file, "--out", file + "2", "--pattern", "gpt7"));
    assertUsage(1, "nowhere", CommandRun.of("tokenizer", "encode", folder.resolve("nowhere.json").toString()));
    assertUsage(1, "999", CommandRun.withInput("1 999", "tokenizer", "decode", file));
    assertUsage(1, "\"x\"", CommandRun.withInput("1 x", "tokenizer", "decode", file));
    assertUsage(2, "dropout", CommandRun.withInput("x", "tokenizer", "encode", file, "--dropout", "1"));
  }
}
