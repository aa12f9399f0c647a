package dev.minnow.tokenizer.split;

import static dev.minnow.tokenizer.unicode.CasedClass.LETTER;
import static dev.minnow.tokenizer.unicode.CasedClass.LOWER;
import static dev.minnow.tokenizer.unicode.CasedClass.MARK;
import static dev.minnow.tokenizer.unicode.CasedClass.NEWLINE;
import static dev.minnow.tokenizer.unicode.CasedClass.NUMBER;
import static dev.minnow.tokenizer.unicode.CasedClass.SYMBOL;
import static dev.minnow.tokenizer.unicode.CasedClass.UNCASED;
import static dev.minnow.tokenizer.unicode.CasedClass.UPPER;

import dev.minnow.tokenizer.unicode.CasedClass;

/**
 * The pieces of o200k (GPT-4o). As a regular expression, with U for {@code \p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}}, L for
 * {@code \p{Ll}\p{Lm}\p{Lo}\p{M}} and S for {@code (?i:'s|'t|'re|'ve|'m|'ll|'d)?}:
 *
 * <pre>{@code [^\r\n\p{L}\p{N}]?[U]*[L]+S|[^\r\n\p{L}\p{N}]?[U]+[L]*S|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+}</pre>
 */
final class O200kSplitter extends Gpt4Splitter {
  private static final int NO_WORD = -1;

  O200kSplitter() {
    super(3);
  }

  @Override
  public int pieceEnd(byte[] text, int from, int to) {
    int found = CasedClass.at(text, from, to);
    int first = found >> 3;
    int next = from + (found & 7);
    if ((first & NUMBER) != 0) {
      return numberEnd(text, next, to);
    }
    if ((first & NEWLINE) == 0) {
      int wordEnd = wordEnd(text, (first & LETTER) != 0 ? from : next, to, (first & MARK) != 0);
      if (wordEnd != NO_WORD) {
        return wordEnd + contractionLength(text, wordEnd, to);
      }
      if (text[from] == ' ' && next < to) {
        int foundNext = CasedClass.at(text, next, to);
        if ((foundNext >> 3 & SYMBOL) != 0) {
          return symbolsEnd(text, next + (foundNext & 7), to, true);
        }
      }
    }
    return (first & SYMBOL) != 0 ? symbolsEnd(text, next, to, true) : whiteSpaceEnd(text, from, to, false);
  }

  /**
   * Where {@code [U]*[L]+|[U]+[L]*} ends that begins at {@code from}, after the first character if that is no letter.
   *
   * @param afterMark whether a mark stands before: it matches {@code [L]+} alone where {@code [U]*[L]+} does not match after it
   */
  private static int wordEnd(byte[] text, int from, int to, boolean afterMark) {
    int at = CasedClass.runEnd(text, from, to, UPPER);
    int afterBoth = from;
    while (at < to) {
      int found = CasedClass.at(text, at, to);
      int here = found >> 3;
      if ((here & LOWER) != 0) {
        return CasedClass.runEnd(text, at + (found & 7), to, LOWER | UNCASED | MARK);
      }
      if ((here & (UPPER | UNCASED | MARK)) == 0) {
        break;
      }
      at += found & 7;
      if ((here & UPPER) == 0) {
        afterBoth = at;
      }
    }
    // No lower case follows: [U]* gives back characters until [L]+ matches one that is in both.
    if (afterBoth > from || afterMark) {
      return afterBoth;
    }
    return at > from ? at : NO_WORD;
  }
}
