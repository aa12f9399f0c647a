package dev.minnow.tokenizer.encode;

import static org.junit.jupiter.api.Assertions.assertEquals;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WindowedMergeTest {
  private static void assertMergesByDefinition(MergeRules rules, int[] idOfByte, byte[] piece, int window, String trial) {
    byte[] text = new byte[piece.length + 5];
    System.arraycopy(piece, 0, text, 3, piece.length);
    IntArrayList out = new IntArrayList(new int[] {77});
    new WindowedMerge(rules, idOfByte, text, 3, 3 + piece.length, window).run(out);
    IntArrayList expected = new IntArrayList(new int[] {77});
    expected.addAll(PieceMergerTest.mergeByDefinition(rules, idOfByte, piece));
    assertEquals(expected, out, () -> trial + ", window of " + window + ": " + Arrays.toString(piece));
  }

  @Test
  void windowsOfAnySizeGiveTheTokensOfTheWholePiece() {
    Random random = new Random(13);
    for (int trial = 0; trial < 400; trial++) {
      int[] idOfByte = new int[256];
      MergeRules rules = PieceMergerTest.randomRules(random, idOfByte);
      int kinds = 1 + random.nextInt(4);
      int period = 1 + random.nextInt(40);
      byte[] piece = new byte[1 + random.nextInt(400)];
      for (int i = 0; i < piece.length; i++) {
        piece[i] = trial % 2 == 0 || i < period ? (byte) random.nextInt(kinds) : piece[i - period];
      }
      for (int window : new int[] {1, 2, 8, 9, 16, 40, 64, 200}) {
        assertMergesByDefinition(rules, idOfByte, piece, window, "trial " + trial);
      }
    }
  }

  /** Tokens of 1, 2, 4 ... 2^15 times the letter: longer than any window. */
  @Test
  void tokensLongerThanAWindowAreFound() {
    int levels = 15;
    long[] pairs = new long[levels];
    int[] products = new int[levels];
    for (int rank = 0; rank < levels; rank++) {
      pairs[rank] = MergeRules.pair(rank, rank);
      products[rank] = rank + 1;
    }
    MergeRules rules = new MergeRules(pairs, products);
    IntArrayList out = new IntArrayList();
    byte[] text = new byte[(1 << 16) + (1 << 9) + 3];
    new WindowedMerge(rules, new int[256], text, 0, text.length, WindowedMerge.WINDOW).run(out);
    assertEquals(IntArrayList.of(15, 15, 9, 1, 0), out);
  }

  /**
   * Merges that begin at the right end and work leftwards, so that every token depends on where the piece ends: no two windows agree.
   */
  @Test
  void tokensThatDependOnTheFarEndAreThoseOfTheWholePiece() {
    // a = 0, b = 1: "ab" becomes a token c that takes the next a to its left, and so on.
    long[] pairs = {MergeRules.pair(0, 1), MergeRules.pair(0, 2), MergeRules.pair(0, 3)};
    int[] products = {2, 3, 2};
    int[] idOfByte = new int[256];
    idOfByte['b'] = 1;
    MergeRules rules = new MergeRules(pairs, products);
    for (int length : new int[] {600, 5_000, 5_001}) {
      byte[] text = new byte[length];
      Arrays.fill(text, (byte) 'a');
      text[length - 1] = 'b';
      IntArrayList out = new IntArrayList();
      new WindowedMerge(rules, idOfByte, text, 0, length, WindowedMerge.WINDOW).run(out);
      assertEquals(PieceMergerTest.mergeByDefinition(rules, idOfByte, text), out);
      assertEquals(1, out.size());
    }
  }
}
