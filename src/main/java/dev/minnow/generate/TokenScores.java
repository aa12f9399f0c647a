package dev.minnow.generate;

import it.unimi.dsi.fastutil.ints.IntHeapPriorityQueue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Log-probabilities of tokens by the scores that a model gave, taken before samplers change those; one after the other of one model. */
final class TokenScores {
  private final float[] scores;
  private double logTotal;

  /** @param vocabularySize V */
  TokenScores(int vocabularySize) {
    this.scores = new float[vocabularySize];
  }

  /** Takes the scores (V) of the next token in the place of those before. */
  void take(float[] given) {
    System.arraycopy(given, 0, scores, 0, scores.length);
    double best = Double.NEGATIVE_INFINITY;
    for (float score : scores) {
      best = Math.max(best, score);
    }
    double total = 0;
    for (float score : scores) {
      total += StrictMath.exp(score - best);
    }
    logTotal = best + StrictMath.log(total);
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
    IntHeapPriorityQueue kept = new IntHeapPriorityQueue(Math.min(count, amongFirst), this::ascending);
    for (int token = 0; token < amongFirst; token++) {
      if (kept.size() < count) {
        kept.enqueue(token);
      } else if (ascending(token, kept.firstInt()) > 0) {
        kept.dequeueInt();
        kept.enqueue(token);
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

  private int ascending(int a, int b) {
    return scores[a] != scores[b] ? Float.compare(scores[a], scores[b]) : Integer.compare(b, a);
  }
}
