package dev.minnow.tokenizer.unicode;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Utf8StreamTest {
  @Test
  void aCharacterAppearsWithItsLastByte() {
    Utf8Stream stream = new Utf8Stream();
    byte[] emoji = "😀".getBytes(StandardCharsets.UTF_8);
    assertEquals("a", stream.accept(new byte[] {'a', emoji[0]}));
    assertEquals("", stream.accept(new byte[] {emoji[1]}));
    assertEquals("", stream.accept(new byte[0]));
    assertEquals("", stream.accept(new byte[] {emoji[2]}));
    assertEquals("😀b", stream.accept(new byte[] {emoji[3], 'b'}));
    assertEquals("", stream.finish());
  }

  @Test
  void whatIsNeverCompletedIsReplacedAtTheEndAndTheStreamStartsAfresh() {
    Utf8Stream stream = new Utf8Stream();
    assertEquals("", stream.accept(new byte[] {(byte) 0xE2, (byte) 0x82}));
    assertEquals("\uFFFD", stream.finish());
    assertEquals("", stream.finish());
    assertEquals("x", stream.accept(new byte[] {'x'}));
  }

  @Test
  void bytesThatCannotBecomeACharacterAreReplacedAtOnce() {
    Utf8Stream stream = new Utf8Stream();
    assertEquals("\uFFFD", stream.accept(new byte[] {(byte) 0xFF}));
    assertEquals("\uFFFDz", stream.accept(new byte[] {(byte) 0xE2, 'z'}));
  }

  @Test
  void howTheBytesAreCutDoesNotMatter() {
    Random random = new Random(5);
    for (int trial = 0; trial < 20_000; trial++) {
      byte[] bytes = new byte[random.nextInt(12)];
      random.nextBytes(bytes);
      if (trial % 2 == 0) {
        bytes = "é中😀a".getBytes(StandardCharsets.UTF_8);
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      }
      StringBuilder text = new StringBuilder();
      Utf8Stream stream = new Utf8Stream();
      for (int from = 0; from < bytes.length;) {
        int to = Math.min(bytes.length, from + random.nextInt(4));
        text.append(stream.accept(Arrays.copyOfRange(bytes, from, to)));
        from = to;
      }
      text.append(stream.finish());
      assertEquals(new String(bytes, StandardCharsets.UTF_8), text.toString());
    }
  }
}
