package dev.minnow.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.corpus.read.ProblemKind;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZipSourceTest {
  @TempDir
  Path folder;

  private Path zip(String... namesAndTexts) throws IOException {
    return zip(StandardCharsets.UTF_8, namesAndTexts);
  }

  private Path zip(Charset names, String... namesAndTexts) throws IOException {
    Path file = folder.resolve("a.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file), names)) {
      for (int i = 0; i < namesAndTexts.length; i += 2) {
        out.putNextEntry(new ZipEntry(namesAndTexts[i]));
        out.write(namesAndTexts[i + 1].getBytes(StandardCharsets.ISO_8859_1));
      }
    }
    return file;
  }

  private static String refusal(Path file) {
    return assertThrows(CorpusException.class, () -> CorpusReading.open(file).totals()).getMessage();
  }

  @Test
  void visibleTextEntriesAreDocumentsInTheOrderOfTheirNames() throws IOException {
    Path file =
        zip("d/", "", "d/a.txt", "a\r\n", "b.txt", "b", ".hidden", "no", "d/.git/x", "no", "__MACOSX/b.txt", "no", "lines.jsonl",
            "{\"text\":\"j\"}",
            "inner.zip", "PK", "x.tar", "no", "picture", "\u0089\0\0");
    Corpus corpus = CorpusReading.open(file);
    assertEquals(List.of("b.txt", "d/a.txt", "lines.jsonl:1"), CorpusReading.names(corpus, Path.of(file + "!")));
    assertEquals(List.of("b", "a\n", "j"), CorpusReading.texts(corpus));
    CorpusReading.assertProblem(corpus, ProblemKind.NESTED_ARCHIVE, 2, file + "!/inner.zip");
    CorpusReading.assertProblem(corpus, ProblemKind.NOT_TEXT, 1, file + "!/picture");
    assertEquals(2, corpus.problems().counts().size());
  }

  @Test
  void aNameThatPointsOutsideIsOnlyAName() throws IOException {
    Path file = zip("../../outside.txt", "text");
    assertEquals(List.of("text"), CorpusReading.texts(CorpusReading.open(file)));
    assertFalse(Files.exists(folder.resolve("../../outside.txt")));
  }

  @Test
  void ofEntriesOfOneNameTheLastIsReadAndTheOthersAreNamed() throws IOException {
    Path file = zip("a.txt", "first", "b.txt", "second", "c.txt", "third");
    String packed = Files.readString(file, StandardCharsets.ISO_8859_1);
    Files.writeString(file, packed.replace("b.txt", "a.txt"), StandardCharsets.ISO_8859_1);
    Corpus corpus = CorpusReading.open(file);
    assertEquals(List.of("second", "third"), CorpusReading.texts(corpus));
    CorpusReading.assertProblem(corpus, ProblemKind.DAMAGED, 1, file + "!/a.txt");
  }

  @Test
  void whatTheTakerThrowsIsNoDamage() throws IOException {
    Corpus corpus = CorpusReading.open(zip("a.txt", "one", "b.txt", "two"));
    IllegalArgumentException thrown = new IllegalArgumentException("taken enough");
    assertSame(thrown, assertThrows(IllegalArgumentException.class, () -> corpus.read(piece -> {
      throw thrown;
    }, (done, total) -> {})));
  }

  @Test
  void namesInAnOldEncodingAreNames() throws IOException {
    Path file = zip(Charset.forName("IBM437"), "M\u00FCller.txt", "a", "lines.jsonl", "{\"text\":\"b\"}", ".\u00FC.txt", "no");
    Corpus corpus = CorpusReading.open(file);
    assertEquals("a{\"text\":\"b\"}".length(), corpus.estimatedBytes());
    assertEquals(List.of("M\u00FCller.txt", "lines.jsonl:1"), CorpusReading.names(corpus, Path.of(file + "!")));
    assertEquals(List.of("a", "b"), CorpusReading.texts(corpus));
    assertTrue(corpus.problems().isEmpty(), corpus.problems().sentences()::toString);
  }

  @Test
  void namesInUtf8AreReadBesideThoseInAnOldEncoding() throws IOException {
    Path file = zip("\u00FC.txt", "a", "\u00E9.txt", "b");
    byte[] bytes = Files.readAllBytes(file);
    for (int at = 0; at < bytes.length - 1; at++) {
      if (bytes[at] == (byte) 0xC3 && bytes[at + 1] == (byte) 0xA9) {
        // Neither UTF-8 nor said to be: the flag stands 23 bytes before the name at the entry, and 37 in the directory.
        bytes[at] = (byte) 0x82;
        bytes[at + 1] = 'e';
        bytes[bytes[at - 30] == 'P' ? at - 23 : at - 37] = 0;
      }
    }
    Files.write(file, bytes);
    assertEquals(List.of("\u00E9e.txt", "\u00FC.txt"), CorpusReading.names(CorpusReading.open(file), Path.of(file + "!")));
  }

  @Test
  void anEntryInAnotherEncodingIsReadAndNamed() throws IOException {
    Path file = zip("good.txt", "x", "latin.txt", "caf\u00E9");
    Corpus corpus = CorpusReading.open(file);
    assertEquals(List.of("x", "caf\u00E9"), CorpusReading.texts(corpus));
    assertEquals(
        List.of("Read from another encoding than UTF-8: 1 document; " + file + "!/latin.txt is in windows-1252."),
        corpus.problems().sentences());
  }

  @Test
  void aDamagedArchiveIsRefused() throws IOException {
    Path file = zip("a.txt", "some text that is long enough to be damaged");
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(whole, whole.length / 2));
    assertTrue(refusal(file).startsWith(file + " is damaged"), refusal(file));
    Files.writeString(file, "PK? no.");
    assertTrue(refusal(file).startsWith(file + " is damaged"), refusal(file));
  }

  @Test
  void textThatDoesNotAgreeWithItsChecksumIsNamed() throws IOException {
    Path file = folder.resolve("a.zip");
    byte[] text = "stored as it is".getBytes(StandardCharsets.UTF_8);
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
      out.setLevel(0);
      out.putNextEntry(new ZipEntry("a.txt"));
      out.write(text);
      out.putNextEntry(new ZipEntry("b.txt"));
      out.write(text);
    }
    byte[] bytes = Files.readAllBytes(file);
    int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("stored");
    bytes[at] = 'S';
    Files.write(file, bytes);
    Corpus corpus = CorpusReading.open(file);
    assertEquals(List.of("Stored as it is", "stored as it is"), CorpusReading.texts(corpus));
    CorpusReading.assertProblem(corpus, ProblemKind.DAMAGED, 1, file + "!/a.txt");
    assertTrue(corpus.problems().sentences().getFirst().contains("does not agree with its checksum"),
        corpus.problems().sentences()::toString);
  }

  @Test
  void anEntryThatCannotBeUnpackedDoesNoHarmToTheOthers() throws IOException {
    String random = new Random(1).ints(5000, 'a', 'z').mapToObj(Character::toString).collect(Collectors.joining());
    Path file = zip("a.txt", "before", "b.txt", random, "c.txt", "after");
    byte[] bytes = Files.readAllBytes(file);
    int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("b.txt") + 1000;
    java.util.Arrays.fill(bytes, at, at + 200, (byte) 0xFF);
    Files.write(file, bytes);
    Corpus corpus = CorpusReading.open(file);
    List<String> texts = CorpusReading.texts(corpus);
    assertEquals("before", texts.getFirst());
    assertEquals("after", texts.getLast());
    CorpusReading.assertProblem(corpus, ProblemKind.DAMAGED, 1, file + "!/b.txt");
  }

  @Test
  void whatUnpacksFarBeyondItsSizeIsNotReadFurther() throws IOException {
    byte[] spaces = " ".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
    Path zip = folder.resolve("bomb.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      for (int i = 0; i < 40; i++) {
        out.putNextEntry(new ZipEntry(i + ".txt"));
        out.write(spaces);
      }
    }
    Corpus corpus = CorpusReading.open(zip);
    long read = corpus.totals().bytes();
    assertTrue(read > 16 << 20 && read < 30 << 20, read + " bytes");
    assertTrue(corpus.problems().counts().get(ProblemKind.OVER_LIMIT) > 10, corpus.problems().sentences()::toString);
    assertTrue(corpus.problems().sentences().getFirst().contains("unpack to more than 200 times that"));
    Path gzip = folder.resolve("bomb.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(gzip))) {
      for (int i = 0; i < 40; i++) {
        out.write(spaces);
      }
    }
    corpus = CorpusReading.open(gzip);
    assertTrue(corpus.totals().bytes() < 30 << 20);
    CorpusReading.assertProblem(corpus, ProblemKind.OVER_LIMIT, 1, gzip.toString());
  }

  /** Entries of the central directory may all point to the same bytes: a small file with any amount of text. */
  @Test
  void entriesThatShareTheirBytesAreBoundedTogether() throws IOException {
    Path file = zip("a.txt", "a".repeat(4 << 20));
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer archive = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int end = bytes.length - 22;
    int directory = archive.getInt(end + 16);
    byte[] record = java.util.Arrays.copyOfRange(bytes, directory, end);
    int copies = 2000;
    ByteBuffer bomb = ByteBuffer.allocate(directory + copies * record.length + 22).order(ByteOrder.LITTLE_ENDIAN);
    bomb.put(bytes, 0, directory);
    for (int i = 0; i < copies; i++) {
      String name = String.format(Locale.ROOT, "%05d", i);
      System.arraycopy(name.getBytes(StandardCharsets.US_ASCII), 0, record, 46, name.length());
      bomb.put(record);
    }
    bomb.put(bytes, end, 22);
    bomb.putShort(bomb.capacity() - 14, (short) copies).putShort(bomb.capacity() - 12, (short) copies);
    bomb.putInt(bomb.capacity() - 10, copies * record.length);
    Files.write(file, bomb.array());
    Corpus corpus = CorpusReading.open(file);
    long size = Files.size(file);
    long read = corpus.totals().bytes();
    assertTrue(read >= 4 << 20 && read <= (16 << 20) + 200 * size + (1 << 17), read + " bytes of text from " + size);
    assertTrue(corpus.problems().counts().get(ProblemKind.OVER_LIMIT) > 1000, corpus.problems().counts()::toString);
  }
}
