package dev.minnow.tokenizer;

/**
 * A token that no text from outside becomes: only its id stands for it. The flags say how other tools look for it in text; they are
 * kept as read.
 *
 * @param id its token id
 * @param content how it is written
 * @param singleWord found only between word boundaries
 * @param stripLeft swallows white space before it
 * @param stripRight swallows white space after it
 * @param normalized found after normalization
 */
record SpecialToken(int id, String content, boolean singleWord, boolean stripLeft, boolean stripRight, boolean normalized) {
  SpecialToken(int id, String content) {
    this(id, content, false, false, false, false);
  }
}
