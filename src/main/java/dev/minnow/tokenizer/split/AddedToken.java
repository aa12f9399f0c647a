package dev.minnow.tokenizer.split;

/**
 * A token that is found in text as a whole, before anything is merged; the flags say where.
 *
 * @param id its token id
 * @param content how it is written
 * @param singleWord found only where no letter, digit or underscore touches it
 * @param stripLeft swallows the white space before it
 * @param stripRight swallows the white space after it
 * @param normalized found after normalization, not before
 * @param special found only when special tokens are asked for: text from outside never becomes one; decoding leaves it out
 */
public record AddedToken(int id, String content, boolean singleWord, boolean stripLeft, boolean stripRight, boolean normalized,
    boolean special) {
  /** A special token without other flags. */
  public static AddedToken special(int id, String content) {
    return new AddedToken(id, content, false, false, false, false, true);
  }

  /** The same where texts are taken as they are, so that it makes no difference whether it is found before they are normalized. */
  public AddedToken ofTextAsItIs() {
    return new AddedToken(id, content, singleWord, stripLeft, stripRight, false, special);
  }
}
