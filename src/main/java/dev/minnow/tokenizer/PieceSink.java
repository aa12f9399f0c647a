package dev.minnow.tokenizer;

/** Takes pieces of a text, in their order. */
interface PieceSink {
  /** Takes {@code text[from, to)}, which is not empty. */
  void piece(byte[] text, int from, int to);
}
