package dev.minnow.tokenizer.split;

import static dev.minnow.tokenizer.unicode.CasedClass.NEWLINE;
import static dev.minnow.tokenizer.unicode.CasedClass.NUMBER;
import static dev.minnow.tokenizer.unicode.CasedClass.SPACE;
import static dev.minnow.tokenizer.unicode.CasedClass.SYMBOL;
import static dev.minnow.tokenizer.unicode.CasedClass.WHITE_SPACE;

import dev.minnow.tokenizer.unicode.CasedClass;
import dev.minnow.tokenizer.unicode.CharacterClass;

/** What the patterns since GPT-4 have in common: all but words. */
abstract sealed class Gpt4Splitter implements Splitter permits Cl100kSplitter, O200kSplitter {
  /** A number has at most this many characters in a piece. */
  private final int longestNumber;

  Gpt4Splitter(int longestNumber) {
    this.longestNumber = longestNumber;
  }

  /** {@code \p{N}{1,n}}, the first of them before {@code from}. */
  final int numberEnd(byte[] text, int from, int to) {
    int at = from;
    for (int more = longestNumber - 1; more > 0 && at < to; more--) {
      int found = CasedClass.at(text, at, to);
      if ((found >> 3 & NUMBER) == 0) {
        break;
      }
      at += found & 7;
    }
    return at;
  }

  /** {@code [^\s\p{L}\p{N}]*[\r\n]*}, or {@code [\r\n/]*} at its end. */
  static int symbolsEnd(byte[] text, int from, int to, boolean slashes) {
    int at = CasedClass.runEnd(text, from, to, SYMBOL);
    while (at < to && (text[at] == '\n' || text[at] == '\r' || slashes && text[at] == '/')) {
      at++;
    }
    return at;
  }

  /**
   * {@code \s*[\r\n]+|\s+(?!\S)|\s+}: up to the run's last newline; else all of it at the end of the text; else all but its last
   * character, which the next piece may begin with; else that one.
   */
  static int whiteSpaceEnd(byte[] text, int from, int to, boolean wholeAtEnd) {
    int at = from;
    int last = from;
    int afterNewline = from;
    while (at < to) {
      int found = CasedClass.at(text, at, to);
      if ((found >> 3 & WHITE_SPACE) == 0) {
        break;
      }
      last = at;
      at += found & 7;
      if ((found >> 3 & NEWLINE) != 0) {
        afterNewline = at;
      }
    }
    if (afterNewline > from && !(wholeAtEnd && at == to)) {
      return afterNewline;
    }
    return at == to || last == from ? at : last;
  }

  /** Length in bytes of {@code (?i:'s|'t|'re|'ve|'m|'ll|'d)} at {@code at}, or 0. Long s is a lower-case s too: two bytes. */
  static int contractionLength(byte[] text, int at, int to) {
    if (at + 1 >= to || text[at] != '\'') {
      return 0;
    }
    // Upper case differs from lower case in this bit, and nothing else becomes such a letter by it.
    int next = text[at + 1] | 0x20;
    if (next == 's' || next == 't' || next == 'm' || next == 'd') {
      return 2;
    }
    if (at + 2 >= to) {
      return 0;
    }
    if (text[at + 1] == (byte) 0xC5 && text[at + 2] == (byte) 0xBF) {
      return 3;
    }
    int afterNext = text[at + 2] | 0x20;
    boolean threeLong = (next == 'r' || next == 'v') && afterNext == 'e' || next == 'l' && afterNext == 'l';
    return threeLong ? 3 : 0;
  }

  /**
   * No piece goes on with white space other than newlines after anything visible, nor with anything visible but a slash after a
   * newline; and what such a piece ends with is the same whether the text ends there or goes on.
   */
  @Override
  public final int cut(byte[] text, int near, int to) {
    for (int at = Math.max(near, 1); at < to; at++) {
      byte here = text[at];
      boolean blank = (here == ' ' || here == '\t') && !CharacterClass.isWhiteSpaceBefore(text, at);
      if (blank || (text[at - 1] == '\n' && here != '/' && (CasedClass.at(text, at, to) >> 3 & (NEWLINE | SPACE)) == 0)) {
        return at;
      }
    }
    return to;
  }
}
