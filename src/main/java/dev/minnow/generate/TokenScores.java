package dev.minnow.generate;

import it.unimi.dsi.fastutil.ints.IntHeapPriorityQueue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Log-probabilities of tokens by the scores that a model gave, taken before samplers change those. */
final class TokenScores {
  private final float[] scores;
  private final double logTotal;

  /** @param scores (V), copied */
  TokenScores(float[] scores) {
    this.scores = scores.clone();
    double best = Double.NEGATIVE_INFINITY;
    for (float score : scores) {
      best = Math.max(best, score);
    }
    double total = 0;
    for (float score : scores) {
      total += StrictMath.exp(score - best);
    }
    this.logTotal = best + StrictMath.log(total);
  }

  /** In nats. */
  float logProbability(int token) {
    return (float) (scores[token] - logTotal);
  }

  /** So many of the most likely among the first tokens, the most likely first; of equally likely ones the lower id. */
  List<GeneratedToken.Alternative> mostLikely(int count, int amongFirst) {
    if (count == 0) {
      return List.of();
    }
    // The least of those kept is on top.
    IntHeapPriorityQueue kept =
        new IntHeapPriorityQueue((a, b) -> scores[a] != scores[b] ? Float.compare(scores[a], scores[b]) : Integer.compare(b, a));
    for (int token = 0; token < amongFirst; token++) {
      kept.enqueue(token);
      if (kept.size() > count) {
        kept.dequeueInt();
      }
    }
    List<GeneratedToken.Alternative> likely = new ArrayList<>();
    while (!kept.isEmpty()) {
      int token = kept.dequeueInt();
      likely.add(new GeneratedToken.Alternative(token, logProbability(token)));
    }
    Collections.reverse(likely);
    return likely;
  }
}
