package dev.minnow.tokenizer.unicode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Utf8Test {
  @Test
  void everyCodePointIsDecodedWithItsLength() {
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      if (c == Character.MIN_SURROGATE) {
        c = Character.MAX_SURROGATE + 1;
      }
      byte[] bytes = Character.toString(c).getBytes(StandardCharsets.UTF_8);
      assertEquals((c << 3) | bytes.length, Utf8.decode(bytes, 0, bytes.length));
    }
  }

  @Test
  void whatJavaRejectsIsOneReplacementOfOneByte() {
    Random random = new Random(1);
    int[] leads = {0x80, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xED, 0xEF, 0xF0, 0xF1, 0xF4, 0xF5, 0xFF};
    for (int lead : leads) {
      for (int trial = 0; trial < 3_000; trial++) {
        byte[] bytes = new byte[1 + random.nextInt(4)];
        for (int i = 0; i < bytes.length; i++) {
          bytes[i] = (byte) (random.nextInt(8) == 0 ? random.nextInt(256) : 0x80 + random.nextInt(64));
        }
        bytes[0] = (byte) lead;
        assertEquals(expected(bytes), Utf8.decode(bytes, 0, bytes.length), () -> java.util.HexFormat.of().formatHex(bytes));
      }
    }
  }

  private static int expected(byte[] bytes) {
    for (int length = 1; length <= bytes.length; length++) {
      try {
        String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length)).toString();
        return (text.codePointAt(0) << 3) | length;
      } catch (CharacterCodingException notThisLong) {
        // The next length may be a character.
      }
    }
    return (0xFFFD << 3) | 1;
  }

  @Test
  void aCharacterCutByTheEndIsMalformed() {
    byte[] bytes = "é".getBytes(StandardCharsets.UTF_8);
    assertEquals((0xFFFD << 3) | 1, Utf8.decode(bytes, 0, 1));
  }

  @Test
  void aLoneSurrogateBecomesTheReplacementCharacter() {
    byte[] replacement = {(byte) 0xEF, (byte) 0xBF, (byte) 0xBD};
    assertArrayEquals(replacement, Utf8.encode("\ud83d"));
    assertArrayEquals(replacement, Utf8.encode("\udc4d"));
    assertArrayEquals("👍".getBytes(StandardCharsets.UTF_8), Utf8.encode("\ud83d\udc4d"));
  }

  @Test
  void loneSurrogatesAreFoundAnywhere() {
    for (String lone : new String[] {"\ud83d", "\udc4d", "\udc4d\ud83d"}) {
      String replaced = "\ufffd".repeat(lone.length());
      for (String around : new String[] {"", "a", "\u00e9", "\u5b57", "👍", "?"}) {
        byte[] expected = (around + replaced + around).getBytes(StandardCharsets.UTF_8);
        assertArrayEquals(expected, Utf8.encode(around + lone + around));
      }
    }
  }
}
