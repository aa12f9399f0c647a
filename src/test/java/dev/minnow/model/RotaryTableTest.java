package dev.minnow.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.memory.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RotaryTableTest {
  private static ModelConfig config(int context, int headWidth, RotaryScaling scaling) {
    return new ModelConfig(
        10, context, 64, 1, 1, 1, headWidth, 64, ModelConfig.NormKind.RMS_NORM, 1e-5f, new Positions.Rotary(10_000, scaling),
        ModelConfig.Activation.SWIGLU, false, true);
  }

  @Test
  void turnsAreCosinesAndSinesOfEachAngle() {
    ModelConfig config = config(1500, 8, new RotaryScaling.None());
    try (RotaryTable table = new RotaryTable(config, (Positions.Rotary) config.positions())) {
      int[] ends = {1, 256, 257, 900, 1500};
      for (int position = 0; position < 1500; position++) {
        int next = position;
        Tensor turns = table.turns(Arrays.stream(ends).filter(end -> end > next).findFirst().orElseThrow());
        for (int pair = 0; pair < 4; pair++) {
          double angle = position / Math.pow(10_000, pair / 4.0);
          assertEquals(Math.cos(angle), turns.getFloat(position * 8L + pair), 0x1.01p-25, "position " + position);
          assertEquals(Math.sin(angle), turns.getFloat(position * 8L + 4 + pair), 0x1.01p-25, "position " + position);
        }
      }
      assertTrue(RotaryTable.bytes(config) >= 4 * 1500 * 8);
    }
  }

  @Test
  void linearScalingDividesFrequencies() {
    Positions.Rotary rotary = new Positions.Rotary(10_000, new RotaryScaling.Linear(4));
    assertEquals(0.25, rotary.frequency(0, 64), 1e-15);
    assertEquals(0.25 / 100, rotary.frequency(16, 64), 1e-15);
  }

  /** By wavelengths, as the models' authors wrote it: short ones stay, long ones grow by the factor, and between it goes smoothly. */
  @Test
  void llama3ScalingIsThatOfItsAuthors() {
    Positions.Rotary rotary = new Positions.Rotary(500_000, new RotaryScaling.Llama3(8, 1, 4, 8192));
    for (int pair = 0; pair < 64; pair++) {
      double frequency = Math.pow(500_000, -pair / 64.0);
      double wavelength = 2 * Math.PI / frequency;
      double expected = frequency;
      if (wavelength > 8192 / 1.0) {
        expected = frequency / 8;
      } else if (wavelength > 8192 / 4.0) {
        double smooth = (8192 / wavelength - 1) / (4 - 1);
        expected = (1 - smooth) * frequency / 8 + smooth * frequency;
      }
      assertEquals(expected, rotary.frequency(pair, 128), 1e-15, "pair " + pair);
    }
  }
}
