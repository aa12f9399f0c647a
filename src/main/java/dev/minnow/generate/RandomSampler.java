package dev.minnow.generate;

import it.unimi.dsi.fastutil.ints.IntArrays;
import java.util.random.RandomGenerator;

/**
 * Draws from the softmax of the scores after narrowing it, in this order: temperature, the {@code topK} most likely tokens, the smallest
 * set of most likely tokens whose probabilities reach {@code topP} (Holtzman et al., "The Curious Case of Neural Text Degeneration"), the
 * tokens at least {@code minP} times as likely as the most likely. Ties go to the lower token id.
 */
public final class RandomSampler implements Sampler {
  private final float temperature;
  private final int topK;
  private final float topP;
  private final float minP;
  private final RandomGenerator random;
  private int[] candidates = {};

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
    }
    for (int i = 0; i < candidates.length; i++) {
      candidates[i] = i;
    }
    int kept = candidates.length;
    if (topK > 0 && topK < kept) {
      keepLargest(logits, topK);
      kept = topK;
    }
    if (kept < candidates.length || topP < 1) {
      IntArrays.quickSort(candidates, 0, kept, (a, b) -> descending(logits, a, b));
    }
    double total = exponentiate(logits, kept);
    kept = narrow(logits, kept, total);
    return draw(logits, kept);
  }

  private static int descending(float[] logits, int a, int b) {
    int order = Float.compare(logits[b], logits[a]);
    return order != 0 ? order : Integer.compare(a, b);
  }

  /** Moves the {@code count} best candidates to the front: quickselect with the middle as pivot. */
  private void keepLargest(float[] logits, int count) {
    int low = 0;
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
      if (count - 1 <= j) {
        high = j;
      } else if (count - 1 >= i) {
        low = i;
      } else {
        return;
      }
    }
  }

  /** Turns the candidates' scores into exp((score - best) / temperature) and returns their sum. */
  private double exponentiate(float[] logits, int kept) {
    float best = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < kept; i++) {
      best = Math.max(best, logits[candidates[i]]);
    }
    double total = 0;
    for (int i = 0; i < kept; i++) {
      int token = candidates[i];
      logits[token] = (float) StrictMath.exp((logits[token] - best) / temperature);
      total += logits[token];
    }
    if (!(total > 0 && total < Double.POSITIVE_INFINITY)) {
      throw NonFiniteScores.error();
    }
    return total;
  }

  private int narrow(float[] weights, int kept, double total) {
    int narrowed = kept;
    if (topP < 1) {
      double sum = 0;
      narrowed = 0;
      while (narrowed < kept && sum < topP * total) {
        sum += weights[candidates[narrowed++]];
      }
    }
    if (minP > 0) {
      int likely = 0;
      for (int i = 0; i < narrowed; i++) {
        // The most likely token weighs exp(0) = 1.
        if (weights[candidates[i]] >= minP) {
          candidates[likely++] = candidates[i];
        }
      }
      narrowed = likely;
    }
    return narrowed;
  }

  private int draw(float[] weights, int kept) {
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
