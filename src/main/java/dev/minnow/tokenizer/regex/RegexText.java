package dev.minnow.tokenizer.regex;

import dev.minnow.tokenizer.regex.RegexNode.Anchor;
import dev.minnow.tokenizer.unicode.CodePointSet;
import dev.minnow.tokenizer.unicode.UnicodeProperty;
import dev.minnow.tokenizer.unicode.Utf8;

/**
 * The text {@code bytes[from, to)} in UTF-8 in which a regular expression is sought, character by character: nothing outside is looked at.
 */
public record RegexText(byte[] bytes, int from, int to) {
  /** What {@code \w} stands for outside of brackets. */
  static final CodePointSet WORD = UnicodeProperty.bareWord();

  /** Length in bytes of the character at a place. */
  public int lengthAt(int at) {
    return bytes[at] >= 0 ? 1 : Utf8.decode(bytes, at, to) & 7;
  }

  /** Where the character starts that ends before {@code at}. */
  int before(int at) {
    if (bytes[at - 1] < 0) {
      for (int length = 2; length <= 4 && length <= at - from; length++) {
        if ((Utf8.decode(bytes, at - length, at) & 7) == length) {
          return at - length;
        }
      }
    }
    return at - 1;
  }

  boolean isAt(Anchor anchor, int at) {
    return switch (anchor) {
      case TEXT_START -> at == from;
      case TEXT_END -> at == to;
      case TEXT_END_OR_LAST_NEWLINE -> at == to || at == to - 1 && bytes[at] == '\n';
      case LINE_START -> at == from || bytes[at - 1] == '\n' && at < to;
      case LINE_END -> at == to || bytes[at] == '\n';
      case WORD_BOUNDARY -> isBoundary(at);
      case NO_WORD_BOUNDARY -> !isBoundary(at);
    };
  }

  private boolean isBoundary(int at) {
    boolean before = at > from && WORD.contains(Utf8.decode(bytes, before(at), at) >> 3);
    boolean after = at < to && WORD.contains(Utf8.decode(bytes, at, to) >> 3);
    return before != after;
  }
}
