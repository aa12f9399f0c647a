package dev.minnow.generate;

/** Takes the highest score; of equal ones the lowest token id. */
public final class GreedySampler implements Sampler {
  @Override
  public int sample(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      if (logits[i] > logits[best] || Float.isNaN(logits[i])) {
        best = i;
      }
    }
    if (!Float.isFinite(logits[best])) {
      throw NonFiniteScores.error();
    }
    return best;
  }
}
