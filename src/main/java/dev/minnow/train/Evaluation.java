package dev.minnow.train;

import dev.minnow.corpus.HeldOutWindows;

/**
 * The loss on held-out text: the mean over all of its tokens but the first, in the windows of {@link HeldOutWindows}, dropout off.
 *
 * @param tokens predicted
 * @param loss in nats per token
 * @param bitsPerByte nats / ln 2 / the bytes of text that the predicted tokens stand for; NaN where they stand for none
 */
public record Evaluation(long tokens, double loss, double bitsPerByte) {
  /** e to the loss. */
  public double perplexity() {
    return StrictMath.exp(loss);
  }
}
