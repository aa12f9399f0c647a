package dev.minnow.train.plan;

import java.util.Arrays;
import java.util.List;

/**
 * How well a text is predicted by the few symbols before each: interpolated Kneser-Ney n-grams (Chen and Goodman, 1999, section 2.7) with
 * one absolute discount an order. Orders below the highest count in how many contexts of one symbol more an n-gram was seen.
 *
 * <p>An n-gram is one long, oldest symbol first: those of one context are neighbours in a sorted array, and no hash table is needed.
 */
final class NgramModel {
  private final int symbolBits;
  private final double uniform;
  /** By order, from 1. */
  private final Level[] levels;

  /**
   * A model of sequences; no n-gram reaches across two of them.
   *
   * @param symbolBits symbols are below 2 to this
   * @param symbols how many different ones there are
   * @param order the highest; times {@code symbolBits} at most 63
   */
  NgramModel(List<int[]> sequences, int symbolBits, int symbols, int order) {
    if (symbolBits * order > 63) {
      throw new IllegalArgumentException(order + " symbols of " + symbolBits + " bits do not fit a long.");
    }
    this.symbolBits = symbolBits;
    this.uniform = 1.0 / symbols;
    this.levels = new Level[order];
    long[] grams = sorted(grams(sequences, order));
    for (int n = order; n >= 1; n--) {
      levels[n - 1] = new Level(grams);
      grams = sorted(levels[n - 1].withoutOldest(mask(n - 1)));
    }
  }

  private long[] grams(List<int[]> sequences, int order) {
    long[] grams = new long[sequences.stream().mapToInt(sequence -> Math.max(0, sequence.length - order + 1)).sum()];
    int count = 0;
    for (int[] sequence : sequences) {
      long gram = 0;
      for (int i = 0; i < sequence.length; i++) {
        gram = (gram << symbolBits | sequence[i]) & mask(order);
        if (i >= order - 1) {
          grams[count++] = gram;
        }
      }
    }
    return grams;
  }

  private static long[] sorted(long[] grams) {
    Arrays.parallelSort(grams);
    return grams;
  }

  private long mask(int symbols) {
    return (1L << symbolBits * symbols) - 1;
  }

  /** Nats that a sequence takes after its first symbols, which have no whole context. */
  double nats(int[] sequence) {
    double nats = 0;
    long gram = 0;
    for (int i = 0; i < sequence.length; i++) {
      gram = (gram << symbolBits | sequence[i]) & mask(levels.length);
      if (i >= levels.length - 1) {
        nats -= Math.log(probability(gram));
      }
    }
    return nats;
  }

  /** Symbols of a sequence that {@link #nats} is over. */
  int predicted(int[] sequence) {
    return Math.max(0, sequence.length - levels.length + 1);
  }

  /** Of the newest symbol of an n-gram of the highest order after the others. */
  double probability(long gram) {
    double probability = uniform;
    for (int order = 1; order <= levels.length; order++) {
      long own = gram & mask(order);
      long context = own >>> symbolBits << symbolBits;
      Level level = levels[order - 1];
      int from = level.place(context, 0, level.grams.length);
      int to = level.place(context + (1L << symbolBits), from, level.grams.length);
      if (from == to) {
        return probability;
      }
      int first = level.place(own, from, to);
      int seen = level.place(own + 1, first, to) - first;
      double kept = Math.max(0, seen - level.discount);
      double spread = level.discount * (level.different[to] - level.different[from]);
      probability = (kept + spread * probability) / (to - from);
    }
    return probability;
  }

  /** The n-grams of one order, sorted; each stands there as often as it counts. */
  private static final class Level {
    private final long[] grams;
    /** How many different ones there are before a place. */
    private final int[] different;
    private final double discount;

    Level(long[] sorted) {
      grams = sorted;
      different = new int[grams.length + 1];
      int once = 0;
      int twice = 0;
      for (int from = 0, to; from < grams.length; from = to) {
        to = runEnd(from);
        once += to - from == 1 ? 1 : 0;
        twice += to - from == 2 ? 1 : 0;
        Arrays.fill(different, from + 1, to + 1, different[from] + 1);
      }
      discount = once == 0 ? 0.5 : once / (once + 2.0 * twice);
    }

    private int runEnd(int from) {
      int to = from + 1;
      while (to < grams.length && grams[to] == grams[from]) {
        to++;
      }
      return to;
    }

    long[] withoutOldest(long mask) {
      long[] shorter = new long[different[grams.length]];
      int count = 0;
      for (int from = 0; from < grams.length; from = runEnd(from)) {
        shorter[count++] = grams[from] & mask;
      }
      return shorter;
    }

    /** The first place in a range whose n-gram is not below a bound. */
    int place(long bound, int from, int to) {
      int low = from;
      int high = to;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (grams[middle] < bound) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }
  }
}
