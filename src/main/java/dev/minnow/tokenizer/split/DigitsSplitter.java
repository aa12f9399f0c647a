package dev.minnow.tokenizer.split;

import dev.minnow.tokenizer.unicode.CasedClass;

/** Sets numbers ({@code \p{N}}) apart from everything else, each character alone or a run as one piece. */
public final class DigitsSplitter implements Splitter {
  private final boolean individual;

  /** @param individual whether each character of a number is a piece */
  public DigitsSplitter(boolean individual) {
    this.individual = individual;
  }

  @Override
  public int pieceEnd(byte[] text, int from, int to) {
    int found = CasedClass.at(text, from, to);
    boolean number = (found >> 3 & CasedClass.NUMBER) != 0;
    int next = from + (found & 7);
    if (number && individual) {
      return next;
    }
    return CasedClass.runEnd(text, next, to, number ? CasedClass.NUMBER : ~CasedClass.NUMBER);
  }

  /** Where a visible ASCII character that is no digit meets a digit. */
  @Override
  public int cut(byte[] text, int near, int to) {
    for (int at = Math.max(near, 1); at < to; at++) {
      if (isDigit(text[at]) != isDigit(text[at - 1]) && text[at] >= 0 && text[at - 1] >= 0) {
        return at;
      }
    }
    return to;
  }

  @Override
  public boolean cutsAnywhere() {
    return true;
  }

  private static boolean isDigit(byte ascii) {
    return ascii >= '0' && ascii <= '9';
  }
}
