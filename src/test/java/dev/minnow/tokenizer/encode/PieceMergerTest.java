package dev.minnow.tokenizer.encode;

import static org.junit.jupiter.api.Assertions.assertEquals;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

public class PieceMergerTest {
  /** The definition, word for word: the lowest rank first, the leftmost of equals. */
  public static IntArrayList mergeByDefinition(MergeRules rules, int[] idOfByte, byte[] piece) {
    IntArrayList ids = new IntArrayList();
    for (byte value : piece) {
      ids.add(idOfByte[value & 0xFF]);
    }
    while (true) {
      int lowest = MergeRules.NONE;
      int at = -1;
      for (int i = 0; i + 1 < ids.size(); i++) {
        int rank = rules.rank(ids.getInt(i), ids.getInt(i + 1));
        if (rank < lowest) {
          lowest = rank;
          at = i;
        }
      }
      if (at < 0) {
        return ids;
      }
      ids.set(at, rules.product(lowest));
      ids.removeInt(at + 1);
    }
  }

  /** Any rules at all over four bytes, also such as no trainer makes: two pairs for one token, tokens that no merge makes. */
  static MergeRules randomRules(Random random, int[] idOfByte) {
    List<Long> pairs = new ArrayList<>();
    List<Integer> products = new ArrayList<>();
    int tokens = 4;
    for (int i = 0; i < 4; i++) {
      idOfByte[i] = i;
    }
    for (int i = 0; i < 25; i++) {
      long pair = MergeRules.pair(random.nextInt(tokens), random.nextInt(tokens));
      if (!pairs.contains(pair)) {
        pairs.add(pair);
        products.add(random.nextInt(4) > 0 || tokens == 4 ? tokens++ : 4 + random.nextInt(tokens - 4));
      }
    }
    int[] order = random.ints(0, pairs.size()).distinct().limit(pairs.size()).toArray();
    long[] shuffledPairs = new long[order.length];
    int[] shuffledProducts = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      shuffledPairs[i] = pairs.get(order[i]);
      shuffledProducts[i] = products.get(order[i]);
    }
    return new MergeRules(shuffledPairs, shuffledProducts);
  }

  @Test
  void piecesOfEveryLengthMergeByTheDefinition() {
    Random random = new Random(3);
    for (int trial = 0; trial < 60; trial++) {
      int[] idOfByte = new int[256];
      MergeRules rules = randomRules(random, idOfByte);
      PieceMerger merger = new PieceMerger(rules, idOfByte);
      for (int length = 1; length <= 130; length++) {
        byte[] text = new byte[length + 3];
        int kinds = 1 + random.nextInt(4);
        for (int i = 0; i < text.length; i++) {
          text[i] = (byte) random.nextInt(kinds);
        }
        IntArrayList out = new IntArrayList(new int[] {77});
        merger.merge(text, 2, 2 + length, out);
        IntArrayList expected = new IntArrayList(new int[] {77});
        expected.addAll(mergeByDefinition(rules, idOfByte, java.util.Arrays.copyOfRange(text, 2, 2 + length)));
        assertEquals(expected, out, "trial " + trial + ", length " + length);
      }
    }
  }
}
