package dev.minnow.corpus.read;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.minnow.tokenizer.SharedData;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NormalizedTextTest {
  private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");

  private final NormalizedText text = new NormalizedText();

  /** Gives at most so many bytes a call, as pipes and inflaters do. */
  private static InputStream inPortions(byte[] bytes, int most) {
    return new FilterInputStream(new ByteArrayInputStream(bytes)) {
      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        return super.read(into, offset, Math.min(length, most));
      }
    };
  }

  private byte[] normalize(byte[] bytes, int portion) throws IOException {
    text.open(inPortions(bytes, portion), null);
    return text.readAllBytes();
  }

  private String normalize(String string, int portion) throws IOException {
    return new String(normalize(string.getBytes(StandardCharsets.UTF_8), portion), StandardCharsets.UTF_8);
  }

  private String read(byte[] bytes) throws IOException {
    return new String(normalize(bytes, Integer.MAX_VALUE), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 1 << 20})
  void allLinesEndInLineFeed(int portion) throws IOException {
    assertEquals("a\nb\n\nc\nd\n\n\n", normalize("a\r\nb\r\n\nc\rd\r\r\n\r", portion));
    assertEquals("\n", normalize("\r", portion));
    assertEquals("\n", normalize("\r\n", portion));
    assertEquals("page\npage\n", normalize("page\fpage\u000B", portion));
  }

  @Test
  void aLineEndOfTwoBytesMayLieOnTheBorderOfTwoWindows() throws IOException {
    for (int before = NormalizedText.WINDOW_BYTES - 3; before < NormalizedText.WINDOW_BYTES + 3; before++) {
      String start = "a".repeat(before);
      assertEquals(start + "\nb\n\nc", normalize(start + "\r\nb\r\r\nc", Integer.MAX_VALUE), () -> start.length() + " bytes before");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 1 << 20})
  void aByteOrderMarkGoesFromTheStartOnly(int portion) throws IOException {
    assertEquals("a\uFEFFb", normalize("\uFEFFa\uFEFFb", portion));
    assertEquals("", normalize("\uFEFF", portion));
    assertEquals("", normalize("", portion));
  }

  private static String everyWidth(int length) {
    StringBuilder builder = new StringBuilder();
    Random random = new Random(1);
    while (builder.length() < length) {
      int[] firsts = {'a', 0x80, 0x800, 0x10000};
      int[] ends = {'z', 0x800, 0xD800, 0x110000};
      int width = random.nextInt(4);
      builder.appendCodePoint(random.nextInt(firsts[width], ends[width]));
    }
    return builder.toString();
  }

  @Test
  void longTextOfEveryCharacterWidthComesThroughWhateverThePortions() throws IOException {
    String everyWidth = everyWidth(200_000);
    for (int portion : new int[] {7, 65_535, 65_536, 65_537}) {
      assertEquals(everyWidth, normalize(everyWidth, portion));
      assertEquals(StandardCharsets.UTF_8, text.encoding());
      assertEquals(0, text.replacedCharacters() + text.droppedControls());
    }
  }

  @ParameterizedTest
  @CsvSource({"UTF-16LE, FFFE", "UTF-16BE, FEFF", "UTF-32LE, FFFE0000", "UTF-32BE, 0000FEFF"})
  void aMarkTellsTheEncoding(String name, String mark) throws IOException {
    String everyWidth = everyWidth(50_000);
    byte[] encoded = (everyWidth + "\r\n").getBytes(Charset.forName(name));
    InputStream in = new SequenceInputStream(new ByteArrayInputStream(HexFormat.of().parseHex(mark)), inPortions(encoded, 1001));
    text.open(in, null);
    assertEquals(everyWidth + "\n", new String(text.readAllBytes(), StandardCharsets.UTF_8));
    assertEquals(Charset.forName(name), text.encoding());
    assertEquals(0, text.replacedCharacters());
  }

  @Test
  void utf16WithoutAMarkIsKnownByItsNuls() throws IOException {
    String english = "It was a dark and stormy night; caf\u00E9 \u201Cla nuit\u201D.\r\n".repeat(100);
    for (Charset charset : new Charset[] {StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE}) {
      assertEquals(english.replace("\r", ""), read(english.getBytes(charset)));
      assertEquals(charset, text.encoding());
    }
    byte[] numbers = new byte[2000];
    for (int i = 0; i < 1000; i++) {
      numbers[2 * i] = (byte) (i % 32);
    }
    assertThrows(ReadingFault.class, () -> normalize(numbers, 1000));
  }

  @Test
  void halfSurrogatePairsInUtf16AreReplacedAndTheirNeighboursStay() throws IOException {
    String broken = "\uFEFFa\uD800b\uDC00c\uD83D\uDE00\uD800";
    byte[] bytes = new byte[2 * broken.length() + 1];
    for (int i = 0; i < broken.length(); i++) {
      bytes[2 * i] = (byte) broken.charAt(i);
      bytes[2 * i + 1] = (byte) (broken.charAt(i) >> 8);
    }
    // The odd byte at the end is half a unit.
    bytes[bytes.length - 1] = 'x';
    assertEquals("a\uFFFDb\uFFFDc\uD83D\uDE00\uFFFD\uFFFD", read(bytes));
    assertEquals(4, text.replacedCharacters());
  }

  @Test
  void latin1IsToldFromUtf8HoweverLateItsFirstSpecialCharacterComes() throws IOException {
    for (int plain : new int[] {0, 1, 8191, 65_535, 65_536, 200_000}) {
      String expected = "a".repeat(plain) + "d\u00E9j\u00E0 vu \u201Cna\u00EFve\u201D \u20AC5 " + "b".repeat(70_000) + "\u00FC";
      byte[] bytes = expected.getBytes(WINDOWS_1252);
      assertEquals(expected, new String(normalize(bytes, 999), StandardCharsets.UTF_8), () -> plain + " bytes before");
      assertEquals(WINDOWS_1252, text.encoding());
      assertEquals(expected, read(expected.getBytes(StandardCharsets.UTF_8)));
      assertEquals(StandardCharsets.UTF_8, text.encoding());
    }
  }

  @Test
  void anEncodingThatWasAskedForIsTakenUnlessAMarkSaysOtherwise() throws IOException {
    Charset japanese = Charset.forName("Shift_JIS");
    text.open(new ByteArrayInputStream("\u65E5\u672C\u8A9E".getBytes(japanese)), japanese);
    assertEquals("\u65E5\u672C\u8A9E", new String(text.readAllBytes(), StandardCharsets.UTF_8));
    text.open(new ByteArrayInputStream("\uFEFF\u65E5".getBytes(StandardCharsets.UTF_8)), japanese);
    assertEquals("\u65E5", new String(text.readAllBytes(), StandardCharsets.UTF_8));
    text.open(new ByteArrayInputStream(new byte[] {'a', (byte) 0xE9}), StandardCharsets.UTF_8);
    assertEquals("a\uFFFD", new String(text.readAllBytes(), StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource({
      // A byte that starts nothing, an overlong slash, half a surrogate pair, beyond U+10FFFF, a cut character at the end.
      "80, 1", "C0AF, 2", "EDA080, 3", "F4908080, 4", "E282, 1", "F09F98, 1", "F09F, 1", "F0, 1", "C3, 1", "FE, 1"})
  void bytesThatAreNotUtf8BecomeOneReplacementForEachMaximalSubpart(String hex, int replacements) throws IOException {
    byte[] bad = HexFormat.of().parseHex(hex);
    byte[] euro = "\u20AC".getBytes(StandardCharsets.UTF_8);
    byte[] whole = new byte[2 * euro.length + bad.length];
    System.arraycopy(euro, 0, whole, 0, euro.length);
    System.arraycopy(bad, 0, whole, euro.length, bad.length);
    System.arraycopy(euro, 0, whole, euro.length + bad.length, euro.length);
    for (int portion : new int[] {1, 100}) {
      assertEquals("\u20AC" + "\uFFFD".repeat(replacements) + "\u20AC", new String(normalize(whole, portion), StandardCharsets.UTF_8));
      assertEquals(replacements, text.replacedCharacters());
      // The same at the end of the text.
      byte[] cut = Arrays.copyOf(whole, whole.length - euro.length);
      assertEquals("\u20AC" + "\uFFFD".repeat(replacements), new String(normalize(cut, portion), StandardCharsets.UTF_8));
    }
  }

  /** Only the control characters, which the published text keeps, are this reader's own rule. */
  @Test
  void thePublishedTestOfDecodersIsDecodedAsItSays() throws IOException {
    byte[] bytes = Files.readAllBytes(SharedData.require("messy/utf8tests.bin"));
    String expected = Files.readString(SharedData.require("messy/utf8tests.expected.txt"));
    assertEquals(expected.replaceAll("[\0\u007F]", ""), read(bytes));
    assertEquals(expected.chars().filter(c -> c == 0 || c == 0x7F).count(), text.droppedControls());
    assertEquals(454, text.replacedCharacters());
  }

  @Test
  void decodingAgreesWithTheJdkOnRandomBytes() throws IOException {
    Random random = new Random(7);
    byte[] interesting = HexFormat.of().parseHex("4142C2C380BFE0E1EEEF9FA0F0F1F48F90F5FF0A");
    for (int round = 0; round < 3000; round++) {
      byte[] bytes = new byte[random.nextInt(40)];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = interesting[random.nextInt(interesting.length)];
      }
      // The JDK replaces maximal subparts as well, but for surrogates (after ED), which it takes for three bytes.
      text.open(inPortions(bytes, 1 + random.nextInt(5)), StandardCharsets.UTF_8);
      String expected = new String(bytes, StandardCharsets.UTF_8);
      // A byte order mark at the start goes.
      expected = expected.startsWith("\uFEFF") ? expected.substring(1) : expected;
      assertEquals(expected, new String(text.readAllBytes(), StandardCharsets.UTF_8), HexFormat.of().formatHex(bytes));
    }
  }

  @Test
  void aBinaryFileIsCalledOne() {
    for (String hex : new String[] {"89504E470D0A1A0A0000000D", "6100", "255044462D312E340A25E2E3CFD30A", "504B0304140000000800"}) {
      ReadingFault refused = assertThrows(ReadingFault.class, () -> normalize(HexFormat.of().parseHex(hex), 100), hex);
      assertEquals("is a binary file and no text; leave it out.", refused.getMessage());
      assertEquals(ProblemKind.NOT_TEXT, refused.kind());
    }
  }

  @Test
  void strayControlCharactersAreDroppedAndCounted() throws IOException {
    assertEquals("\uFEFFab\nc".substring(1) + "d".repeat(100), normalize("\uFEFFab\r\n\0c\u007F\u001B" + "d".repeat(100), 3));
    assertEquals(3, text.droppedControls());
  }

  @Test
  void whatStandsBeforeAFaultIsRead() throws IOException {
    InputStream failing = new InputStream() {
      private int given;

      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0];
      }

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        if (given == 100) {
          throw new IOException("broken");
        }
        int count = Math.min(length, 100 - given);
        Arrays.fill(into, offset, offset + count, (byte) 'a');
        given += count;
        return count;
      }
    };
    text.open(failing, null);
    assertEquals("a".repeat(100), new String(text.readNBytes(100), StandardCharsets.UTF_8));
    assertEquals("broken", assertThrows(IOException.class, () -> text.readNBytes(1)).getMessage());
  }

  @Test
  void anInstanceStartsAfreshOnEachInput() throws IOException {
    read(new byte[] {'a', (byte) 0xC3});
    assertEquals(WINDOWS_1252, text.encoding());
    assertArrayEquals("ok\n".getBytes(StandardCharsets.UTF_8), normalize("ok\r".getBytes(StandardCharsets.UTF_8), 10));
    assertEquals(StandardCharsets.UTF_8, text.encoding());
    assertEquals(0, text.replacedCharacters());
  }
}
