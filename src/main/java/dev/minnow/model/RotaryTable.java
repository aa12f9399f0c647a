package dev.minnow.model;

import dev.minnow.memory.ElementType;
import dev.minnow.memory.Slab;
import dev.minnow.memory.SlabLayout;
import dev.minnow.memory.Tensor;

/** The turns of rotary positions, (T, D): cosines of all pairs, then sines. */
final class RotaryTable implements AutoCloseable {
  /** Positions whose cosines and sines are computed; those between follow from the sums of their angles, to the last bits of double. */
  private static final int STEP = 256;

  private final Slab slab;

  RotaryTable(ModelConfig config, Positions.Rotary rotary) {
    this.slab = layout(config).allocate();
    Tensor turns = slab.tensor(0);
    int width = config.headWidth();
    int half = width / 2;
    for (int pair = 0; pair < half; pair++) {
      double frequency = rotary.frequency(pair, width);
      double[] cosines = new double[Math.min(STEP, config.contextLength())];
      double[] sines = new double[cosines.length];
      for (int i = 0; i < cosines.length; i++) {
        cosines[i] = Math.cos(i * frequency);
        sines[i] = Math.sin(i * frequency);
      }
      for (int first = 0; first < config.contextLength(); first += STEP) {
        double cosine = Math.cos(first * frequency);
        double sine = Math.sin(first * frequency);
        for (int i = 0; i < Math.min(STEP, config.contextLength() - first); i++) {
          long row = (long) (first + i) * width;
          turns.setFloat(row + pair, (float) (cosine * cosines[i] - sine * sines[i]));
          turns.setFloat(row + half + pair, (float) (sine * cosines[i] + cosine * sines[i]));
        }
      }
    }
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

  Tensor turns() {
    return slab.tensor(0);
  }

  @Override
  public void close() {
    slab.close();
  }
}
