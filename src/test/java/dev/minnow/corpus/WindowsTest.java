package dev.minnow.corpus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.memory.ElementType;
import dev.minnow.memory.Slab;
import dev.minnow.memory.SlabLayout;
import dev.minnow.memory.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WindowsTest {
  private static final String HASH = "0".repeat(64);

  @TempDir
  Path folder;
  private final Set<AutoCloseable> open = new HashSet<>();

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  /** Ids that say where they stand: 0, 1, 2, ... */
  private TokenFile counting(int count) {
    Path file = folder.resolve(count + ".bin");
    try (TokenFileWriter writer = new TokenFileWriter(file, Math.max(count, 1), HASH)) {
      IntStream.range(0, count).forEach(writer::append);
      writer.finish();
    }
    TokenFile tokens = TokenFile.open(file);
    open.add(tokens);
    return tokens;
  }

  /** Epochs over files of 53 and 101 tokens take turns; each reads all windows of its file once. */
  @Test
  void epochsTakeTurnsToReadSeveralFiles() {
    TrainingWindows windows = new TrainingWindows(List.of(counting(53), counting(101)), 5, 3);
    assertEquals((10 + 20) / 2, windows.windowCount());
    Tensor inputs = batch(1, 5);
    Tensor targets = batch(1, 5);
    for (int round = 0; round < 3; round++) {
      Set<Long> first = new HashSet<>();
      Set<Long> second = new HashSet<>();
      for (int i = 0; i < 30; i++) {
        long position = 30L * round + i;
        assertEquals(i < 10 ? 0 : 1, windows.fileOf(position));
        (i < 10 ? first : second).add(windows.startOf(position));
        windows.fillBatch(position, inputs, targets);
        assertEquals(windows.startOf(position), inputs.getInt(0));
        assertEquals(windows.startOf(position) + 5, targets.getInt(4));
      }
      assertEquals(10, first.size());
      assertEquals(20, second.size());
      assertTrue(first.stream().allMatch(start -> start < 53 - 5));
    }
  }

  private Tensor batch(long... shape) {
    SlabLayout layout = new SlabLayout();
    layout.add("batch", ElementType.I32, shape);
    Slab slab = layout.allocate();
    open.add(slab);
    return slab.tensor(0);
  }

  @ParameterizedTest
  @CsvSource({"2, 1, 1", "8, 7, 1", "9, 8, 1", "16, 8, 1", "17, 8, 2", "24, 8, 2", "1000, 7, 142", "1001, 8, 125"})
  void anEpochHasEveryWindowOfItsGridOnceInsideTheText(int tokens, int context, int windows) {
    TrainingWindows training = new TrainingWindows(counting(tokens), context, 1);
    assertEquals(windows, training.windowCount());
    for (long epoch = 0; epoch < 20; epoch++) {
      BitSet starts = new BitSet();
      for (long i = 0; i < windows; i++) {
        long start = training.startOf(epoch * windows + i);
        assertTrue(start >= 0 && start + context < tokens, "start " + start);
        starts.set((int) start);
      }
      assertEquals(windows, starts.cardinality());
      int first = starts.nextSetBit(0);
      assertTrue(first < context);
      int[] sorted = starts.stream().toArray();
      for (int i = 1; i < windows; i++) {
        assertEquals(Math.min(first + (long) i * context, tokens - 1 - context), sorted[i]);
      }
    }
  }

  @Test
  void epochsShiftAndShuffleAnew() {
    TrainingWindows training = new TrainingWindows(counting(1000), 10, 1);
    Set<Long> shifts = new HashSet<>();
    Set<Long> firsts = new HashSet<>();
    for (long epoch = 0; epoch < 200; epoch++) {
      firsts.add(training.startOf(epoch * 99) / 10);
      shifts.add(training.startOf(epoch * 99 + 1) % 10);
    }
    // The last window of a grid sits where it fits, at a remainder of 9.
    assertEquals(10, shifts.size());
    assertTrue(firsts.size() > 70, firsts::toString);
  }

  @Test
  void seedsChangeTheOrderAndNothingElseDoes() {
    long[] order = order(new TrainingWindows(counting(1000), 10, 1));
    assertArrayEquals(order, order(new TrainingWindows(counting(1000), 10, 1)));
    assertFalse(Arrays.equals(order, order(new TrainingWindows(counting(1000), 10, 2))));
  }

  private static long[] order(TrainingWindows windows) {
    return IntStream.range(0, 250).mapToLong(windows::startOf).toArray();
  }

  /** The order is part of what a checkpoint's position means: these numbers must never change. */
  @Test
  void theOrderIsTheSameInEveryVersion() {
    TrainingWindows windows = new TrainingWindows(counting(1000), 10, 1337);
    assertArrayEquals(new long[] {592, 482, 632, 462, 164, 94, 964, 814},
        IntStream.range(0, 8).mapToLong(i -> windows.startOf(i + 95L)).toArray());
  }

  @Test
  void aBatchHoldsItsWindowsAndTheirTargetsAcrossTheEndOfAnEpoch() {
    TrainingWindows training = new TrainingWindows(counting(53), 5, 3);
    Tensor inputs = batch(4, 5);
    Tensor targets = batch(4, 5);
    for (long position = 0; position < 40; position += 4) {
      training.fillBatch(position, inputs, targets);
      for (int row = 0; row < 4; row++) {
        int start = (int) training.startOf(position + row);
        assertArrayEquals(IntStream.range(start, start + 5).toArray(), inputs.rows(row, row + 1).toInts());
        assertArrayEquals(IntStream.range(start + 1, start + 6).toArray(), targets.rows(row, row + 1).toInts());
      }
    }
  }

  @Test
  void resumingAtAPositionGivesTheVeryNextWindows() {
    TrainingWindows whole = new TrainingWindows(counting(101), 10, 9);
    Tensor targets = batch(3, 10);
    Tensor expected = batch(3, 10);
    Tensor seen = batch(3, 10);
    for (long position = 0; position <= 27; position += 3) {
      whole.fillBatch(position, expected, targets);
      new TrainingWindows(counting(101), 10, 9).fillBatch(position, seen, targets);
      assertArrayEquals(expected.toInts(), seen.toInts());
    }
  }

  @Test
  void tensorsOfAnotherShapeAreRefused() {
    TrainingWindows training = new TrainingWindows(counting(53), 5, 3);
    assertThrows(IllegalArgumentException.class, () -> training.fillBatch(0, batch(4, 6), batch(4, 6)));
    assertThrows(IllegalArgumentException.class, () -> training.fillBatch(0, batch(4, 5), batch(3, 5)));
    assertThrows(IllegalArgumentException.class, () -> training.fillBatch(0, batch(20), batch(20)));
    assertThrows(IndexOutOfBoundsException.class, () -> training.fillBatch(-1, batch(4, 5), batch(4, 5)));
  }

  @Test
  void aTextShorterThanOneWindowIsRefusedWithTheNumbers() {
    CorpusException refused = assertThrows(CorpusException.class, () -> new TrainingWindows(counting(64), 64, 1));
    assertEquals(
        "The training text has 64 tokens, and one window of a context of 64 needs 65; use more text, a shorter --context or a smaller --validation.",
        refused.getMessage());
    assertThrows(CorpusException.class, () -> new TrainingWindows(counting(0), 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new TrainingWindows(counting(64), 0, 1));
  }

  @ParameterizedTest
  @CsvSource({
      "2, 8, 1", "8, 8, 1", "9, 8, 1", "10, 8, 2", "16, 8, 2", "17, 8, 2", "18, 8, 3", "49, 8, 6", "50, 8, 7", "1000, 7, 143"
  })
  void heldOutWindowsTileTheTextToItsEnd(int tokens, int context, int count) {
    HeldOutWindows heldOut = new HeldOutWindows(counting(tokens), context);
    assertEquals(count, heldOut.windowCount());
    assertEquals(tokens - 1, heldOut.predictedTokens());
    Tensor inputs = batch(3, context);
    Tensor targets = batch(3, context);
    int[] predicted = new int[tokens - 1];
    for (int first = 0; first < count; first += 3) {
      int filled = heldOut.fillBatch(first, inputs, targets);
      assertTrue(filled > 0);
      System.arraycopy(targets.toInts(), 0, predicted, first * context, filled);
      for (int i = 0; i < filled; i++) {
        assertEquals(targets.getInt(i) - 1, inputs.getInt(i));
      }
    }
    assertEquals(0, heldOut.fillBatch(count, inputs, targets));
    assertArrayEquals(IntStream.range(1, tokens).toArray(), predicted);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void heldOutTextOfLessThanTwoTokensIsRefused(int tokens) {
    CorpusException refused = assertThrows(CorpusException.class, () -> new HeldOutWindows(counting(tokens), 8));
    assertEquals(
        "The held-out text has " + tokens + " tokens, and a loss needs at least 2; use more text or a larger --validation.",
        refused.getMessage());
  }
}
