package dev.minnow.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.corpus.read.ProblemKind;
import io.airlift.compress.zstd.ZstdOutputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that were made to harm: each is read beside a good one, in bounded time and memory, and what is wrong with it is noted. */
class HostileFilesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir
  Path folder;

  @BeforeEach
  void aGoodFileLiesBeside() throws IOException {
    Files.writeString(folder.resolve("good.txt"), "good");
  }

  /** Reads the folder and gives what was wrong with the file, after making sure that the good one was read. */
  private ProblemKind problemOf(Path file) {
    return assertTimeoutPreemptively(
        PATIENCE,
        () -> {
          Corpus corpus = CorpusReading.open(folder);
          boolean[] good = new boolean[1];
          corpus.read(piece -> good[0] |= piece.document().endsWith("good.txt"));
          assertTrue(good[0], "the good file was not read");
          assertEquals(1, corpus.problems().counts().size(), corpus.problems().sentences()::toString);
          ProblemKind kind = corpus.problems().counts().keySet().iterator().next();
          assertTrue(corpus.problems().sentences().getFirst().contains(": 1 document; " + file), corpus.problems().sentences()::toString);
          return kind;
        });
  }

  @FunctionalInterface
  private interface Content {
    void write(OutputStream out) throws IOException;
  }

  private Path file(String name, Content content) throws IOException {
    Path file = folder.resolve(name);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      content.write(out);
    }
    return file;
  }

  private static void repeat(OutputStream out, String text, int times) throws IOException {
    byte[] block = text.repeat(Math.max(1, (1 << 16) / text.length())).getBytes(StandardCharsets.UTF_8);
    long left = (long) times * text.length();
    while (left > 0) {
      int count = (int) Math.min(left, block.length);
      out.write(block, 0, count);
      left -= count;
    }
  }

  private static byte[] tarHeader(String name, long size, char type) {
    byte[] header = new byte[512];
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(bytes, 0, header, 0, bytes.length);
    put(header, 100, "0000644");
    put(header, 108, "0000000");
    put(header, 116, "0000000");
    put(header, 124, String.format(Locale.ROOT, "%011o", size));
    put(header, 136, "00000000000");
    Arrays.fill(header, 148, 156, (byte) ' ');
    header[156] = (byte) type;
    put(header, 257, "ustar\00000");
    int sum = 0;
    for (byte b : header) {
      sum += b & 0xFF;
    }
    put(header, 148, String.format(Locale.ROOT, "%06o\0 ", sum));
    return header;
  }

  private static void put(byte[] into, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, into, at, bytes.length);
  }

  @Test
  void namesInTarHeadersAreBounded() throws IOException {
    for (char type : new char[] {'L', 'K', 'x', 'g'}) {
      int size = 1 << 20;
      Path file =
          file(
              "a.tar",
              out -> {
                out.write(tarHeader("././@LongLink", size, type));
                String record = type == 'L' || type == 'K' ? "n" : size + " path=nnnnnnnnnnnnnnnn";
                out.write(record.getBytes(StandardCharsets.US_ASCII));
                repeat(out, "n", size - record.length());
              });
      assertEquals(ProblemKind.OVER_LIMIT, problemOf(file), "type " + type);
    }
  }

  @Test
  void longNamesWithinLongNamesDoNotOverflowTheStack() throws IOException {
    Path file =
        file(
            "a.tar",
            out -> {
              for (int i = 0; i < 3_000; i++) {
                out.write(tarHeader("././@LongLink", 0, 'L'));
              }
            });
    assertEquals(ProblemKind.OVER_LIMIT, problemOf(file));
  }

  @Test
  void aTarEntryThatClaimsToBeHugeEndsWithTheFile() throws IOException {
    Path file =
        file(
            "a.tar",
            out -> {
              out.write(tarHeader("a.txt", (1L << 33) - 1, '0'));
              out.write("short".getBytes(StandardCharsets.US_ASCII));
            });
    assertEquals(ProblemKind.DAMAGED, problemOf(file));
  }

  @Test
  void holesInTarEntriesAreNotFilled() throws IOException {
    ByteArrayOutputStream records = new ByteArrayOutputStream();
    for (String keyword : List.of("GNU.sparse.size=2000000000", "GNU.sparse.numblocks=1", "GNU.sparse.map=0,1")) {
      int length = keyword.length() + 2;
      length += Integer.toString(length + 2).length();
      records.writeBytes((length + " " + keyword + "\n").getBytes(StandardCharsets.US_ASCII));
    }
    Path file =
        file(
            "a.tar",
            out -> {
              out.write(tarHeader("PaxHeaders/a", records.size(), 'x'));
              out.write(Arrays.copyOf(records.toByteArray(), 512));
              out.write(tarHeader("a.txt", 1, '0'));
              out.write(Arrays.copyOf(new byte[] {'a'}, 512));
              out.write(new byte[1024]);
            });
    assertEquals(ProblemKind.OVER_LIMIT, problemOf(file));
  }

  private static byte[] emptyMember() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    new GZIPOutputStream(packed).close();
    return packed.toByteArray();
  }

  @Test
  void manyEmptyMembersOfGzipDoNotOverflowTheStack() throws IOException {
    byte[] member = emptyMember();
    Path file =
        file(
            "a.gz",
            out -> {
              for (int i = 0; i < 100_000; i++) {
                out.write(member);
              }
            });
    assertEquals(ProblemKind.OVER_LIMIT, problemOf(file));
  }

  @Test
  void manyMembersOfGzipAreReadOneAfterTheOther() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      out.write('a');
    }
    byte[] member = packed.toByteArray();
    Path file =
        file(
            "a.gz",
            out -> {
              for (int i = 0; i < 3_000; i++) {
                out.write(member);
              }
            });
    assertEquals("a".repeat(3_000), CorpusReading.texts(CorpusReading.open(file)).getFirst());
  }

  @Test
  void namesInGzipHeadersAreBounded() throws IOException {
    Path file =
        file(
            "a.gz",
            out -> {
              out.write(new byte[] {0x1F, (byte) 0x8B, 8, 8, 0, 0, 0, 0, 0, 3});
              repeat(out, "n", 2 << 20);
            });
    assertEquals(ProblemKind.OVER_LIMIT, problemOf(file));
  }

  @Test
  void windowsOfZstandardAreBounded() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new ZstdOutputStream(packed)) {
      out.write("some text to pack, ".repeat(400_000).getBytes(StandardCharsets.US_ASCII));
    }
    byte[] frame = packed.toByteArray();
    assertEquals(0, frame[4] & 0x20, "the frame has a byte for its window");
    Path file = file("a.zst", out -> out.write(frame));
    assertEquals(7_600_000, CorpusReading.open(file).totals().bytes());
    // 2 to the power of 30.
    frame[5] = (byte) ((30 - 10) << 3);
    assertEquals(ProblemKind.DAMAGED, problemOf(file("a.zst", out -> out.write(frame))));
  }

  @Test
  void deepJsonIsBounded() throws IOException {
    for (String opening : List.of("[", "{\"a\":", "[{\"text\":")) {
      Path file = file("a.jsonl", out -> {
        out.write("{\"text\":\"x\"}\n".getBytes(StandardCharsets.US_ASCII));
        repeat(out, opening, 5_000_000);
      });
      assertEquals(ProblemKind.OVER_LIMIT, problemOf(file), opening);
      Files.delete(file);
    }
  }

  @Test
  void pagesOfNothingButOpenMarkupTakeBoundedTime() throws IOException {
    for (String markup : List.of("<a x=\"", "<", "<a ", "<!-", "<!--", "&", "&#x", "<script>", "<![CDATA[", "<?", "</", "<a b='c'",
        "<!d")) {
      Path hostile = file("b.html", out -> repeat(out, markup, 1 << 20));
      assertTimeoutPreemptively(PATIENCE, () -> CorpusReading.open(folder).totals(), markup);
      Files.delete(hostile);
    }
  }

  @Test
  void aDeclarationOfAnEncodingIsLookedForInBoundedTime() throws IOException {
    file("b.html", out -> out.write(("<meta ".repeat(80) + "charset=" + " ".repeat(3500)).getBytes(StandardCharsets.US_ASCII)));
    // With every way to part the spaces tried, 16 s.
    assertTimeoutPreemptively(Duration.ofSeconds(5), () -> CorpusReading.open(folder).totals());
  }

  /** Reads a folder and prints what was wrong. */
  static final class ReadingProcess {
    private ReadingProcess() {}

    public static void main(String[] arguments) {
      Corpus corpus = Corpus.open(List.of(arguments));
      System.out.println(corpus.totals().documents() + " documents");
      corpus.problems().counts().forEach((kind, documents) -> System.out.println(kind + " " + documents));
    }
  }

  /** Each of these files would take more than the heap, were a line, a value, a row, a tag or the names of fields kept. */
  @Test
  void whateverIsLongIsReadWithASmallHeap() throws IOException, InterruptedException {
    int length = 70 << 20;
    file("a.txt", out -> repeat(out, "a", length));
    file("field.jsonl", out -> {
      out.write("{\"text\":\"x\"}\n{\"text\":\"".getBytes(StandardCharsets.US_ASCII));
      repeat(out, "a", length);
    });
    file("fields.json", out -> {
      out.write("[{\"text\":\"x\"},{".getBytes(StandardCharsets.US_ASCII));
      for (int i = 0; i < 2_000_000; i++) {
        out.write(("\"" + Integer.toString(i, 36) + "\":0,").getBytes(StandardCharsets.US_ASCII));
      }
    });
    file("value.csv", out -> {
      out.write("text\nx\n".getBytes(StandardCharsets.US_ASCII));
      repeat(out, "a", length / 3);
    });
    file("columns.csv", out -> repeat(out, "a,", length / 10));
    file("tag.html", out -> {
      out.write("<p>text<a ".getBytes(StandardCharsets.US_ASCII));
      repeat(out, "b ", length);
    });
    file("header.tar", out -> {
      out.write(tarHeader("././@LongLink", length, 'L'));
      repeat(out, "n", length);
    });
    Path log = folder.resolveSibling(folder.getFileName() + ".log");
    Process process =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m", "-XX:+UseSerialGC", "-cp",
            System.getProperty("java.class.path"), ReadingProcess.class.getName(), folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertTrue(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS), "still reading");
    List<String> said = Files.readAllLines(log);
    Files.delete(log);
    assertEquals(0, process.exitValue(), said::toString);
    assertEquals(
        // columns.csv; fields.json; field.jsonl, header.tar, tag.html and value.csv.
        List.of("5 documents", "WITHOUT_TEXT 1", "MALFORMED 1", "OVER_LIMIT 4"),
        said);
  }

  @Test
  void linksThatGoInCirclesAreNotFollowed() throws IOException {
    Path inner = Files.createDirectories(folder.resolve("a/b"));
    Files.createSymbolicLink(inner.resolve("up"), folder);
    Files.createSymbolicLink(inner.resolve("self"), inner.resolve("self"));
    Files.createSymbolicLink(inner.resolve("text.txt"), folder.resolve("good.txt"));
    assertTimeoutPreemptively(PATIENCE, () -> assertEquals(1, CorpusReading.open(folder).totals().documents()));
  }

  @Test
  void namesAreNotToBeTrustedWithATerminal() throws IOException {
    Path file =
        file(
            "a.tar",
            out -> {
              out.write(tarHeader("\u001B[31m\n.png", 4, '0'));
              out.write(new byte[512]);
              out.write(new byte[1024]);
            });
    assertEquals(ProblemKind.NOT_TEXT, problemOf(file));
    Corpus corpus = CorpusReading.open(folder);
    corpus.totals();
    CorpusReading.assertProblem(corpus, ProblemKind.NOT_TEXT, 1, file + "!/?[31m?.png");
  }
}
