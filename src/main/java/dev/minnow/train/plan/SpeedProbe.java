package dev.minnow.train.plan;

import dev.minnow.kernel.Kernel;
import dev.minnow.train.RunOptions;
import dev.minnow.train.SteadyTiming;
import dev.minnow.train.TrainingBenchmark;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** Seconds of training for each token: measured for a few models by real steps, and between them read off a line over their arithmetic. */
final class SpeedProbe {
  /** Compilers are done with the kernels of small models after some three seconds. */
  private static final double FIRST_SECONDS = 5;
  private static final double NEXT_SECONDS = 2;

  /** Times steps of a model. */
  interface StepTimer {
    /**
     * Seconds of a step.
     *
     * @param seconds how long to run steps
     */
    double stepSeconds(RunOptions options, double seconds) throws IOException;
  }

  private final StepTimer timer;
  private final double mostSeconds;
  /** Logarithms: of operations a token, and of seconds. */
  private final TreeMap<Double, Double> measured = new TreeMap<>();

  /**
   * A probe that has not measured anything.
   *
   * @param mostSeconds for one measurement
   */
  SpeedProbe(StepTimer timer, double mostSeconds) {
    this.timer = timer;
    this.mostSeconds = mostSeconds;
  }

  /** Times whole steps on random tokens. */
  static StepTimer steps(Kernel kernel) {
    return (options, seconds) -> {
      try (TrainingBenchmark benchmark = new TrainingBenchmark(kernel, options)) {
        return SteadyTiming.lateMedianSeconds(() -> benchmark.step().seconds(), seconds);
      }
    };
  }

  /** Measures a model. */
  void measure(RunOptions options, double flopsPerToken) throws IOException {
    double tokens = options.withSteps(1).training().windowsPerStep() * (double) options.setup().context();
    double seconds = timer.stepSeconds(options, Math.min(mostSeconds, measured.isEmpty() ? FIRST_SECONDS : NEXT_SECONDS)) / tokens;
    measured.put(Math.log(flopsPerToken), Math.log(seconds));
  }

  /** Tokens a second of a model with so much arithmetic for each; one model at least has been measured. */
  double tokensPerSecond(double flopsPerToken) {
    double wanted = Math.log(flopsPerToken);
    Map.Entry<Double, Double> below = measured.floorEntry(wanted);
    Map.Entry<Double, Double> above = measured.ceilingEntry(wanted);
    double seconds;
    if (below == null || above == null) {
      Map.Entry<Double, Double> nearest = below == null ? measured.firstEntry() : below;
      // Beyond what was measured the time is in proportion to the arithmetic.
      seconds = nearest.getValue() + wanted - nearest.getKey();
    } else {
      double share = above.getKey().equals(below.getKey()) ? 0 : (wanted - below.getKey()) / (above.getKey() - below.getKey());
      seconds = below.getValue() + share * (above.getValue() - below.getValue());
    }
    return Math.exp(-seconds);
  }
}
