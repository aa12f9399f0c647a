package dev.minnow.corpus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusTest {
  @TempDir
  Path temporary;
  private Path folder;

  @BeforeEach
  void resolveLinksInTheTemporaryFolder() throws IOException {
    folder = temporary.toRealPath();
  }

  private Path file(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private static String refusal(String... words) {
    return assertThrows(CorpusException.class, () -> Corpus.open(List.of(words)).totals()).getMessage();
  }

  @Test
  void aTextFileIsOneDocumentHoweverOftenItIsRead() throws IOException {
    Corpus corpus = CorpusReading.open(file("a.txt", "\uFEFFone\r\ntwo\n"));
    assertEquals(List.of("one\ntwo\n"), CorpusReading.texts(corpus));
    assertEquals(List.of("one\ntwo\n"), CorpusReading.texts(corpus));
    assertEquals(1, corpus.totals().documents());
    assertEquals(8, corpus.totals().bytes());
  }

  @Test
  void aFolderIsReadInTheOrderOfPathsWithoutHiddenFiles() throws IOException {
    file("b.md", "b");
    file("a/z.txt", "z");
    file("a/y/x", "x");
    file("a-b.txt", "ab");
    file("B.txt", "B");
    file("empty.txt", "");
    file(".hidden", "no");
    file(".git/config", "no");
    file("a/.DS_Store", "no");
    assertEquals(List.of("B.txt", "a-b.txt", "a/y/x", "a/z.txt", "b.md"), CorpusReading.names(CorpusReading.open(folder), folder));
  }

  @Test
  void binaryFilesInAFolderArePassedOverAndNamed() throws IOException {
    file("a.txt", "text");
    Path picture = folder.resolve("picture.png");
    Files.write(picture, new byte[] {(byte) 0x89, 'P', 0, 1});
    Corpus corpus = CorpusReading.open(folder);
    assertEquals(List.of("text"), CorpusReading.texts(corpus));
    assertEquals(Set.of(picture.toString()), corpus.passedOver());
  }

  @Test
  void whatTrainingRunsSaveInAFolderIsNotText() throws IOException {
    file("a.txt", "text");
    for (String run : List.of("run", "run/steps/0000001", "best.run")) {
      file(run + "/model.safetensors", "weights");
      file(run + "/training.json", "{}");
      file(run + "/tokenizer.json", "{}");
    }
    file("linked/model.safetensors", "weights");
    file("linked/steps/readme.txt", "no");
    file("begun/metrics.jsonl", "{\"step\":1}\n");
    file("begun/tokens/manifest.json", "{}");
    file("tokens/training.tokens", "ids");
    file("tokens/manifest.json", "{}");
    file("other/training.json", "a text of that name");
    file("steps/b.txt", "b");
    List<String> expected = List.of("a.txt", "other/training.json", "steps/b.txt");
    assertEquals(expected, CorpusReading.names(CorpusReading.open(folder), folder));
    Corpus matched = Corpus.open(List.of(folder + "/**"));
    assertEquals(expected, CorpusReading.names(matched, folder));
    String message = refusal(folder.resolve("run").toString());
    assertTrue(message.startsWith(folder.resolve("run") + " is what a training run saved"), message);
  }

  @Test
  void jsonLinesWithoutTextAreRefusedByNameAndPassedOverInAFolder() throws IOException {
    file("a.jsonl", "{\"text\":\"a\"}\n");
    Set<String> logs = new TreeSet<>();
    for (String line : List.of("{\"step\":1}", "[1]", "no JSON", "{\"text\":1}", "{\"text\":")) {
      logs.add(file("log" + logs.size() + ".jsonl", line + "\n{\"text\":\"late\"}\n").toString());
    }
    Corpus corpus = CorpusReading.open(folder);
    assertEquals(List.of("a"), CorpusReading.texts(corpus));
    assertEquals(logs, corpus.passedOver());
    for (String log : logs) {
      assertTrue(refusal(log).startsWith(log + ":"), refusal(log));
    }
    Path torn = file("torn.jsonl", "{\"text\":\"a\"}\n{\"step\":1}\n");
    assertTrue(refusal(folder.toString()).startsWith(torn + ":2 "), refusal(folder.toString()));
  }

  @Test
  void aTextFileInAFolderThatIsNotUtf8IsRefusedByName() throws IOException {
    file("a.txt", "text");
    Files.write(folder.resolve("latin.txt"), "caf\u00E9\n".getBytes(StandardCharsets.ISO_8859_1));
    String message = refusal(folder.toString());
    assertTrue(message.startsWith(folder.resolve("latin.txt") + " is not UTF-8 text at byte 3 (0xE9)"), message);
  }

  @Test
  void globsMatchWhatTheySay() throws IOException {
    file("one.txt", "1");
    file("two.txt", "2");
    file("three.md", "3");
    file("sub/four.txt", "4");
    file(".hidden.txt", "no");
    assertEquals(List.of("one.txt", "two.txt"), CorpusReading.names(CorpusReading.open(folder.resolve("*.txt")), folder));
    assertEquals(
        List.of("one.txt", "sub/four.txt", "two.txt"), CorpusReading.names(CorpusReading.open(folder.resolve("**.txt")), folder));
    assertEquals(List.of("three.md", "two.txt"), CorpusReading.names(CorpusReading.open(folder.resolve("t{wo,hree}.*")), folder));
    assertEquals(List.of("sub/four.txt"), CorpusReading.names(CorpusReading.open(folder.resolve("s?b/[a-f]*")), folder));
    String nothing = folder.resolve("*.csv").toString();
    assertEquals(nothing + " holds or matches no visible file; check the path.", refusal(nothing));
    String unfinished = folder.resolve("[a").toString();
    assertTrue(refusal(unfinished).startsWith(unfinished + " is not a glob"), refusal(unfinished));
  }

  @Test
  void aFileWithGlobCharactersInItsNameIsThatFile() throws IOException {
    assertEquals(List.of("x"), CorpusReading.texts(CorpusReading.open(file("notes [1].txt", "x"))));
  }

  @Test
  void aFileNamedTwiceIsReadOnce() throws IOException {
    Path a = file("a.txt", "a");
    file("b.txt", "b");
    assertEquals(List.of("b.txt", "a.txt"), CorpusReading.names(CorpusReading.open(folder.resolve("b.txt"), folder, a), folder));
  }

  @Test
  void gzipIsOpened() throws IOException {
    Path file = folder.resolve("A.TXT.GZ");
    try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write("packed\r\n".getBytes(StandardCharsets.UTF_8));
    }
    assertEquals(List.of("packed\n"), CorpusReading.texts(CorpusReading.open(file)));
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(whole, whole.length - 9));
    assertEquals(file + " ends too early; fetch or pack it again.", refusal(file.toString()));
    whole[whole.length - 6] ^= 1;
    Files.write(file, whole);
    assertTrue(refusal(file.toString()).startsWith(file + " is damaged"), refusal(file.toString()));
    Files.writeString(file, "not packed at all");
    assertTrue(refusal(file.toString()).startsWith(file + " is damaged"), refusal(file.toString()));
  }

  @Test
  void missingEmptyAndUnreadableFilesAreRefusedByName() throws IOException {
    String missing = folder.resolve("missing.txt").toString();
    assertEquals(missing + " is neither a file or folder here nor a corpus known by name (" + CorpusCatalog.load().names()
        + "); check the spelling.", refusal(missing));
    assertEquals(
        "jkd is neither a file or folder here nor a corpus known by name (" + CorpusCatalog.load().names() + "); check the spelling.",
        refusal("jkd"));
    Path empty = file("empty.txt", "");
    assertEquals(empty + " is empty; give a file with text in it.", refusal(empty.toString()));
    Path mark = file("mark.txt", "\uFEFF");
    assertEquals("There is no text in " + mark + "; give files of UTF-8 text.", refusal(mark.toString()));
    Path folderOfNothing = Files.createDirectory(folder.resolve("nothing"));
    assertEquals(folderOfNothing + " holds or matches no visible file; check the path.", refusal(folderOfNothing.toString()));
    assertEquals("No corpus was given; name a file, a folder or one of: " + CorpusCatalog.load().names() + ".", refusal());
    Path secret = file("secret.txt", "x");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("---------"));
    String forbidden = secret + " may not be read; check its permissions.";
    // The superuser may read it all the same.
    assertEquals(Files.isReadable(secret) ? forbidden : refusal(secret.toString()), forbidden);
    assertEquals(forbidden, CorpusException.unreadable(secret.toString(), new AccessDeniedException(secret.toString())).getMessage());
  }

  @Test
  void binaryFilesAskedForByNameAreRefused() throws IOException {
    Path file = folder.resolve("a.bin");
    Files.write(file, new byte[] {'a', 0});
    assertEquals(
        file + " is not text: it has a NUL at byte 1; leave it out or convert it to UTF-8 text.", refusal(file.toString()));
  }

  @Test
  void aDeviceIsRefused() {
    assertEquals(
        "/dev/null is not a regular file, and text is read more than once; save it to a file first.", refusal("/dev/null"));
  }

  @Test
  void aCorpusThatChangesBetweenReadingsIsRefused() throws IOException {
    Path file = file("a.txt", "one");
    Corpus corpus = CorpusReading.open(file);
    corpus.totals();
    Files.writeString(file, "two");
    CorpusException refused = assertThrows(CorpusException.class, () -> corpus.read(piece -> {}));
    assertEquals(file + " changed while it was being read; start again when it rests.", refused.getMessage());
    Files.delete(file);
    refused = assertThrows(CorpusException.class, () -> corpus.read(piece -> {}));
    assertEquals(file + " does not exist; check the path.", refused.getMessage());
  }

  @Test
  void linesOfJsonAreDocuments() throws IOException {
    Path file =
        file(
            "a.jsonl",
            """
            {"text":"one\\r\\n\u00E9\\u20AC","meta":{"text":"inner"}}

            {"id":[1,{"a":2}],"text":"two"}
            {"text":""}
            {"text":"three"}""");
    Map<String, byte[]> documents = CorpusReading.documents(CorpusReading.open(file));
    assertEquals(List.of(file + ":1", file + ":3", file + ":5"), List.copyOf(documents.keySet()));
    assertArrayEquals("one\n\u00E9\u20AC".getBytes(StandardCharsets.UTF_8), documents.get(file + ":1"));
  }

  @Test
  void badLinesOfJsonAreRefusedByLine() throws IOException {
    String place = folder.resolve("a.jsonl") + ":2 ";
    String good = "{\"text\":\"x\"}\n";
    String withoutText = place + "is not a JSON object with a string in the field \"text\"; add it or remove the line.";
    for (String line : List.of("{}", "[1]", "\"text\"", "{\"text\":null}", "{\"text\":1}", "{\"body\":\"x\"}")) {
      assertEquals(withoutText, refusal(file("a.jsonl", good + line).toString()), line);
    }
    for (String line : List.of("{\"text\":\"a\",\"text\":\"b\"}", "{\"text\":\"a", "{\"text\"", "{\"a\":" + "[".repeat(100_000),
        "{\"text\":\"" + "a".repeat(21_000_000), "text", "{\"text\":\"a\tb\"}")) {
      String message = refusal(file("a.jsonl", good + line).toString());
      assertTrue(message.startsWith(place + "is not a line of JSON (") && message.length() < 400, message);
    }
    assertEquals(
        place + "has half of a surrogate pair in its text, which is no character; correct or remove the line.",
        refusal(file("a.jsonl", good + "{\"text\":\"\\ud800\"}").toString()));
    assertTrue(refusal(file("a.jsonl", good + "{\"text\":\"\\u0000\"}").toString()).startsWith(place + "is not text"));
  }

  @Test
  void progressEndsAtTheTotal() throws IOException {
    file("a.txt", "a".repeat(3_000_000));
    file("b.txt", "bb");
    Corpus corpus = CorpusReading.open(folder);
    List<long[]> updates = new ArrayList<>();
    corpus.read(piece -> {}, (done, total) -> updates.add(new long[] {done, total}));
    assertEquals(4, updates.size());
    assertArrayEquals(new long[] {3_000_002, 3_000_002}, updates.getLast());
    assertEquals(3_000_002, corpus.estimatedBytes());
  }
}
