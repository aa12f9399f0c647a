package dev.minnow.train.plan;

import dev.minnow.tokenizer.Tokenizer;
import java.io.IOException;
import java.util.List;

/** Tries out how fast models learn a text. */
interface Pilot {
  /**
   * What pilot runs come to, in held-out bits per byte.
   *
   * @param bitsPerByte of a short training
   * @param longerBitsPerByte of one that is {@link PilotRun#LONGER} times as long
   */
  record Losses(double bitsPerByte, double longerBitsPerByte) {}

  /** Trains on these tokens. */
  Losses run(Tokenizer tokenizer, List<int[]> training, List<int[]> heldOut) throws IOException;
}
