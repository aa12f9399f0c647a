package dev.minnow.train.plan;

import dev.minnow.tokenizer.Tokenizer;
import java.io.IOException;
import java.util.List;

/** Tries out how fast models learn a text. */
interface Pilot {
  /** Held-out bits per byte after a short training on these tokens. */
  double bitsPerByte(Tokenizer tokenizer, List<int[]> training, List<int[]> heldOut) throws IOException;
}
