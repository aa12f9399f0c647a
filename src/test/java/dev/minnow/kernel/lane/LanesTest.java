package dev.minnow.kernel.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

class LanesTest {
  private static final int OFFSET = 3;

  /** Bit for bit, of numbers whose sum depends on the order. */
  @RepeatedTest(20)
  void sumsAddHalvesUntilOneIsLeft(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    float[] scratch = new float[OFFSET + Lanes.COUNT];
    for (int i = OFFSET; i < scratch.length; i++) {
      scratch[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(-4, 5)));
    }
    float[] halves = Arrays.copyOfRange(scratch, OFFSET, scratch.length);
    for (int half = Lanes.COUNT / 2; half > 0; half /= 2) {
      for (int i = 0; i < half; i++) {
        halves[i] += halves[i + half];
      }
    }
    assertEquals(Float.floatToRawIntBits(halves[0]), Float.floatToRawIntBits(Lanes.sum(scratch, OFFSET)));
  }
}
