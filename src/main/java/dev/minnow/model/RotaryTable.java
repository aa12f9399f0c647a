package dev.minnow.model;

import dev.minnow.memory.ElementType;
import dev.minnow.memory.Slab;
import dev.minnow.memory.SlabLayout;
import dev.minnow.memory.Tensor;

/**
 * The turns of rotary positions, (T, D): cosines of all pairs, then sines. Rows are computed when a position is first needed, because
 * models tell of contexts far longer than what is read.
 */
final class RotaryTable implements AutoCloseable {
  /** Rows that are computed at a time. */
  private static final int STEP = 256;

  private final Slab slab;
  private final int contextLength;
  private final int headWidth;
  private final Positions.Rotary rotary;

  /** Rows before this one are computed. */
  private volatile int computed;

  RotaryTable(ModelConfig config, Positions.Rotary rotary) {
    this.slab = layout(config).allocate();
    this.contextLength = config.contextLength();
    this.headWidth = config.headWidth();
    this.rotary = rotary;
  }

  private static SlabLayout layout(ModelConfig config) {
    SlabLayout layout = new SlabLayout();
    layout.add("turns", ElementType.F32, config.contextLength(), config.headWidth());
    return layout;
  }

  /** Bytes that the table of a model takes; 0 if its positions are not rotary. */
  static long bytes(ModelConfig config) {
    return config.positions() instanceof Positions.Rotary ? layout(config).bytes() : 0;
  }

  /** The table, whose rows before {@code end} are computed. */
  Tensor turns(int end) {
    if (end > computed) {
      compute(end);
    }
    return slab.tensor(0);
  }

  private synchronized void compute(int end) {
    int first = computed;
    int last = Math.clamp(Math.ceilDiv((long) end, STEP) * STEP, first, contextLength);
    Tensor turns = slab.tensor(0);
    int half = headWidth / 2;
    for (int pair = 0; pair < half; pair++) {
      double frequency = rotary.frequency(pair, headWidth);
      for (int position = first; position < last; position++) {
        long row = (long) position * headWidth;
        turns.setFloat(row + pair, (float) StrictMath.cos(position * frequency));
        turns.setFloat(row + half + pair, (float) StrictMath.sin(position * frequency));
      }
    }
    computed = last;
  }

  @Override
  public void close() {
    slab.close();
  }
}
