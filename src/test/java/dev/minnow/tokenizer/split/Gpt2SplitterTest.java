package dev.minnow.tokenizer.split;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Examples; {@link SplitterTest} holds the splitter against its regular expression. */
class Gpt2SplitterTest {
  private final Gpt2Splitter splitter = new Gpt2Splitter();

  @Test
  void theSpaceBeforeAWordStaysWithIt() {
    byte[] text = "we'll  go\n\n now 12a! ".getBytes(StandardCharsets.UTF_8);
    List<String> pieces = new ArrayList<>();
    for (int start = 0; start < text.length;) {
      int end = splitter.pieceEnd(text, start, text.length);
      pieces.add(new String(text, start, end - start, StandardCharsets.UTF_8));
      start = end;
    }
    assertEquals(List.of("we", "'ll", " ", " go", "\n\n", " now", " 12", "a", "!", " "), pieces);
  }

  @Test
  void bytesThatAreNotUtf8AreSymbolsAndNeverLost() {
    Random random = new Random(7);
    for (int trial = 0; trial < 20_000; trial++) {
      byte[] text = new byte[random.nextInt(12)];
      random.nextBytes(text);
      int at = 0;
      while (at < text.length) {
        int end = splitter.pieceEnd(text, at, text.length);
        assertEquals(true, end > at && end <= text.length);
        at = end;
      }
    }
    byte[] broken = {'a', (byte) 0xFF, (byte) 0xC3, 'b'};
    assertEquals(2, splitter.pieceEnd(broken, 1, 2));
    assertEquals(3, splitter.pieceEnd(broken, 1, 4));
  }
}
