package dev.minnow.tokenizer;

/** Cuts text into the pieces inside which tokens are merged; concatenated, the pieces are the text. Stateless and thread-safe. */
interface Splitter {
  /**
   * The end of the piece that starts at {@code from}.
   *
   * @param text UTF-8; bytes that are not valid UTF-8 are symbols of one byte each
   * @param from inclusive, before {@code to}, at the start of a piece
   * @param to exclusive, where the text ends
   * @return in (from, to]
   */
  int pieceEnd(byte[] text, int from, int to);

  /** The first place at or after {@code near} where the text can be cut in two with the same pieces, or {@code to} if there is none. */
  int cut(byte[] text, int near, int to);
}
