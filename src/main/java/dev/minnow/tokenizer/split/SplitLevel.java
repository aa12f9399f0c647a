package dev.minnow.tokenizer.split;

/** Cuts text into pieces, of which it may drop some. Stateless and thread-safe. */
public interface SplitLevel {
  /** Hands the pieces of {@code text[from, to)} to {@code pieces}; {@code text} is UTF-8, or bytes that are symbols of their own. */
  void split(byte[] text, int from, int to, PieceSink pieces);

  /** The first place at or after {@code near} where the text can be cut in two with the same pieces, or {@code to} if there is none. */
  int cut(byte[] text, int near, int to);

  /** Whether a cut between any two characters changes nothing but the piece that it cuts. */
  default boolean cutsAnywhere() {
    return false;
  }
}
