package dev.minnow.tokenizer.split;

import static dev.minnow.tokenizer.unicode.CasedClass.LETTER;
import static dev.minnow.tokenizer.unicode.CasedClass.NEWLINE;
import static dev.minnow.tokenizer.unicode.CasedClass.NUMBER;
import static dev.minnow.tokenizer.unicode.CasedClass.SYMBOL;

import dev.minnow.tokenizer.unicode.CasedClass;

/**
 * The pieces of cl100k (GPT-4), Llama 3, Qwen2 and nanochat. As a regular expression, with n the longest number:
 *
 * <pre>{@code (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,n}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+}</pre>
 *
 * <p>cl100k itself has {@code \s++$} before {@code \s*[\r\n]}: white space at the end of the text is one piece.
 */
final class Cl100kSplitter extends Gpt4Splitter {
  private final boolean wholeAtEnd;

  /**
   * @param longestNumber most digits in a piece
   * @param wholeAtEnd whether white space at the end of the text is one piece even where it has a newline inside
   */
  Cl100kSplitter(int longestNumber, boolean wholeAtEnd) {
    super(longestNumber);
    this.wholeAtEnd = wholeAtEnd;
  }

  @Override
  public int pieceEnd(byte[] text, int from, int to) {
    int contraction = contractionLength(text, from, to);
    if (contraction > 0) {
      return from + contraction;
    }
    int found = CasedClass.at(text, from, to);
    int first = found >> 3;
    int next = from + (found & 7);
    if ((first & LETTER) != 0) {
      return CasedClass.runEnd(text, next, to, LETTER);
    }
    if ((first & NUMBER) != 0) {
      return numberEnd(text, next, to);
    }
    if (next < to && (first & NEWLINE) == 0) {
      int foundNext = CasedClass.at(text, next, to);
      if ((foundNext >> 3 & LETTER) != 0) {
        return CasedClass.runEnd(text, next + (foundNext & 7), to, LETTER);
      }
      if (text[from] == ' ' && (foundNext >> 3 & SYMBOL) != 0) {
        return symbolsEnd(text, next + (foundNext & 7), to, false);
      }
    }
    return (first & SYMBOL) != 0 ? symbolsEnd(text, next, to, false) : whiteSpaceEnd(text, from, to, wholeAtEnd);
  }
}
