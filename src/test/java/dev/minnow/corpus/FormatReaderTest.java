package dev.minnow.corpus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.corpus.read.ProblemKind;
import dev.minnow.tokenizer.WorkListener;
import io.airlift.compress.zstd.ZstdOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import java.util.zip.Inflater;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FormatReaderTest {
  @TempDir
  Path folder;

  private Path file(String name, String text) throws IOException {
    return file(name, text.getBytes(StandardCharsets.UTF_8));
  }

  private Path file(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  private static Corpus open(Path file, String field, @Nullable String column, @Nullable Charset encoding) {
    return Corpus.open(List.of(file.toString()), new ReadingOptions(field, column, encoding, false), WorkListener.SILENT);
  }

  /** Names after that of the file, each with its text. */
  private static List<String> documents(Corpus corpus, Path file) {
    List<String> documents = new ArrayList<>();
    CorpusReading.documents(corpus)
        .forEach((name, text) -> documents.add(name.substring(file.toString().length()) + " " + new String(text, StandardCharsets.UTF_8)));
    // The same at every reading.
    assertEquals(documents.size(), CorpusReading.documents(corpus).size());
    return documents;
  }

  private static List<String> documents(Path file) {
    return documents(CorpusReading.open(file), file);
  }

  private static String refusal(Corpus corpus) {
    return assertThrows(CorpusException.class, corpus::totals).getMessage();
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
            {"text":"three\\u0000"}""");
    assertEquals(List.of(":1 one\n\u00E9\u20AC", ":3 two", ":5 three"), documents(file));
  }

  @Test
  void aBadLineOfJsonDoesNoHarmToTheNext() throws IOException {
    List<String> withoutText = List.of("{}", "[1]", "\"text\"", "{\"text\":null}", "{\"text\":1}", "{\"body\":\"x\"}");
    List<String> malformed =
        List.of("{\"text\":\"a\",\"text\":\"b\"}", "{\"text\":\"a", "{\"text\"", "text", "{\"text\":\"a\tb\"}", "{\"text\":\"a\"} {}", "}");
    List<String> overLimit = List.of("{\"a\":" + "[".repeat(100_000), "{\"text\":\"" + "a".repeat(21_000_000) + "\"}");
    List<String> lines = new ArrayList<>(List.of("{\"text\":\"first\"}"));
    List<String> expected = new ArrayList<>(List.of(":1 first"));
    for (List<String> bad : List.of(withoutText, malformed, overLimit)) {
      for (String line : bad) {
        lines.add(line);
        lines.add("{\"text\":\"after\"}");
        expected.add(":" + lines.size() + " after");
      }
    }
    Path file = file("a.jsonl", String.join("\n", lines));
    Corpus corpus = CorpusReading.open(file);
    assertEquals(expected, documents(corpus, file));
    assertEquals(
        Map.of(
            ProblemKind.WITHOUT_TEXT, (long) withoutText.size(), ProblemKind.MALFORMED, (long) malformed.size(), ProblemKind.OVER_LIMIT,
            (long) overLimit.size()),
        corpus.problems().counts());
    assertTrue(corpus.problems().sentences().stream().allMatch(sentence -> sentence.length() < 600),
        corpus.problems().sentences()::toString);
    CorpusReading.assertProblem(corpus, ProblemKind.WITHOUT_TEXT, withoutText.size(), file + ":2");
  }

  @Test
  void halfSurrogatePairsInJsonAreReplaced() throws IOException {
    Path file = file("a.jsonl", "{\"text\":\"a\\ud800b\\ud83d\\ude00\"}");
    Corpus corpus = CorpusReading.open(file);
    assertEquals(List.of(":1 a\uFFFDb\uD83D\uDE00"), documents(corpus, file));
    CorpusReading.assertProblem(corpus, ProblemKind.REPLACED_CHARACTERS, 1, file + ":1");
  }

  @Test
  void theFieldCanBeChosenAndLieWithinAnother() throws IOException {
    Path file = file("a.jsonl", "{\"document\":{\"x\":{},\"body\":\"one\"}}\n{\"document\":3}\n{\"document.body\":\"two\"}");
    assertEquals(List.of(":1 one", ":3 two"), documents(open(file, "document.body", null, null), file));
    assertTrue(refusal(open(file, "body", null, null)).startsWith(file + ":1 is not a JSON object with a string in the field \"body\""));
  }

  @Test
  void jsonIsAnArrayOfObjectsOrStringsOrOneObject() throws IOException {
    assertEquals(
        List.of("[0] a", "[2] c"),
        documents(file("objects.json", "[{\"text\":\"a\"},\n{\"id\":1},\n{\"id\":{\"text\":\"x\"},\"text\":\"c\"}]")));
    assertEquals(List.of("[0] a", "[1] b"), documents(file("strings.json", "[\"a\", \"b\"]")));
    assertEquals(List.of(" a"), documents(file("one.json", "{\n \"text\": \"a\"\n}\n")));
    assertEquals(List.of(" a", "[1] b", "[2] c"), documents(file("several.json", "{\"text\":\"a\"}\n{\"text\":\"b\"}[\"c\"]")));
    Path torn = file("torn.json", "[{\"text\":\"a\"},{\"text\":\"b\"},{\"text\":");
    Corpus corpus = CorpusReading.open(torn);
    assertEquals(List.of("[0] a", "[1] b"), documents(corpus, torn));
    CorpusReading.assertProblem(corpus, ProblemKind.MALFORMED, 1, torn.toString());
    assertTrue(refusal(CorpusReading.open(file("settings.json", "{\"name\":\"x\"}"))).contains("no"), "refused by name");
  }

  @Test
  void jsonInAFolderThatHoldsNoDocumentsIsASourceLikeAnyOther() throws IOException {
    file("package.json", "{\"name\":\"x\"}");
    file("texts.json", "[{\"text\":\"a\"}]");
    assertEquals(List.of("package.json", "texts.json[0]"), CorpusReading.names(CorpusReading.open(folder), folder));
  }

  @Test
  void rowsOfATableAreDocuments() throws IOException {
    String table = "id,text,other\r\n1,\"one, \"\"quoted\"\"\nsecond line\",x\r\n\r\n2,two,y\n3\n4,,z\n5,five";
    Path file = file("a.csv", table);
    Corpus corpus = CorpusReading.open(file);
    assertEquals(List.of(":2 one, \"quoted\"\nsecond line", ":5 two", ":8 five"), documents(corpus, file));
    CorpusReading.assertProblem(corpus, ProblemKind.WITHOUT_TEXT, 1, file + ":6");
    assertEquals(List.of(":2 x", ":5 y", ":7 z"), documents(open(file, "text", "other", null), file));
    assertEquals(
        file + " has no column \"body\" in its first row; name the column or leave it out.", refusal(open(file, "text", "body", null)));
    assertEquals(List.of(":2 one", ":3 two, too"), documents(file("b.tsv", "n\ttext\n1\tone\n2\ttwo, too\n")));
    assertEquals(List.of(":2 eins", ":3 zwei"), documents(file("c.csv", "n;text\n1;eins\n2;zwei\n")));
    assertEquals(List.of(":2 eins", ":3 zwei"), documents(file("d.csv", "Satz\neins\nzwei\n")));
    assertEquals(
        List.of(":2 caf\u00E9"), documents(file("e.csv", "n,text\n1,caf\u00E9\n".getBytes(StandardCharsets.UTF_16))));
    assertTrue(refusal(CorpusReading.open(file("f.csv", "text,text\na,b"))).contains("two columns of the name"));
  }

  @Test
  void spacesAtTheBeginningOfARowBelongToItsText() throws IOException {
    assertEquals(List.of(":3 if x:", ":4     return 1", ":6  "), documents(file("a.csv", "\ntext\nif x:\n    return 1\n\n \n")));
    assertEquals(List.of(":2   a", ":4    b"), documents(file("b.tsv", "text\tn\n  a\t1\n  \n   b\t2\n")));
    assertEquals(List.of(":2   \"a\""), documents(file("d.csv", "text,n\n  \"a\",1\n\"\"\n")));
    assertEquals(List.of(":2   a", ":3  \"b\" "), documents(file("c.csv", "text,n\n\"  a\",1\n\" \"\"b\"\" \",2\n")));
  }

  @Test
  void aRowOfMoreColumnsThanTheFirstIsNoted() throws IOException {
    Path file = file("a.csv", "text\nwhole,\nHello, my friend\nlast\n");
    Corpus corpus = CorpusReading.open(file);
    assertEquals(List.of(":2 whole", ":4 last"), documents(corpus, file));
    CorpusReading.assertProblem(corpus, ProblemKind.MALFORMED, 1, file + ":3");
  }

  @Test
  void aTableThatNeverClosesItsQuoteIsReadUpToThere() throws IOException {
    Path file = file("a.csv", "text\none\n\"two\nthree\n");
    Corpus corpus = CorpusReading.open(file);
    assertEquals(List.of(":2 one"), documents(corpus, file));
    CorpusReading.assertProblem(corpus, ProblemKind.MALFORMED, 1, file.toString());
  }

  @Test
  void pagesAreStrippedOfTheirMarkup() throws IOException {
    String page =
        "<!DOCTYPE html><html><head><title>Title</title><style>p { color: red }</style><script>if (a < b) alert('no');</script></head>"
            + "<body><!-- no --><p class=\"x\">Fish &amp; chips&nbsp;&eacute;&#x20AC;&lt;</p><p>two<br>three</p></body></html>";
    for (String name : List.of("a.html", "a.HTM", "a.xhtml")) {
      String text = documents(file(name, page)).getFirst();
      List<String> words = Arrays.asList(text.strip().split("\\s+"));
      assertEquals(List.of("Title", "Fish", "&", "chips", "\u00E9\u20AC<", "two", "three"), words);
    }
  }

  @Test
  void aPagesEncodingIsWhatItDeclares() throws IOException {
    String cyrillic = "<html><head><meta charset='koi8-r'></head><body>\u043F\u0440\u0438\u0432\u0435\u0442";
    Path file = file("a.html", cyrillic.getBytes(Charset.forName("KOI8-R")));
    Corpus corpus = CorpusReading.open(file);
    assertEquals("\u043F\u0440\u0438\u0432\u0435\u0442", documents(corpus, file).getFirst().strip());
    CorpusReading.assertProblem(corpus, ProblemKind.OTHER_ENCODING, 1, file.toString());
    String latin =
        "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><html><head><meta http-equiv=\"Content-Type\" content=\"text/html;\n charset=\"/>"
            + "</head><body>caf\u00E9";
    assertEquals("caf\u00E9", documents(file("b.html", latin.getBytes(StandardCharsets.ISO_8859_1))).getFirst().strip());
    String lying = "<meta charset=utf-8><p>d\u00E9j\u00E0 vu";
    assertEquals("d\u00E9j\u00E0 vu", documents(file("c.html", lying.getBytes(StandardCharsets.ISO_8859_1))).getFirst().strip());
    assertEquals("d\u00E9j\u00E0 vu", documents(file("d.html", lying.getBytes(StandardCharsets.UTF_16))).getFirst().strip());
  }

  private static byte[] zstandard(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new ZstdOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  private static byte[] tar(String... namesAndTexts) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (TarArchiveOutputStream out = new TarArchiveOutputStream(packed)) {
      out.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (int i = 0; i < namesAndTexts.length; i += 2) {
        byte[] text = namesAndTexts[i + 1].getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry entry = new TarArchiveEntry(namesAndTexts[i]);
        entry.setSize(text.length);
        out.putArchiveEntry(entry);
        out.write(text);
        out.closeArchiveEntry();
      }
    }
    return packed.toByteArray();
  }

  @Test
  void theInnerNameOfAPackedFileTellsItsFormat() throws IOException {
    byte[] lines = "{\"text\":\"a\"}\n{\"text\":\"b\"}".getBytes(StandardCharsets.UTF_8);
    assertEquals(List.of(":1 a", ":2 b"), documents(file("a.jsonl.gz", gzip(lines))));
    assertEquals(List.of(":1 a", ":2 b"), documents(file("a.ndjson.zst", zstandard(lines))));
    byte[] text = "word ".repeat(500_000).getBytes(StandardCharsets.UTF_8);
    Path file = file("a.txt.zst", zstandard(text));
    assertArrayEquals(text, CorpusReading.documents(CorpusReading.open(file)).get(file.toString()));
    byte[] two = Arrays.copyOf(gzip(lines), 2 * gzip(lines).length);
    System.arraycopy(gzip(lines), 0, two, two.length / 2, two.length / 2);
    assertEquals(1, documents(file("members.txt.gz", two)).size());
    assertEquals(2 * lines.length, CorpusReading.open(folder.resolve("members.txt.gz")).totals().bytes());
  }

  @Test
  void aTarArchiveWithNamesInAnOldEncodingIsRead() throws IOException {
    byte[] archive = tar("M?ller.txt", "a", "b.jsonl", "{\"text\":\"b\"}");
    // The header's checksum is the sum of its bytes.
    archive[1] = (byte) 0x81;
    archive[2] += (byte) ('?' - 0x81);
    Path file = file("a.tar", archive);
    assertEquals(List.of("a", "b"), CorpusReading.texts(CorpusReading.open(file)));
  }

  @Test
  void filesInATarArchiveAreReadInItsOrder() throws IOException {
    String longName = "d/" + "long".repeat(50) + ".txt";
    byte[] archive =
        tar("z.txt", "z", "a.jsonl", "{\"text\":\"j\"}", "d/", "", ".hidden", "no", "../../outside.txt", "o", longName, "l", "p.html",
            "<p>page", "inner.zip", "PK", "empty.txt", "", "picture.png", "\0\0\0\1");
    for (String name : List.of("a.tar", "a.tar.gz", "a.tgz", "a.tar.zst")) {
      byte[] packed = name.endsWith("zst") ? zstandard(archive) : name.endsWith("gz") ? gzip(archive) : archive;
      Path file = file(name, packed);
      Corpus corpus = CorpusReading.open(file);
      List<String> documents = documents(corpus, file);
      assertEquals(List.of("!/z.txt z", "!/a.jsonl:1 j", "!/../../outside.txt o", "!/" + longName + " l"), documents.subList(0, 4), name);
      assertEquals("page", documents.get(4).substring("!/p.html ".length()).strip());
      assertEquals(5, documents.size());
      CorpusReading.assertProblem(corpus, ProblemKind.NESTED_ARCHIVE, 1, file + "!/inner.zip");
      CorpusReading.assertProblem(corpus, ProblemKind.NOT_TEXT, 1, file + "!/picture.png");
    }
  }

  @Test
  void whatIsLostOfATornArchiveIsOneProblem() throws IOException {
    byte[] archive = tar("a.txt", "first", "b.txt", "b".repeat(100_000));
    byte[] packed = gzip(archive);
    Path file = file("a.tar", Arrays.copyOf(archive, 50_000));
    Corpus corpus = CorpusReading.open(file);
    assertEquals(2, corpus.totals().documents());
    assertEquals(1, corpus.problems().counts().values().stream().mapToLong(Long::longValue).sum(), corpus.problems().sentences()::toString);
    file = file("a.tar.gz", Arrays.copyOf(packed, packed.length - 12));
    corpus = CorpusReading.open(file);
    assertTrue(corpus.totals().documents() >= 1);
    assertEquals(1, corpus.problems().counts().values().stream().mapToLong(Long::longValue).sum(), corpus.problems().sentences()::toString);
  }

  @Test
  void aDamagedPackedFileIsReadUpToTheDamage() throws IOException {
    StringBuilder numbers = new StringBuilder();
    for (int i = 0; i < 200_000; i++) {
      numbers.append(i * 7919L % 100_003).append('\n');
    }
    byte[] text = numbers.toString().getBytes(StandardCharsets.UTF_8);
    byte[] packed = gzip(text);
    byte[] cut = Arrays.copyOf(packed, packed.length * 2 / 3);
    byte[] changed = packed.clone();
    Arrays.fill(changed, packed.length * 2 / 3, packed.length * 2 / 3 + 50, (byte) 0xA5);
    byte[] badSum = packed.clone();
    badSum[packed.length - 6] ^= 1;
    for (byte[] damaged : List.of(cut, changed, badSum)) {
      Path file = file("a.txt.gz", damaged);
      Corpus corpus = CorpusReading.open(file);
      byte[] read = CorpusReading.documents(corpus).get(file.toString());
      CorpusReading.assertProblem(corpus, ProblemKind.DAMAGED, 1, file.toString());
      assertTrue(read.length > text.length / 2, read.length + " bytes");
      assertEquals(Arrays.equals(damaged, badSum), read.length == text.length, read.length + " bytes");
      if (!Arrays.equals(damaged, changed)) {
        assertArrayEquals(Arrays.copyOf(text, read.length), read);
      }
    }
  }

  /** What is packed here fits into one buffer, which is given whole before what follows is looked at. */
  @ParameterizedTest
  @CsvSource({"nothing,0", "padding,0", "'padding, and another member',0", "'line feeds',1", "'the beginning of a member',1",
      "'a member that is damaged',1"})
  void whatFollowsAPackedTextTakesNothingFromIt(String what, int problems) throws IOException {
    byte[] packed = gzip("a text that is packed".getBytes(StandardCharsets.UTF_8));
    byte[] damaged = packed.clone();
    Arrays.fill(damaged, 10, 14, (byte) 0xFF);
    byte[] further = switch (what) {
      case "padding" -> new byte[10_000];
      case "padding, and another member" -> ByteBuffer.allocate(100 + packed.length).put(100, packed).array();
      case "line feeds" -> new byte[] {'\n', '\n'};
      case "the beginning of a member" -> Arrays.copyOf(packed, 10);
      case "a member that is damaged" -> damaged;
      default -> new byte[0];
    };
    Path file = file("a.txt.gz", ByteBuffer.allocate(packed.length + further.length).put(packed).put(further).array());
    Corpus corpus = CorpusReading.open(file);
    String read = new String(CorpusReading.documents(corpus).get(file.toString()), StandardCharsets.UTF_8);
    assertEquals("a text that is packed".repeat(what.contains("another") ? 2 : 1), read);
    if (problems > 0) {
      CorpusReading.assertProblem(corpus, ProblemKind.DAMAGED, 1, file.toString());
    } else {
      assertEquals(Map.of(), corpus.problems().counts());
    }
  }

  /** What an inflater gives for the bytes that are there is what there is to read. */
  @Test
  void aPackedTextThatWasCutIsReadAsFarAsItGoes() throws Exception {
    byte[] packed = gzip("to be or not to be; ".repeat(40).getBytes(StandardCharsets.UTF_8));
    byte[] unpacked = new byte[1000];
    for (int length = 13; length < packed.length; length++) {
      Inflater inflater = new Inflater(true);
      inflater.setInput(packed, 10, length - 10);
      int count = inflater.inflate(unpacked);
      inflater.end();
      Path file = file("a.gz", Arrays.copyOf(packed, length));
      if (count > 0) {
        Corpus corpus = CorpusReading.open(file);
        assertEquals(new String(unpacked, 0, count, StandardCharsets.US_ASCII), CorpusReading.texts(corpus).getFirst(), "of " + length);
        CorpusReading.assertProblem(corpus, ProblemKind.DAMAGED, 1, file.toString());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8, 16, 31})
  void whatTheHeaderOfAPackedTextTellsIsPassedOver(int flags) throws IOException {
    byte[] packed = gzip("a text".getBytes(StandardCharsets.UTF_8));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(packed, 0, 3);
    bytes.write(flags);
    bytes.write(packed, 4, 6);
    bytes.write((flags & 4) == 0 ? new byte[0] : new byte[] {3, 0, 'a', 0, 'c'});
    bytes.write((flags & 8) == 0 ? new byte[0] : new byte[] {'n', 'a', 'm', 'e', 0});
    bytes.write((flags & 16) == 0 ? new byte[0] : new byte[] {0});
    bytes.write((flags & 2) == 0 ? new byte[0] : new byte[] {7, 7});
    bytes.write(packed, 10, packed.length - 10);
    assertEquals(List.of("a text"), CorpusReading.texts(CorpusReading.open(file("a.gz", bytes.toByteArray()))));
  }

  @Test
  void pagesKeepTheirMarkupWhereThatIsWanted() throws IOException {
    String page = "<html><meta charset=\"windows-1252\"><p>gr\u00fcn &amp; blau</p></html>";
    Path file = file("a.html", page.getBytes(Charset.forName("windows-1252")));
    Corpus corpus = Corpus.open(List.of(file.toString()), ReadingOptions.defaults().withMarkup(true), WorkListener.SILENT);
    assertEquals(List.of(page), CorpusReading.texts(corpus));
    assertNotEquals(CorpusReading.open(file).fingerprints(), corpus.fingerprints());
  }

  @Test
  void aDamagedZstandardFileIsRefusedByNameAndNotedInAFolder() throws IOException {
    byte[] packed = zstandard("some text to pack, ".repeat(1000).getBytes(StandardCharsets.UTF_8));
    Path good = file("good.txt", "good");
    for (byte[] damaged : List.of(Arrays.copyOf(packed, packed.length - 5), "no Zstandard".getBytes(StandardCharsets.UTF_8))) {
      Path file = file("a.txt.zst", damaged);
      assertTrue(refusal(CorpusReading.open(file)).startsWith(file + " is damaged or is not what its name says ("));
      Corpus corpus = CorpusReading.open(folder);
      assertEquals(List.of("good"), CorpusReading.texts(corpus));
      CorpusReading.assertProblem(corpus, ProblemKind.DAMAGED, 1, file.toString());
    }
    assertTrue(Files.exists(good));
  }

  private static Corpus piped(byte[] bytes) {
    return piped(new ByteArrayInputStream(bytes));
  }

  private static Corpus piped(InputStream in) {
    return Corpus.open(List.of("-", "-"), ReadingOptions.defaults(), CorpusCatalog.load(), in);
  }

  @Test
  void standardInputIsThereAgainForTheNextCorpus() throws IOException {
    InputStream in = new ByteArrayInputStream("[{\"text\":\"a\"}]".getBytes(StandardCharsets.UTF_8));
    for (int time = 0; time < 2; time++) {
      assertEquals(List.of("[0] a"), documents(piped(in), Path.of("standard input")));
    }
  }

  @Test
  void standardInputIsKeptAndReadAsItBegins() throws IOException {
    Corpus text = piped("plain {\"text\":1}".getBytes(StandardCharsets.UTF_8));
    Path name = Path.of("standard input");
    assertEquals(List.of(" plain {\"text\":1}"), documents(text, name));
    assertEquals(List.of(":1 a", ":2 b"), documents(piped("{\"text\":\"a\"}\n{\"text\":\"b\"}\n".getBytes(StandardCharsets.UTF_8)), name));
    assertEquals(List.of("[0] a"), documents(piped("[{\"text\":\"a\"}]".getBytes(StandardCharsets.UTF_8)), name));
    assertEquals(List.of(" plain"), documents(piped(gzip("plain".getBytes(StandardCharsets.UTF_8))), name));
    assertEquals(" page",
        documents(piped("<!DOCTYPE html><p>page</p>".getBytes(StandardCharsets.UTF_8)), name).getFirst()
            .replaceAll("\\s+", " ")
            .stripTrailing());
    assertEquals(
        "Standard input is empty; pipe text into it.", assertThrows(CorpusException.class, () -> piped(new byte[0])).getMessage());
  }

  @Test
  void whatIsPackedInOtherWaysIsToBeUnpacked() throws IOException {
    Path file = folder.resolve("a.txt.xz");
    Files.write(file, new byte[] {(byte) 0xFD, '7', 'z', 'X', 'Z', 0, 0, 4});
    assertEquals(file + " is packed in a way that is not read; unpack it first.", refusal(CorpusReading.open(file)));
  }

  @Test
  void quotesBetweenTabsAreTextUnlessWholeValuesStandInThem() throws IOException {
    String natural = "n\ttext\n1\tone\n2\t\"Hello,\" she said.\n3\t\"\n4\tfour\n";
    assertEquals(List.of(":2 one", ":3 \"Hello,\" she said.", ":4 \"", ":5 four"), documents(file("a.tsv", natural)));
    String written = "n\ttext\n1\t\"one\ttwo\"\n2\t\"say \"\"hi\"\"\"\n3\t\"\"\n4\tfour\n";
    assertEquals(List.of(":2 one\ttwo", ":3 say \"hi\"", ":5 four"), documents(file("b.tsv", written)));
  }

  /** Longer than what shows whether a file holds texts. */
  @Test
  void longRecordsAreRecordsToo() throws IOException {
    String text = "word ".repeat(20_000);
    String object = "{\"id\":1,\"text\":\"" + text + "\"}";
    Path name = Path.of("standard input");
    List<String> two = List.of(":1 " + text, ":2 " + text);
    assertEquals(two, documents(piped((object + "\n" + object + "\n").getBytes(StandardCharsets.UTF_8)), name));
    String after = "{\"text\":\"a\",\"more\":\"" + text + "\"}";
    assertEquals(List.of(":1 a", ":2 a"), documents(piped((after + "\n" + after).getBytes(StandardCharsets.UTF_8)), name));
    assertEquals(List.of("[0] " + text), documents(piped(("[" + object + "]").getBytes(StandardCharsets.UTF_8)), name));
    assertEquals(List.of("[0] " + text), documents(piped(("[\"" + text + "\"]").getBytes(StandardCharsets.UTF_8)), name));
    file("a.json", "[" + object + "]");
    assertEquals(List.of("/a.json[0] " + text), documents(CorpusReading.open(folder), folder));
  }

  @Test
  void aPackedFileThatIsCutIsReadAsFarAsItGoes() throws IOException {
    byte[] packed = gzip("plain text ".repeat(10_000).getBytes(StandardCharsets.UTF_8));
    Corpus corpus = piped(Arrays.copyOf(packed, packed.length - 10));
    assertTrue(String.join("", CorpusReading.texts(corpus)).startsWith("plain text plain"));
    CorpusReading.assertProblem(corpus, ProblemKind.DAMAGED, 1, "standard input");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ISO-2022-KR", "IBM037", "x-UTF-16LE-BOM", "UTF-16LE", "Shift_JIS"})
  void anEncodingThatIsAskedForIsTaken(String encoding) throws IOException {
    Assumptions.assumeTrue(Charset.isSupported(encoding));
    String text = encoding.equals("ISO-2022-KR") ? "\uD55C\uAE00 text\n".repeat(50) : "some text and more\n".repeat(50);
    Path file = folder.resolve("a.txt");
    Files.write(file, text.getBytes(Charset.forName(encoding)));
    assertEquals(List.of(text), CorpusReading.texts(open(file, "text", null, Charset.forName(encoding))));
  }

  @Test
  void otherOptionsMakeAnotherCorpusOfTheSameFile() throws IOException {
    Path file = file("a.jsonl", "{\"text\":\"a\",\"body\":\"b\"}");
    assertTrue(!CorpusReading.open(file).fingerprints().equals(open(file, "body", null, null).fingerprints()));
    assertEquals(CorpusReading.open(file).fingerprints(), open(file, "text", null, null).fingerprints());
  }
}
