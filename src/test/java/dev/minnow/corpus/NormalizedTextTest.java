package dev.minnow.corpus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NormalizedTextTest {
  /** Gives at most so many bytes a call, as pipes and inflaters do. */
  private static InputStream inPortions(byte[] bytes, int most) {
    return new FilterInputStream(new ByteArrayInputStream(bytes)) {
      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        return super.read(into, offset, Math.min(length, most));
      }
    };
  }

  private static byte[] normalize(byte[] bytes, int portion) throws IOException {
    NormalizedText text = new NormalizedText();
    text.open("a.txt", inPortions(bytes, portion));
    byte[] into = new byte[bytes.length + 10];
    int length = text.read(into, 0, into.length);
    return Arrays.copyOf(into, length);
  }

  private static String normalize(String text, int portion) throws IOException {
    return new String(normalize(text.getBytes(StandardCharsets.UTF_8), portion), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 1 << 20})
  void carriageReturnsBeforeLineFeedsGoAndOthersStay(int portion) throws IOException {
    assertEquals("a\nb\n\nc\rd\r\n\r", normalize("a\r\nb\r\n\nc\rd\r\r\n\r", portion));
    assertEquals("\r", normalize("\r", portion));
    assertEquals("\n", normalize("\r\n", portion));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 1 << 20})
  void aByteOrderMarkGoesFromTheStartOnly(int portion) throws IOException {
    assertEquals("a\uFEFFb", normalize("\uFEFFa\uFEFFb", portion));
    assertEquals("", normalize("\uFEFF", portion));
    assertEquals("", normalize("", portion));
  }

  @Test
  void longTextOfEveryCharacterWidthComesThroughWhateverThePortions() throws IOException {
    StringBuilder builder = new StringBuilder();
    Random random = new Random(1);
    while (builder.length() < 200_000) {
      int[] firsts = {'a', 0x80, 0x800, 0x10000};
      int[] ends = {'z', 0x800, 0xD800, 0x110000};
      int width = random.nextInt(4);
      builder.appendCodePoint(random.nextInt(firsts[width], ends[width]));
    }
    for (int portion : new int[] {7, 65_535, 65_536, 65_537}) {
      assertEquals(builder.toString(), normalize(builder.toString(), portion));
    }
  }

  @ParameterizedTest
  @CsvSource({
      // A byte that starts nothing, an overlong slash, half a surrogate pair, beyond U+10FFFF, a cut character at the end.
      "61626380, 3, 0x80",
      "41C0AF, 1, 0xC0",
      "EDA080, 0, 0xED",
      "E282ACF4908080, 3, 0xF4",
      "6161E282, 2, 0xE2",
      "EFBBBF41FF, 4, 0xFF"})
  void bytesThatAreNotUtf8AreRefusedByPlace(String hex, int offset, String shown) {
    for (int portion : new int[] {1, 100}) {
      CorpusException refused = assertThrows(CorpusException.class, () -> normalize(HexFormat.of().parseHex(hex), portion));
      assertEquals(
          "a.txt is not UTF-8 text at byte " + offset + " (" + shown
              + "); convert it first, for example with iconv -f WINDOWS-1252 -t UTF-8.",
          refused.getMessage());
    }
  }

  @Test
  void theOffsetOfABadByteCountsWhatWasDroppedAndWhatWasReadBefore() {
    byte[] bytes = "\uFEFFline\r\n".repeat(1).concat("more\r\n".repeat(50_000)).getBytes(StandardCharsets.UTF_8);
    bytes[250_000] = (byte) 0xFE;
    CorpusException refused = assertThrows(CorpusException.class, () -> normalize(bytes, 1000));
    assertTrue(refused.getMessage().contains("at byte 250000 (0xFE)"), refused.getMessage());
  }

  @Test
  void aBinaryFileIsCalledOne() {
    byte[] picture = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n', 0, 0, 0, 13};
    CorpusException refused = assertThrows(CorpusException.class, () -> normalize(picture, 100));
    assertEquals("a.txt is a binary file and no text; leave it out.", refused.getMessage());
  }

  @Test
  void utf16IsRecognised() {
    CorpusException refused = assertThrows(CorpusException.class, () -> normalize("hello".getBytes(StandardCharsets.UTF_16), 100));
    assertTrue(refused.getMessage().contains("iconv -f UTF-16 -t UTF-8"), refused.getMessage());
  }

  @Test
  void aNulIsRefusedByPlace() {
    CorpusException refused = assertThrows(CorpusException.class, () -> normalize("\uFEFFab\r\n\0c", 3));
    assertEquals("a.txt is not text: it has a NUL at byte 7; leave it out or convert it to UTF-8 text.", refused.getMessage());
  }

  @Test
  void anInstanceStartsAfreshOnEachInput() throws IOException {
    NormalizedText text = new NormalizedText();
    byte[] into = new byte[10];
    text.open("bad", new ByteArrayInputStream(new byte[] {'a', (byte) 0xC3}));
    assertThrows(CorpusException.class, () -> text.read(into, 0, 10));
    text.open("good", new ByteArrayInputStream("ok\r".getBytes(StandardCharsets.UTF_8)));
    assertEquals(3, text.read(into, 0, 10));
    assertArrayEquals("ok\r".getBytes(StandardCharsets.UTF_8), Arrays.copyOf(into, 3));
  }
}
