package dev.minnow.corpus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.corpus.read.ProblemKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
    CorpusReading.assertProblem(corpus, ProblemKind.NOT_TEXT, 1, picture.toString());
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
    String tokens = refusal(folder.resolve("tokens").toString());
    assertTrue(tokens.startsWith(folder.resolve("tokens") + " holds tokens, which train takes alone, and no text"), tokens);
  }

  @Test
  void jsonLinesWithoutTextAreRefusedByNameAndPassedOverInAFolder() throws IOException {
    file("a.jsonl", "{\"text\":\"a\"}\n");
    List<String> logs = new ArrayList<>();
    for (String line : List.of("{\"step\":1}\n", "[1]\n", "no JSON\n", "{\"text\":1}\n", "{\"text\":\n")) {
      logs.add(file("log" + logs.size() + ".jsonl", line.repeat(64) + "{\"text\":\"late\"}\n").toString());
    }
    file("short.jsonl", "{\"step\":1}\n");
    Corpus corpus = CorpusReading.open(folder);
    assertEquals(List.of("a"), CorpusReading.texts(corpus));
    assertEquals(Map.of(ProblemKind.PASSED_OVER, 6L), corpus.problems().counts());
    assertEquals(
        List.of(
            "Passed over whole because their first lines hold no text: 6 files; the first: " + logs.getFirst()
                + " has no JSON object with a string in the field \"text\" in its first lines; name the field, or the file itself to read"
                + " all of it."),
        corpus.problems().sentences());
    Path named = file("named.jsonl", "{\"step\":1}\n{\"step\":2}\n");
    assertEquals(
        named + ":1 is not a JSON object with a string in the field \"text\"; name the field or leave it out.", refusal(named.toString()));
    Path torn = file("torn.jsonl", "{\"text\":\"a\"}\n{\"step\":1}\n{\"text\":\"b\"}\n");
    corpus = CorpusReading.open(torn);
    assertEquals(List.of("a", "b"), CorpusReading.texts(corpus));
    CorpusReading.assertProblem(corpus, ProblemKind.WITHOUT_TEXT, 1, torn + ":2");
  }

  @Test
  void aPartOfAFileOfJsonLinesIsReadFromItsFirstWholeLine() throws IOException {
    Path shard = file("shard.jsonl", "of a text\"}\n".repeat(63) + "{\"text\":\"a\"}\n{\"step\":1}\n{\"text\":\"b\"}\n");
    Corpus corpus = CorpusReading.open(folder);
    assertEquals(List.of("a", "b"), CorpusReading.texts(corpus));
    CorpusReading.assertProblem(corpus, ProblemKind.MALFORMED, 63, shard + ":1");
    CorpusReading.assertProblem(corpus, ProblemKind.WITHOUT_TEXT, 1, shard + ":65");
  }

  @Test
  void aTextFileInAnotherEncodingIsReadWithANotice() throws IOException {
    Path latin = folder.resolve("latin.txt");
    Files.write(latin, "caf\u00E9\n".getBytes(StandardCharsets.ISO_8859_1));
    Corpus corpus = CorpusReading.open(latin);
    assertEquals(List.of("caf\u00E9\n"), CorpusReading.texts(corpus));
    corpus.read(piece -> {});
    assertEquals(
        List.of("Read from another encoding than UTF-8: 1 document; " + latin + " is in windows-1252."), corpus.problems().sentences());
  }

  @Test
  void aWordThatYieldsNoTextIsRefusedWhateverTheOthersYield() throws IOException {
    Path good = file("good.txt", "text");
    Path bad = folder.resolve("pictures/a.png");
    Files.createDirectories(bad.getParent());
    Files.write(bad, new byte[100]);
    Files.write(bad.resolveSibling("b.png"), new byte[100]);
    String message = refusal(good.toString(), bad.getParent().toString());
    assertEquals(
        "There is no text in any of the files of " + bad.getParent() + "; the first problem: " + bad
            + " is a binary file and no text; leave it out.",
        message);
    // Its files are the folder's, which was read.
    assertEquals(1, CorpusReading.open(folder, good).totals().documents());
  }

  @Test
  void whatIsWrongWithOneFileIsNotedAndTheOthersAreRead() throws IOException {
    file("a.txt", "one");
    file("gone.txt", "two");
    file("z.txt", "three");
    Corpus corpus = CorpusReading.open(folder);
    Files.delete(folder.resolve("gone.txt"));
    assertEquals(List.of("one", "three"), CorpusReading.texts(corpus));
    assertEquals(
        List.of("Left out because they cannot be read: 1 document; " + folder.resolve("gone.txt") + " does not exist; check the path."),
        corpus.problems().sentences());
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

  /** A folder whose path is longer than the system takes cannot be opened, not even by the superuser. */
  @Test
  void aGlobLooksIntoNoFolderWhereNothingCanMatch() throws IOException {
    file("near/a.txt", "a");
    Path upper = Files.createDirectories(folder.resolve("far" + ("/" + "u".repeat(200)).repeat(11)));
    Path lower = folder.resolve("lower");
    Files.createDirectories(folder.resolve("lower" + ("/" + "l".repeat(200)).repeat(11)));
    Path far = Files.move(lower, upper.resolve("lower"));
    try {
      Corpus all = CorpusReading.open(folder.resolve("**.txt"));
      assertEquals(List.of("a"), CorpusReading.texts(all));
      assertEquals(Map.of(ProblemKind.UNREADABLE, 1L), all.problems().counts());
      for (String glob : List.of("near/*.txt", "*/*.txt", "n*/**.txt", "{near,there}/**")) {
        Corpus corpus = CorpusReading.open(folder.resolve(glob));
        assertEquals(List.of("a"), CorpusReading.texts(corpus), glob);
        assertEquals(Map.of(), corpus.problems().counts(), glob);
      }
    } finally {
      Files.move(far, lower);
    }
  }

  @Test
  void aLinkToAFolderIsFollowedWhereItIsNamedAndNotFurtherIn() throws IOException {
    file("real/a.txt", "a");
    file("real/sub/b.txt", "b");
    file("other/c.txt", "no");
    Files.createSymbolicLink(folder.resolve("real/further"), folder.resolve("other"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("real"));
    Path linkToLink = Files.createSymbolicLink(folder.resolve("again"), link);
    for (Path named : List.of(link, linkToLink)) {
      assertEquals(List.of("a.txt", "sub/b.txt"), CorpusReading.names(CorpusReading.open(named), named));
      assertEquals(List.of("a.txt"), CorpusReading.names(CorpusReading.open(named.resolve("*.txt")), named));
      assertEquals(List.of("sub/b.txt"), CorpusReading.names(CorpusReading.open(named.resolve("*/*.txt")), named));
    }
    assertEquals(1, CorpusReading.open(link.resolve("further")).totals().documents());
    assertEquals(2, CorpusReading.open(link, folder.resolve("real")).totals().documents());
    Path hidden = Files.createSymbolicLink(folder.resolve(".hidden"), Path.of("real"));
    assertEquals(2, CorpusReading.open(hidden).totals().documents());
    Path broken = Files.createSymbolicLink(folder.resolve("broken"), Path.of("nowhere"));
    assertTrue(refusal(broken.toString()).startsWith(broken + " is neither a file or folder here"), refusal(broken.toString()));
  }

  @Test
  void aFolderWithGlobCharactersInItsNameIsThatFolder() throws IOException {
    for (String name : List.of("data [v2]", "{a,b}", "what?", "a*", "we\\ird")) {
      file(name + "/texts/a.txt", "a");
      file(name + "/texts/b.md", "b");
      Path named = folder.resolve(name);
      assertEquals(List.of("texts/a.txt"), CorpusReading.names(CorpusReading.open(named.resolve("texts/*.txt")), named));
      assertEquals(List.of("texts/a.txt"), CorpusReading.names(CorpusReading.open(named.resolve("t*/?.t[x]t")), named));
      String missing = named.resolve("missing.txt").toString();
      assertTrue(refusal(missing).startsWith(missing + " is neither a file or folder here"), refusal(missing));
    }
    file("data v/texts/c.txt", "c");
    assertEquals(List.of("texts/c.txt"),
        CorpusReading.names(CorpusReading.open(folder.resolve("data [u-w]/texts/*.txt")), folder.resolve("data v")));
  }

  @Test
  void emptyNamesInAGlobAndThoseOfTheFolderItselfAreNone() throws IOException {
    file("d/a.txt", "a");
    for (String word : List.of("./*//./a.txt", "*/a.txt/", "d/.//*.txt")) {
      assertEquals(List.of("a"), CorpusReading.texts(Corpus.open(List.of(folder + "/" + word))), word);
    }
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
    Files.write(file, java.util.Arrays.copyOf(whole, 11));
    assertEquals(file + " ends too early; fetch or pack it again.", refusal(file.toString()));
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
    assertEquals("There is no text in " + mark + "; give files of text.", refusal(mark.toString()));
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
    assertEquals(file + " is a binary file and no text; leave it out.", refusal(file.toString()));
  }

  @Test
  void aDeviceIsRefused() {
    assertEquals(
        "/dev/null is not a regular file, and text is read more than once; save it to a file first.", refusal("/dev/null"));
  }

  @Test
  void whatIsNoFileInAFolderIsNamed() throws IOException {
    file("a.txt", "one");
    Files.createSymbolicLink(folder.resolve("broken"), Path.of("nowhere"));
    Files.createSymbolicLink(folder.resolve(".hidden"), Path.of("nowhere"));
    Files.createSymbolicLink(folder.resolve("null"), Path.of("/dev/null"));
    Corpus corpus = CorpusReading.open(folder);
    assertEquals(List.of("one"), CorpusReading.texts(corpus));
    assertEquals(
        List.of("Left out because they cannot be read: 2 documents; the first: " + folder.resolve("broken")
            + " is a link to what does not exist; mend or remove it."),
        corpus.problems().sentences());
    assertTrue(CorpusReading.open(folder.resolve("*.txt")).problems().isEmpty());
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
