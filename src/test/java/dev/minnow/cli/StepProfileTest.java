package dev.minnow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.minnow.kernel.meter.PhaseTimes;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepProfileTest {
  private static final List<PhaseTimes.Phase> PHASES =
      List.of(
          new PhaseTimes.Phase("linearActivatedInputGradient 1024 x 768 x 192", 6, 0.006, 3e9),
          new PhaseTimes.Phase("layerNorm", 14, 0.001, 0));

  @Test
  void callsGoWhereTheTerminalIsNarrow() {
    StepProfile profile = new StepProfile(PHASES, 2, 0.010, 1000);
    assertEquals("""
        operation                                      calls    ms   share  GFLOP/s  peak
        linearActivatedInputGradient 1024 x 768 x 192      3  3.00  60.0 %      500  50 %
        layerNorm                                          7  0.50  10.0 %
        outside of kernels                                    1.50  30.0 %
        step, mean of 2                                       5.00
        """, profile.text(81));
    assertEquals("""
        operation                                        ms   share  GFLOP/s  peak
        linearActivatedInputGradient 1024 x 768 x 192  3.00  60.0 %      500  50 %
        layerNorm                                      0.50  10.0 %
        outside of kernels                             1.50  30.0 %
        step, mean of 2                                5.00
        """, profile.text(80));
  }

  @Test
  void smallFiguresAreNotZero() {
    assertEquals("""
        operation           calls    ms   share  GFLOP/s    peak
        linear                  1  1.00  50.0 %    0.025  0.25 %
        outside of kernels         1.00  50.0 %
        step, mean of 1            2.00
        """,
        new StepProfile(List.of(new PhaseTimes.Phase("linear", 1, 0.001, 25_000)), 1, 0.002, 10).text(80));
  }

  @Test
  void withoutAPeakThereAreRatesAlone() {
    assertEquals("""
        operation                                      calls    ms   share  GFLOP/s
        linearActivatedInputGradient 1024 x 768 x 192      3  3.00  60.0 %      500
        layerNorm                                          7  0.50  10.0 %
        outside of kernels                                    1.50  30.0 %
        step, mean of 2                                       5.00
        """, new StepProfile(PHASES, 2, 0.010, Double.NaN).text(80));
  }
}
