package dev.minnow.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZipSourceTest {
  @TempDir
  Path folder;

  private Path zip(String... namesAndTexts) throws IOException {
    Path file = folder.resolve("a.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
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
    assertEquals(Set.of(file + "!/inner.zip", file + "!/x.tar", file + "!/picture"), corpus.passedOver());
  }

  @Test
  void aNameThatPointsOutsideIsOnlyAName() throws IOException {
    Path file = zip("../../outside.txt", "text");
    assertEquals(List.of("text"), CorpusReading.texts(CorpusReading.open(file)));
    assertFalse(Files.exists(folder.resolve("../../outside.txt")));
  }

  @Test
  void aBadEntryIsRefusedByName() throws IOException {
    String message = refusal(zip("good.txt", "x", "latin.txt", "caf\u00E9"));
    assertTrue(message.startsWith(folder.resolve("a.zip") + "!/latin.txt is not UTF-8 text at byte 3 (0xE9)"), message);
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
  void textThatDoesNotAgreeWithItsChecksumIsRefused() throws IOException {
    Path file = folder.resolve("a.zip");
    byte[] text = "stored as it is".getBytes(StandardCharsets.UTF_8);
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
      out.setLevel(0);
      out.putNextEntry(new ZipEntry("a.txt"));
      out.write(text);
    }
    byte[] bytes = Files.readAllBytes(file);
    int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("stored");
    bytes[at] = 'S';
    Files.write(file, bytes);
    assertTrue(refusal(file).contains("the checksum of a.txt does not agree"), refusal(file));
  }

  @Test
  void whatUnpacksFarBeyondItsSizeIsRefused() throws IOException {
    byte[] spaces = " ".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
    Path zip = folder.resolve("bomb.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      for (int i = 0; i < 40; i++) {
        out.putNextEntry(new ZipEntry(i + ".txt"));
        out.write(spaces);
      }
    }
    assertTrue(refusal(zip).contains("unpacks to more than 200 times that"), refusal(zip));
    Path gzip = folder.resolve("bomb.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(gzip))) {
      for (int i = 0; i < 40; i++) {
        out.write(spaces);
      }
    }
    assertTrue(refusal(gzip).startsWith(gzip + " holds "), refusal(gzip));
  }
}
