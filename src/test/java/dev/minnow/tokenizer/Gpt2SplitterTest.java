package dev.minnow.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class Gpt2SplitterTest {
  /** The published expression; Java's \s would be ASCII only, so the property is written out. */
  private static final Pattern PATTERN = Pattern.compile(
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+".replace("\\s", "\\p{IsWhite_Space}")
          .replace("\\S",
              "\\P{IsWhite_Space}"));

  /** Everything that the expression treats in its own way, and neighbours of it. */
  private static final String[] ALPHABET = {
      " ", " ", " ", "\n", "\t", "\r", "'", "'", "s", "t", "r", "e", "v", "m", "l", "d", "S", "T", "a", "Z", "0", "9", ".", "-", "_", "ſ",
      "é", "ß", "中", "文", "٣", "Ⅷ", "²", "\u0301", "\u00A0", "\u2003", "\u2028", "\u3000", "\u200B", "\uFEFF", "\u180E", "\u001C",
      "\u0085", "\u2007", "\u202F", "😀", "𝒳", "𝟙", "👍🏽", "\u0000", "\u007F", "’"};

  private final Gpt2Splitter splitter = new Gpt2Splitter();

  private List<String> pieces(byte[] text, int from, int to) {
    List<String> pieces = new ArrayList<>();
    for (int start = from; start < to;) {
      int end = splitter.pieceEnd(text, start, to);
      pieces.add(new String(text, start, end - start, StandardCharsets.UTF_8));
      start = end;
    }
    return pieces;
  }

  private static List<String> expected(String text) {
    List<String> pieces = new ArrayList<>();
    for (Matcher matcher = PATTERN.matcher(text); matcher.find();) {
      pieces.add(matcher.group());
    }
    assertEquals(text, String.join("", pieces));
    return pieces;
  }

  private static String random(Random random, int longest) {
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(longest + 1);
    // Few characters at a time make long runs likely.
    int kinds = 1 + random.nextInt(6);
    int[] chosen = random.ints(kinds, 0, ALPHABET.length).toArray();
    for (int i = 0; i < length; i++) {
      text.append(random.nextInt(10) == 0 ? ALPHABET[random.nextInt(ALPHABET.length)] : ALPHABET[chosen[random.nextInt(kinds)]]);
    }
    return text.toString();
  }

  @Test
  void piecesAreThoseOfTheRegularExpression() {
    Random random = new Random(42);
    for (int trial = 0; trial < 100_000; trial++) {
      String text = random(random, 24);
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      assertEquals(expected(text), pieces(bytes, 0, bytes.length));
    }
  }

  @Test
  void everyAssignedCodePointSplitsAsInTheRegularExpression() {
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      if (c == Character.MIN_SURROGATE) {
        c = Character.MAX_SURROGATE + 1;
      }
      String character = Character.toString(c);
      String text = "a" + character + "1" + character + character + " " + character + ".'" + character;
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      assertEquals(expected(text), pieces(bytes, 0, bytes.length));
    }
  }

  @Test
  void theSpaceBeforeAWordStaysWithIt() {
    byte[] text = "we'll  go\n\n now 12a! ".getBytes(StandardCharsets.UTF_8);
    assertEquals(List.of("we", "'ll", " ", " go", "\n\n", " now", " 12", "a", "!", " "), pieces(text, 0, text.length));
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

  @Test
  void whatLiesOutsideTheRangeDoesNotMatter() {
    Random random = new Random(11);
    for (int trial = 0; trial < 20_000; trial++) {
      byte[] inner = random(random, 12).getBytes(StandardCharsets.UTF_8);
      byte[] before = random(random, 4).getBytes(StandardCharsets.UTF_8);
      byte[] after = random(random, 4).getBytes(StandardCharsets.UTF_8);
      byte[] text = Arrays.copyOf(before, before.length + inner.length + after.length);
      System.arraycopy(inner, 0, text, before.length, inner.length);
      System.arraycopy(after, 0, text, before.length + inner.length, after.length);
      assertEquals(pieces(inner, 0, inner.length), pieces(text, before.length, before.length + inner.length));
    }
  }

  @Test
  void aCutChangesNoPiece() {
    Random random = new Random(13);
    int cuts = 0;
    for (int trial = 0; trial < 50_000; trial++) {
      byte[] text = random(random, 16).getBytes(StandardCharsets.UTF_8);
      int cut = splitter.cut(text, random.nextInt(text.length + 1), text.length);
      List<String> pieces = pieces(text, 0, cut);
      pieces.addAll(pieces(text, cut, text.length));
      assertEquals(pieces(text, 0, text.length), pieces);
      cuts += cut < text.length ? 1 : 0;
    }
    assertEquals(true, cuts > 2_000, "Only " + cuts + " texts were cut.");
  }
}
