package dev.minnow.generate;

import it.unimi.dsi.fastutil.ints.IntOpenHashSet;

/**
 * Lowers the scores of tokens seen before, then lets another sampler choose: positive scores are divided by the penalty, negative ones
 * multiplied (Keskar et al., "CTRL", section 4.1).
 */
public final class RepetitionPenalty implements Sampler {
  private final float penalty;
  private final Sampler next;
  private final IntOpenHashSet seen = new IntOpenHashSet();

  /** A penalty above 1 discourages repetition; the prompt's tokens count as seen. */
  public RepetitionPenalty(float penalty, int[] prompt, Sampler next) {
    this.penalty = penalty;
    this.next = next;
    for (int token : prompt) {
      seen.add(token);
    }
  }

  @Override
  public int sample(float[] logits) {
    seen.forEach(
        token -> {
          float score = logits[token];
          logits[token] = score > 0 ? score / penalty : score * penalty;
        });
    int token = next.sample(logits);
    seen.add(token);
    return token;
  }
}
