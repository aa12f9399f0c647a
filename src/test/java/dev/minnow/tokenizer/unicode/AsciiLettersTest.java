package dev.minnow.tokenizer.unicode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AsciiLettersTest {
  private static boolean isLetter(byte value) {
    return (value >= 'a' && value <= 'z') || (value >= 'A' && value <= 'Z');
  }

  private static void assertRun(byte[] text, int at, int to) {
    int expected = at;
    while (expected < to && isLetter(text[expected])) {
      expected++;
    }
    int end = AsciiLetters.runEnd(text, at, to);
    assertTrue(end == expected || (end < expected && end + 8 > to), () -> Arrays.toString(text) + " from " + at + " to " + to + ": " + end);
  }

  @Test
  void everyByteEndsARunUnlessItIsALetter() {
    for (int value = 0; value < 256; value++) {
      for (int place = 0; place < 8; place++) {
        byte[] text = "abyzABYZ".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        text[place] = (byte) value;
        assertEquals(isLetter((byte) value) ? 8 : place, AsciiLetters.runEnd(text, 0, 8), "byte " + value + " at " + place);
      }
    }
  }

  @Test
  void runsOfEveryLengthEndWhereTheyShould() {
    Random random = new Random(5);
    for (int trial = 0; trial < 50_000; trial++) {
      byte[] text = new byte[random.nextInt(40)];
      int other = random.nextInt(20);
      for (int i = 0; i < text.length; i++) {
        text[i] = (byte) (random.nextInt(20) == 0 ? random.nextInt(256) : i % 20 == other ? '`' : 'a' + random.nextInt(26));
      }
      int to = random.nextInt(text.length + 1);
      assertRun(text, random.nextInt(to + 1), to);
    }
  }
}
