package dev.minnow.tokenizer.split;

/** Takes pieces of a text, in their order. */
public interface PieceSink {
  /** Takes {@code text[from, to)}, which is not empty. */
  void piece(byte[] text, int from, int to);
}
