package dev.minnow.train.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NgramModelTest {
  private static final int SYMBOLS = 5;
  private static final int ORDER = 4;
  private static final long SEED = 20261127;

  /** Symbols of which each leans on the two before it. */
  private static int[] text(Random random, int length) {
    int[] text = new int[length];
    for (int i = 0; i < length; i++) {
      int usual = i < 2 ? 0 : (2 * text[i - 1] + text[i - 2]) % SYMBOLS;
      text[i] = random.nextInt(3) > 0 ? usual : random.nextInt(SYMBOLS);
    }
    return text;
  }

  private static List<Integer> list(int[] text, int from, int to) {
    List<Integer> list = new ArrayList<>();
    for (int i = from; i < to; i++) {
      list.add(text[i]);
    }
    return list;
  }

  /** Kneser-Ney as its formulas say it, with maps of lists. */
  private static double probability(List<int[]> training, List<Integer> gram) {
    double probability = 1.0 / SYMBOLS;
    for (int order = 1; order <= ORDER; order++) {
      Map<List<Integer>, Integer> counts = counts(training, order);
      List<Integer> own = gram.subList(ORDER - order, ORDER);
      List<Integer> context = own.subList(0, order - 1);
      int total = 0;
      int different = 0;
      int once = 0;
      int twice = 0;
      for (Map.Entry<List<Integer>, Integer> entry : counts.entrySet()) {
        boolean follows = entry.getKey().subList(0, order - 1).equals(context);
        total += follows ? entry.getValue() : 0;
        different += follows ? 1 : 0;
        once += entry.getValue() == 1 ? 1 : 0;
        twice += entry.getValue() == 2 ? 1 : 0;
      }
      if (total == 0) {
        return probability;
      }
      double discount = once == 0 ? 0.5 : once / (once + 2.0 * twice);
      probability = (Math.max(0, counts.getOrDefault(own, 0) - discount) + discount * different * probability) / total;
    }
    return probability;
  }

  /** Occurrences at the highest order; below, symbols before that the n-gram was seen after. */
  private static Map<List<Integer>, Integer> counts(List<int[]> training, int order) {
    Map<List<Integer>, Integer> counts = new HashMap<>();
    Map<List<Integer>, Set<List<Integer>>> longer = new HashMap<>();
    for (int[] text : training) {
      for (int end = ORDER; end <= text.length; end++) {
        counts.merge(list(text, end - order, end), 1, Integer::sum);
        if (order < ORDER) {
          longer.computeIfAbsent(list(text, end - order, end), gram -> new HashSet<>()).add(list(text, end - order - 1, end));
        }
      }
    }
    longer.forEach((gram, sources) -> counts.put(gram, sources.size()));
    return counts;
  }

  @Test
  void agreesWithTheFormulasWrittenOut() {
    Random random = new Random(SEED);
    List<int[]> training = List.of(text(random, 300), text(random, 3), text(random, 90));
    int[] heldOut = text(random, 120);
    NgramModel model = new NgramModel(training, 3, SYMBOLS, ORDER);
    double nats = 0;
    for (int end = ORDER; end <= heldOut.length; end++) {
      nats -= Math.log(probability(training, list(heldOut, end - ORDER, end)));
    }
    assertEquals(heldOut.length - ORDER + 1, model.predicted(heldOut));
    assertEquals(nats, model.nats(heldOut), 1e-9 * nats, "seed " + SEED);
  }

  @Test
  void probabilitiesAddUpToOneAfterAnyContext() {
    NgramModel model = new NgramModel(List.of(text(new Random(SEED), 60)), 3, SYMBOLS, ORDER);
    for (long context = 0; context < 1 << 3 * (ORDER - 1); context++) {
      boolean known = (context & 7) < SYMBOLS && (context >> 3 & 7) < SYMBOLS && (context >> 6) < SYMBOLS;
      if (known) {
        double sum = 0;
        for (int symbol = 0; symbol < SYMBOLS; symbol++) {
          sum += model.probability(context << 3 | symbol);
        }
        assertEquals(1, sum, 1e-12, "context " + Long.toOctalString(context));
      }
    }
  }

  @Test
  void moreTextOfAKindPredictsItBetter() {
    Random random = new Random(SEED);
    int[] much = text(random, 20_000);
    int[] heldOut = text(random, 2_000);
    double ofMuch = new NgramModel(List.of(much), 3, SYMBOLS, ORDER).nats(heldOut);
    double ofLittle = new NgramModel(List.of(Arrays.copyOf(much, 200)), 3, SYMBOLS, ORDER).nats(heldOut);
    double ofNothing = new NgramModel(List.of(), 3, SYMBOLS, ORDER).nats(heldOut);
    assertTrue(ofMuch < ofLittle && ofLittle < ofNothing, ofMuch + ", " + ofLittle + ", " + ofNothing);
    assertEquals((heldOut.length - ORDER + 1) * Math.log(SYMBOLS), ofNothing, 1e-9 * ofNothing);
  }

  @Test
  void whatDoesNotFitALongIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new NgramModel(List.of(), 16, 1 << 16, 4));
  }
}
