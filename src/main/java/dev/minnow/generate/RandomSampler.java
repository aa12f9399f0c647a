package dev.minnow.generate;

import it.unimi.dsi.fastutil.ints.IntArrays;
import java.util.random.RandomGenerator;

/**
 * Draws from the softmax of the scores after narrowing it, in this order: temperature, the {@code topK} most likely tokens, the smallest
 * set of most likely tokens whose probabilities reach {@code topP} (Holtzman et al., "The Curious Case of Neural Text Degeneration"), the
 * tokens at least {@code minP} times as likely as the most likely. Ties go to the lower token id.
 */
public final class RandomSampler implements Sampler {
  /** Candidates that are sorted first for {@code topP}, which seldom needs more; then so many times as many, until they are enough. */
  private static final int FIRST_SORTED = 256;

  private static final int GROWTH = 8;

  private final float temperature;
  private final int topK;
  private final float topP;
  private final float minP;
  private final RandomGenerator random;

  /** Token ids, the most likely first as far as they are sorted. */
  private int[] candidates = {};

  /** Of each candidate by its id, exp((score - best) / temperature). */
  private float[] weights = {};

  /**
   * A sampler that draws from {@code random}.
   *
   * @param temperature above 0; divides the scores
   * @param topK at least 1; or 0 for all
   * @param topP in (0, 1]; 1 for all
   * @param minP in [0, 1]; 0 for all
   */
  public RandomSampler(float temperature, int topK, float topP, float minP, RandomGenerator random) {
    this.temperature = temperature;
    this.topK = topK;
    this.topP = topP;
    this.minP = minP;
    this.random = random;
  }

  @Override
  public int sample(float[] logits) {
    if (candidates.length != logits.length) {
      candidates = new int[logits.length];
      weights = new float[logits.length];
    }
    for (int i = 0; i < candidates.length; i++) {
      candidates[i] = i;
    }
    int kept = candidates.length;
    int sorted = 0;
    if (topK > 0 && topK < kept) {
      kept = topK;
      sorted = sort(logits, 0, topK);
    }
    double total = weigh(logits, kept);
    if (topP < 1) {
      kept = narrow(logits, sorted, kept, topP * total);
    }
    return draw(minP > 0 ? likely(kept) : kept);
  }

  private static int descending(float[] logits, int a, int b) {
    int order = Float.compare(logits[b], logits[a]);
    return order != 0 ? order : Integer.compare(a, b);
  }

  /** Sorts further: with the first {@code from} candidates sorted already, the first {@code to} are then. Returns {@code to}. */
  private int sort(float[] logits, int from, int to) {
    bringForward(logits, from, to);
    IntArrays.quickSort(candidates, from, to, (a, b) -> descending(logits, a, b));
    return to;
  }

  /** Of the candidates from {@code from} on, moves the best before {@code to}: quickselect with the middle as pivot. */
  private void bringForward(float[] logits, int from, int to) {
    int low = from;
    int high = candidates.length - 1;
    while (low < high) {
      int pivot = candidates[(low + high) >>> 1];
      int i = low;
      int j = high;
      while (i <= j) {
        while (descending(logits, candidates[i], pivot) < 0) {
          i++;
        }
        while (descending(logits, candidates[j], pivot) > 0) {
          j--;
        }
        if (i <= j) {
          IntArrays.swap(candidates, i++, j--);
        }
      }
      if (to - 1 <= j) {
        high = j;
      } else if (to - 1 >= i) {
        low = i;
      } else {
        return;
      }
    }
  }

  /** Fills in the weights of the first candidates and returns their sum. */
  private double weigh(float[] logits, int kept) {
    float best = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < kept; i++) {
      best = Math.max(best, logits[candidates[i]]);
    }
    double total = 0;
    for (int i = 0; i < kept; i++) {
      int token = candidates[i];
      weights[token] = (float) StrictMath.exp((logits[token] - best) / temperature);
      total += weights[token];
    }
    if (!(total > 0 && total < Double.POSITIVE_INFINITY)) {
      throw NonFiniteScores.error();
    }
    return total;
  }

  /** How many of the first candidates, the most likely first, it takes until their weights sum up to {@code wanted}. */
  private int narrow(float[] logits, int sortedBefore, int kept, double wanted) {
    int sorted = sortedBefore;
    int narrowed = 0;
    double sum = 0;
    while (narrowed < kept && sum < wanted) {
      if (narrowed == sorted) {
        sorted = sort(logits, sorted, Math.min(kept, Math.max(FIRST_SORTED, GROWTH * sorted)));
      }
      sum += weights[candidates[narrowed++]];
    }
    return narrowed;
  }

  /** Moves those of the first candidates that {@code minP} leaves to the front; returns how many they are. */
  private int likely(int kept) {
    int likely = 0;
    for (int i = 0; i < kept; i++) {
      // The most likely token weighs exp(0) = 1.
      if (weights[candidates[i]] >= minP) {
        candidates[likely++] = candidates[i];
      }
    }
    return likely;
  }

  private int draw(int kept) {
    double total = 0;
    for (int i = 0; i < kept; i++) {
      total += weights[candidates[i]];
    }
    double point = random.nextDouble() * total;
    int last = candidates[0];
    for (int i = 0; i < kept && point >= 0; i++) {
      point -= weights[candidates[i]];
      // Where roundings leave some of the point, it is the last one's that weighs something.
      last = weights[candidates[i]] > 0 ? candidates[i] : last;
    }
    return last;
  }
}
