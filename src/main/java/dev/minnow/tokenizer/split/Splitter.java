package dev.minnow.tokenizer.split;

/** Cuts text into the pieces inside which tokens are merged; concatenated, the pieces are the text. Stateless and thread-safe. */
public interface Splitter extends SplitLevel {
  /**
   * The end of the piece that starts at {@code from}.
   *
   * @param text UTF-8; bytes that are not valid UTF-8 are symbols of one byte each
   * @param from inclusive, before {@code to}, at the start of a piece
   * @param to exclusive, where the text ends
   * @return in (from, to]
   */
  int pieceEnd(byte[] text, int from, int to);

  @Override
  default void split(byte[] text, int from, int to, PieceSink pieces) {
    for (int start = from; start < to;) {
      int end = pieceEnd(text, start, to);
      pieces.piece(text, start, end);
      start = end;
    }
  }
}
