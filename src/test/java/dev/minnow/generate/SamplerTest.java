package dev.minnow.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import it.unimi.dsi.fastutil.ints.IntOpenHashSet;
import it.unimi.dsi.fastutil.ints.IntSet;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SamplerTest {
  private static final int DRAWS = 20_000;
  private static final float[] LOGITS = {0, 3, 1, 2, -1};

  @Test
  void greedyTakesTheHighestAndOfEqualOnesTheLowestId() {
    assertEquals(1, new GreedySampler().sample(LOGITS.clone()));
    assertEquals(2, new GreedySampler().sample(new float[] {0, 1, 5, 5, 5}));
  }

  @Test
  void frequenciesFollowTheSoftmaxAtTheTemperature() {
    for (float temperature : new float[] {0.5f, 1, 2}) {
      double[] expected = softmax(LOGITS, temperature);
      int[] counts = draw(new RandomSampler(temperature, 0, 1, 0, random()), LOGITS);
      for (int i = 0; i < LOGITS.length; i++) {
        // Four standard deviations of a binomial count.
        double tolerance = 4 * Math.sqrt(DRAWS * expected[i] * (1 - expected[i]));
        assertEquals(DRAWS * expected[i], counts[i], tolerance, "token " + i + " at temperature " + temperature);
      }
    }
  }

  @Test
  void topKDrawsFromTheMostLikelyAlone() {
    assertEquals(IntSet.of(1, 3), drawn(new RandomSampler(5, 2, 1, 0, random()), LOGITS));
    assertEquals(IntSet.of(1), drawn(new RandomSampler(5, 1, 1, 0, random()), LOGITS));
    assertEquals(5, drawn(new RandomSampler(5, 99, 1, 0, random()), LOGITS).size());
  }

  @Test
  void topKOfEqualScoresKeepsTheLowestIds() {
    float[] equal = new float[100];
    assertEquals(new IntOpenHashSet(IntStream.range(0, 7).toArray()), drawn(new RandomSampler(1, 7, 1, 0, random()), equal));
  }

  @Test
  void topKSelectsWhatSortingSelects() {
    Random scores = new Random(7);
    for (int size = 1; size < 200; size++) {
      float[] logits = new float[size];
      for (int i = 0; i < size; i++) {
        logits[i] = scores.nextInt(20);
      }
      int k = 1 + scores.nextInt(size);
      float[] sorted = logits.clone();
      Arrays.sort(sorted);
      float threshold = sorted[size - k];
      int token = new RandomSampler(3, k, 1, 0, random()).sample(logits.clone());
      assertTrue(logits[token] >= threshold, "size " + size + ", k " + k);
    }
  }

  @Test
  void topPTakesTheSmallestSetThatReachesIt() {
    // Softmax of LOGITS: 0.032, 0.636, 0.086, 0.234, 0.012.
    assertEquals(IntSet.of(1), drawn(new RandomSampler(1, 0, 0.63f, 0, random()), LOGITS));
    assertEquals(IntSet.of(1, 3), drawn(new RandomSampler(1, 0, 0.64f, 0, random()), LOGITS));
    assertEquals(IntSet.of(1, 3, 2), drawn(new RandomSampler(1, 0, 0.9f, 0, random()), LOGITS));
  }

  @Test
  void topPDrawsWhatSortingEverythingDraws() {
    Random scores = new Random(11);
    for (int size : new int[] {1, 2, 100, 256, 257, 2_048, 2_049, 20_000}) {
      for (float[] logits : List.of(normal(scores, size, 0.1f), normal(scores, size, 3), whole(scores, size, 1), whole(scores, size, 8))) {
        for (int topK : new int[] {0, 1, 300}) {
          for (float topP : new float[] {Float.MIN_VALUE, 0.01f, 0.1f, 0.5f, 0.9f, 0.999f, Math.nextDown(1f)}) {
            for (double point : new double[] {0, scores.nextDouble(), Math.nextDown(1.0)}) {
              int expected = drawnBySorting(logits, topK, topP, point);
              int drawn = new RandomSampler(0.8f, topK, topP, 0, () -> (long) (point * 0x1p53) << 11).sample(logits.clone());
              assertEquals(expected, drawn, () -> size + " scores, top-k " + topK + ", top-p " + topP + ", point " + point);
            }
          }
        }
      }
    }
  }

  private static float[] normal(Random random, int size, float deviation) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = deviation * (float) random.nextGaussian();
    }
    return values;
  }

  /** Many of which are equal. */
  private static float[] whole(Random random, int size, int bound) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = random.nextInt(bound);
    }
    return values;
  }

  /** Top-k and top-p at the temperature 0.8, by their definition. */
  private static int drawnBySorting(float[] logits, int topK, float topP, double point) {
    List<Integer> sorted =
        IntStream.range(0, logits.length)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer id) -> -logits[id]).thenComparing(id -> id))
            .limit(topK == 0 ? logits.length : topK)
            .toList();
    double[] weights =
        sorted.stream().mapToDouble(id -> (float) StrictMath.exp((logits[id] - logits[sorted.getFirst()]) / 0.8f)).toArray();
    double wanted = topP * DoubleStream.of(weights).sum();
    int kept = 0;
    for (double sum = 0; sum < wanted; kept++) {
      sum += weights[kept];
    }
    double left = point * DoubleStream.of(weights).limit(kept).sum();
    int drawn = 0;
    while (drawn < kept - 1 && left >= weights[drawn]) {
      left -= weights[drawn++];
    }
    return sorted.get(drawn);
  }

  @Test
  void minPTakesWhatIsLikelyEnoughBesideTheMostLikely() {
    assertEquals(IntSet.of(1, 3), drawn(new RandomSampler(1, 0, 1, 0.3f, random()), LOGITS));
    assertEquals(IntSet.of(1), drawn(new RandomSampler(1, 0, 1, 1, random()), LOGITS));
  }

  @Test
  void repetitionPenaltyLowersWhatCameBefore() {
    RepetitionPenalty sampler = new RepetitionPenalty(4, new int[] {1}, new GreedySampler());
    // 3 / 4 falls below 2; then 2 / 4 below 1; then 1 / 4 below 3 / 4.
    assertEquals(3, sampler.sample(LOGITS.clone()));
    assertEquals(2, sampler.sample(LOGITS.clone()));
    assertEquals(1, sampler.sample(LOGITS.clone()));
    float[] negative = {-1, -1.5f};
    assertEquals(1, new RepetitionPenalty(2, new int[] {0}, new GreedySampler()).sample(negative));
  }

  @Test
  void theSameSeedDrawsTheSame() {
    RandomSampler a = new RandomSampler(1, 3, 0.9f, 0, random());
    RandomSampler b = new RandomSampler(1, 3, 0.9f, 0, random());
    for (int i = 0; i < 100; i++) {
      assertEquals(a.sample(LOGITS.clone()), b.sample(LOGITS.clone()));
    }
  }

  @Test
  void scoresThatAreNotNumbersAreAnError() {
    float[] damaged = {0, Float.NaN, 1};
    assertThrows(IllegalStateException.class, () -> new RandomSampler(1, 0, 1, 0, random()).sample(damaged.clone()));
    assertThrows(IllegalStateException.class, () -> new RandomSampler(1, 2, 1, 0, random()).sample(damaged.clone()));
  }

  private static RandomGenerator random() {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(42);
  }

  private static int[] draw(Sampler sampler, float[] logits) {
    int[] counts = new int[logits.length];
    for (int i = 0; i < DRAWS; i++) {
      counts[sampler.sample(logits.clone())]++;
    }
    return counts;
  }

  private static IntSet drawn(Sampler sampler, float[] logits) {
    IntSet drawn = new IntOpenHashSet();
    int[] counts = draw(sampler, logits);
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0) {
        drawn.add(i);
      }
    }
    return drawn;
  }

  private static double[] softmax(float[] logits, float temperature) {
    double[] weights = new double[logits.length];
    double total = 0;
    for (int i = 0; i < logits.length; i++) {
      weights[i] = Math.exp(logits[i] / temperature);
      total += weights[i];
    }
    for (int i = 0; i < logits.length; i++) {
      weights[i] /= total;
    }
    return weights;
  }
}
