package dev.minnow.tokenizer.encode;

import it.unimi.dsi.fastutil.ints.IntArrayList;

/** Turns normalized text without added tokens into tokens. For one thread at a time. */
interface SegmentEncoder {
  /** Adds the tokens of {@code text[from, to)} to {@code out}. */
  void encode(byte[] text, int from, int to, IntArrayList out);
}
