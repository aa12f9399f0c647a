package dev.minnow.tokenizer.split;

import dev.minnow.tokenizer.unicode.AsciiLetters;
import dev.minnow.tokenizer.unicode.CharacterClass;
import dev.minnow.tokenizer.unicode.Utf8;

/**
 * GPT-2's pieces. As a regular expression:
 *
 * <pre>{@code 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+}</pre>
 */
final class Gpt2Splitter implements Splitter {
  /** Class of each ASCII character, so that most bytes cost one load. */
  private static final byte[] ASCII = new byte[128];

  static {
    for (int c = 0; c < ASCII.length; c++) {
      ASCII[c] = CharacterClass.of(c);
    }
  }

  @Override
  public int pieceEnd(byte[] text, int from, int to) {
    int first = text[from];
    int start = first == ' ' && from + 1 < to ? from + 1 : from;
    int end = AsciiLetters.runEnd(text, start, to);
    if (end > start) {
      return end < to && text[end] >= 0 && ASCII[text[end]] != CharacterClass.LETTER ? end : runEnd(text, end, to, CharacterClass.LETTER);
    }
    if (first == '\'') {
      int length = contractionLength(text, from, to);
      if (length > 0) {
        return from + length;
      }
    }
    int decoded = classAndLength(text, start, to);
    byte characterClass = (byte) (decoded >> 3);
    if (characterClass == CharacterClass.WHITE_SPACE) {
      return whiteSpaceEnd(text, from, to);
    }
    return runEnd(text, start + (decoded & 7), to, characterClass);
  }

  /** The class of the character at {@code at}, times 8, plus its length in bytes. */
  private static int classAndLength(byte[] text, int at, int to) {
    byte ascii = text[at];
    if (ascii >= 0) {
      return (ASCII[ascii] << 3) | 1;
    }
    int decoded = Utf8.decode(text, at, to);
    return (CharacterClass.of(decoded >> 3) << 3) | (decoded & 7);
  }

  private static int runEnd(byte[] text, int from, int to, byte characterClass) {
    int at = from;
    while (at < to) {
      byte ascii = text[at];
      if (ascii >= 0) {
        if (ASCII[ascii] != characterClass) {
          return at;
        }
        at++;
      } else {
        int decoded = classAndLength(text, at, to);
        if (decoded >> 3 != characterClass) {
          return at;
        }
        at += decoded & 7;
      }
    }
    return at;
  }

  /** All white space up to the end of the text; else all but the last character, which the next piece may begin with; else that one. */
  private static int whiteSpaceEnd(byte[] text, int from, int to) {
    int at = from;
    int last = from;
    while (at < to) {
      int decoded = classAndLength(text, at, to);
      if (decoded >> 3 != CharacterClass.WHITE_SPACE) {
        return last > from ? last : at;
      }
      last = at;
      at += decoded & 7;
    }
    return to;
  }

  private static int contractionLength(byte[] text, int at, int to) {
    if (at + 1 >= to) {
      return 0;
    }
    int next = text[at + 1];
    if (next == 's' || next == 't' || next == 'm' || next == 'd') {
      return 2;
    }
    if (at + 2 >= to) {
      return 0;
    }
    int afterNext = text[at + 2];
    boolean threeLong = ((next == 'r' || next == 'v') && afterNext == 'e') || (next == 'l' && afterNext == 'l');
    return threeLong ? 3 : 0;
  }

  /** Between anything visible and white space there is always a cut, and no piece looks further left. */
  @Override
  public int cut(byte[] text, int near, int to) {
    for (int at = Math.max(near, 1); at < to; at++) {
      if ((text[at] == ' ' || text[at] == '\n') && !CharacterClass.isWhiteSpaceBefore(text, at)) {
        return at;
      }
    }
    return to;
  }
}
