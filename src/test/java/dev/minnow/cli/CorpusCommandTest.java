package dev.minnow.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CorpusCommandTest {
  @TempDir
  Path folder;
  private String texts;
  private String out;

  @BeforeEach
  void writeTexts() throws IOException {
    Path place = Files.createDirectory(folder.resolve("texts"));
    String fish = "The little fish swims in the clear water of the lake, and the moon looks down at her from between the clouds.\n";
    Files.writeString(place.resolve("a.txt"), fish.repeat(3));
    Files.writeString(place.resolve("b.txt"), "\uFEFF" + fish.repeat(3).replace("\n", "\r\n"));
    Files.writeString(
        place.resolve("c.txt"), "In winter the river is frozen, the boats lie on land, and old men tell one another what they caught.\n");
    Files.writeString(place.resolve("d.txt"), "0x3F");
    texts = place.toString();
    out = folder.resolve("out").toString();
  }

  private CommandRun prepare(String... more) {
    List<String> arguments = new ArrayList<>(List.of("corpus", "prepare", texts, "--out", out, "--vocab-size", "300"));
    arguments.addAll(List.of(more));
    return CommandRun.of(arguments.toArray(String[]::new));
  }

  @Test
  void prepareSaysWhatIsKeptAndWhatIsNot() {
    JsonNode json = prepare("--json").json();
    assertEquals(4, json.get("documents").intValue());
    assertEquals(2, json.get("kept_documents").intValue());
    assertEquals(1, json.get("dropped").get("exact_duplicate").intValue());
    assertEquals(1, json.get("dropped").get("too_short").intValue());
    assertEquals(0, json.get("dropped").get("near_duplicate").intValue());
    assertTrue(json.get("training_tokens").longValue() > 0 && json.get("validation_tokens").longValue() > 0, json.toString());
    assertEquals(Path.of(out).toAbsolutePath().toString(), json.get("folder").textValue());
  }

  @Test
  void prepareShowsATable() {
    CommandRun run = prepare("--validation", "0");
    assertEquals(0, run.exitCode(), run.error());
    assertTrue(run.out().matches("(?s) *documents +bytes\nread +4 .*\n- too short +1 .*\n- exact copies +1 .*\nkept, clean +2 .*"),
        run.out());
    assertTrue(run.out().contains(" tokens to train on; train on them with: scripts/minnow train " + out + "\n"), run.out());
    assertFalse(run.error().contains("%"), run.error());
  }

  @ParameterizedTest
  @CsvSource({"--keep-html,true", "--no-clean,true", "--keep-boilerplate,false"})
  void pagesKeepTheirMarkupWhereHelpSaysSo(String option, boolean kept) throws IOException {
    String page = "<html><body><p>A paragraph of its own, which is long enough to be kept.</p></body></html>\n";
    Files.writeString(Path.of(texts, "page.html"), page);
    long asUsual = prepare("--json").json().get("bytes").longValue();
    long read = prepare("--json", "--overwrite", option).json().get("bytes").longValue();
    Files.writeString(Path.of(texts, "page.txt"), page);
    long withText = prepare("--json", "--overwrite", option).json().get("bytes").longValue();
    assertEquals(page.length(), withText - read);
    assertEquals(kept, read > asUsual, read + " " + asUsual);
  }

  @Test
  void theDocumentsThatAreLeftOutAddUp() throws IOException {
    Random random = new Random(4);
    StringBuilder lines = new StringBuilder();
    String shared = "Please subscribe to our newsletter for the latest news and offers today";
    for (int i = 0; i < 60; i++) {
      StringBuilder words = new StringBuilder();
      for (int j = 0; j < 40; j++) {
        words.append(Integer.toString(random.nextInt(46_656, 1_679_616), 36)).append(' ');
      }
      lines.append("{\"text\":\"").append(words).append(i % 3 == 0 ? "\\n" + shared : "").append("\"}\n");
    }
    Files.writeString(Path.of(texts, "b.jsonl"), lines + "{\"text\":\"" + shared + "\"}\n");
    JsonNode json = prepare("--validation", "0", "--min-likeness", "0", "--json").json();
    assertEquals(1, json.get("dropped").get("boilerplate_alone").intValue(), json.toString());
    long sum = json.get("kept_documents").intValue();
    for (JsonNode dropped : json.get("dropped")) {
      sum += dropped.intValue();
    }
    assertEquals(json.get("documents").intValue(), sum, json.toString());
  }

  @Test
  void aPreparedCorpusIsReplacedOnlyWhenAskedFor() throws IOException {
    prepare("--validation", "0");
    byte[] manifest = Files.readAllBytes(Path.of(out, "manifest.json"));
    CommandRun again = prepare("--keep-duplicates");
    assertEquals(2, again.exitCode());
    assertEquals("minnow: " + out + " holds a prepared corpus; add --overwrite to replace it, or choose another --out.\n", again.error());
    assertArrayEquals(manifest, Files.readAllBytes(Path.of(out, "manifest.json")));
    assertEquals(3, prepare("--keep-duplicates", "--overwrite", "--json").json().get("kept_documents").intValue());
  }

  @Test
  void aFolderOfOtherFilesIsWrongUsage() throws IOException {
    Files.writeString(Files.createDirectories(Path.of(out)).resolve("letter.txt"), "dear");
    for (String further : new String[] {"--keep-duplicates", "--overwrite"}) {
      CommandRun run = prepare(further);
      assertEquals("minnow: " + out + " holds other files, such as letter.txt; choose a folder of its own.\n", run.error());
      assertEquals(2, run.exitCode());
    }
  }

  @Test
  void trainTakesAPreparedCorpus() {
    prepare("--validation", "0.3");
    String run = folder.resolve("run").toString();
    String[] train = {
        "train", out, "--out", run, "--layers", "1", "--heads", "1", "--width", "8", "--context", "4", "--batch", "2", "--steps", "2",
        "--json"};
    JsonNode json = CommandRun.of(train).json();
    assertEquals(2, json.get("steps").intValue());
    assertTrue(json.get("validation_loss").doubleValue() > 0, json.toString());
    assertTrue(Files.exists(folder.resolve("run/metrics.jsonl")));
    assertFalse(Files.exists(folder.resolve("run/tokens")));
    JsonNode resumed = CommandRun.of("train", "--resume", "--out", run, "--steps", "4", "--json").json();
    assertEquals(4, resumed.get("steps").intValue());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      OUT TEXTS          | 2 | OUT is a prepared corpus, which is trained on alone; leave out the others.
      OUT --validation 0 | 2 | What is held out was decided when OUT was prepared; leave out --validation.
      """)
  void trainRefusesWhatDoesNotGoWithAPreparedCorpus(String words, int exitCode, String sentence) {
    prepare();
    String run = folder.resolve("run").toString();
    CommandRun refused =
        CommandRun.of(("train --out RUN " + words).replace("OUT", out).replace("TEXTS", texts).replace("RUN", run).split(" ", -1));
    assertEquals("minnow: " + sentence.replace("OUT", out) + "\n", refused.error());
    assertEquals(exitCode, refused.exitCode());
    assertFalse(Files.exists(Path.of(run)));
  }

  @Test
  void statsCountsAndDraws() {
    CommandRun run = CommandRun.of("corpus", "stats", texts);
    assertEquals(0, run.exitCode(), run.error());
    assertTrue(run.out().matches("(?s).*\ndocuments +4\n.*\nexact copies +1\nnear copies +0\n.*"), run.out());
    assertTrue(run.out().contains("\nmost frequent words: the, "), run.out());
    assertTrue(run.out().matches("(?s).*\n  4 +1  #{20}\n.*\n  64 +1  #{20}\n  128 +0\n  256 +2  #{40}\n"), run.out());
    assertTrue(run.out().lines().allMatch(line -> line.length() <= 100), run.out());
  }

  @Test
  void textIsReadFromTheFieldColumnAndEncodingThatAreNamed() throws IOException {
    Path files = Files.createDirectory(folder.resolve("files"));
    Files.writeString(files.resolve("a.jsonl"), "{\"text\":\"not this\",\"document\":{\"body\":\"ab\"}}\n");
    Files.writeString(files.resolve("b.csv"), "text,body\nnot this,abcd\n");
    Files.write(files.resolve("c.txt"), "Grün".getBytes(StandardCharsets.ISO_8859_1));
    JsonNode json =
        CommandRun.of(
            "corpus", "stats", files.toString(), "--field", "document.body", "--column", "body", "--encoding", "ISO-8859-1", "--json")
            .json();
    assertEquals(3, json.get("documents").intValue());
    assertEquals(2 + 4 + 5, json.get("bytes").intValue());
  }

  @Test
  void whatIsWrongWithDocumentsIsSaidAndStopsNothing() throws IOException {
    Files.writeString(
        Path.of(texts, "e.jsonl"), "{\"text\":\"A line of its own that is long enough to be kept.\"}\n{\"text\":\n");
    CommandRun run = prepare("--json");
    assertEquals(3, run.json().get("kept_documents").intValue());
    assertTrue(run.error().contains("note: Left out because they are malformed: 1 document; " + texts + "/e.jsonl:2 "), run.error());
    assertTrue(Files.readString(Path.of(out, "manifest.json")).contains("\"MALFORMED\" : 1"));
  }

  @Test
  void statsGivesOneObject() {
    prepare("--no-clean");
    JsonNode json = CommandRun.of("corpus", "stats", texts, "--tokenizer", out, "--json").json();
    assertEquals(4, json.get("documents").intValue());
    assertEquals(1, json.get("exact_copies").intValue());
    assertEquals(1, json.get("copied_documents").intValue());
    assertEquals("the", json.get("frequent_words").get(0).get("word").textValue());
    assertEquals(2, json.get("documents_by_least_bytes").get("256").intValue());
    long tokens = json.get("tokens").longValue();
    assertTrue(tokens > 4 && tokens < json.get("bytes").longValue(), json.toString());
    JsonNode without = CommandRun.of("corpus", "stats", texts, "--json").json();
    assertTrue(without.get("tokens").isNull());
  }

  /** The default that help names is the most of this heap, or 1 GiB, and is taken where it is given. */
  @Test
  void theMemoryThatHelpNamesIsTaken() {
    long most = Math.min(1024, Runtime.getRuntime().maxMemory() / 2 >> 20);
    String help = CommandRun.of("corpus", "stats", "--help").out().replaceAll("\\s+", " ");
    assertTrue(help.contains("such as 128m; at most half of the Java heap (default: " + most + "m)."), help);
    for (String size : List.of("128m", most + "m")) {
      CommandRun run = CommandRun.of("corpus", "stats", texts, "--memory", size);
      assertEquals(0, run.exitCode(), run.error());
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      prepare a --out b --memory 1m         | --memory must be from 64m to [0-9]+m, half of the Java heap, not 1m; give a size between, .*
      prepare a --out b --memory lots       | --memory cannot be "lots"; it takes a size such as 128m\\.
      prepare a --out b --threads 0         | --threads must be from 1 to 4096, not 0\\.
      prepare a --out b --validation 1      | --validation must be at least 0 and below 1, not 1\\.0\\.
      prepare a --out b --similarity 0.1    | The similarity of near-duplicates must be between .*
      prepare a --out b --min-characters -1 | The fewest characters of a document must be 0 or more, not -1\\.
      prepare a --out b --vocab-size 5      | A vocabulary size of 5 is out of range; .*
      prepare a --out b --vocab-size 9 --tokenizer t | --tokenizer has a vocabulary already; leave out --vocab-size\\.
      prepare a --out b --no-clean --keep-html |  --no-clean takes texts as they are; leave out --keep-html\\.
      stats a --encoding klingon            | The encoding cannot be "klingon"; it takes a name such as UTF-8 or ISO-8859-1\\.
      prepare a                             | --out is missing; see minnow corpus prepare --help\\.
      prepare --out b                       | CORPUS is missing; see minnow corpus prepare --help\\.
      stats                                 | CORPUS is missing; see minnow corpus stats --help\\.
      prepair                               | There is no command "prepair" of minnow corpus; did you mean prepare\\?
      """)
  void wrongOptionsAreWrongUsage(String commandLine, String sentence) {
    CommandRun run = CommandRun.of(("corpus " + commandLine).split(" ", -1));
    assertTrue(run.error().matches("minnow: " + sentence + "\n"), run.error());
    assertEquals(2, run.exitCode());
    assertEquals("", run.out());
  }
}
