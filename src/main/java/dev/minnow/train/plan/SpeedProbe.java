package dev.minnow.train.plan;

import dev.minnow.kernel.Kernel;
import dev.minnow.train.SteadyTiming;
import dev.minnow.train.option.RunOptions;
import dev.minnow.train.run.TrainingBenchmark;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * Seconds of training for each token: measured for a few models by real steps, and between them read off a line over their arithmetic.
 * Dropout other than that of the first model takes more, or less, by a factor of its own.
 */
final class SpeedProbe {
  /** Compilers are done with the kernels of small models after some three seconds. */
  private static final double FIRST_SECONDS = 6;
  private static final double NEXT_SECONDS = 2;

  /** What is recommended has its measurement to itself: other programs come and go within seconds. */
  private static final double LAST_SECONDS = 8;

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
  /** By the logarithm of operations a token. */
  private final TreeMap<Double, Measured> measured = new TreeMap<>();
  private double usualDropout;
  /** How many times as long a token takes with another dropout. */
  private double dropoutFactor = 1;

  /** Mean seconds of a token, and the time in which they were seen. */
  private record Measured(double tokenSeconds, double weight) {
    Measured with(Measured other) {
      double whole = weight + other.weight;
      return new Measured((weight * tokenSeconds + other.weight * other.tokenSeconds) / whole, whole);
    }

    double logarithm() {
      return Math.log(tokenSeconds);
    }
  }

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
        return SteadyTiming.lateMeanSeconds(() -> benchmark.step().seconds(), seconds);
      }
    };
  }

  /** Measures a model; the first one's dropout is the usual one. */
  void measure(RunOptions options, double flopsPerToken) throws IOException {
    if (measured.isEmpty()) {
      usualDropout = dropout(options);
      measure(options, flopsPerToken, FIRST_SECONDS);
    } else {
      measure(options, flopsPerToken, NEXT_SECONDS);
    }
  }

  /** Measures a model at more length, and puts it together with what was measured of it before with the same dropout. */
  void measureLast(RunOptions options, double flopsPerToken) throws IOException {
    measure(options, flopsPerToken, LAST_SECONDS);
  }

  private void measure(RunOptions options, double flopsPerToken, double wantedSeconds) throws IOException {
    double tokens = options.withSteps(1).training().windowsPerStep() * (double) options.setup().context();
    double seconds = Math.min(mostSeconds, wantedSeconds);
    Measured found = new Measured(timer.stepSeconds(options, seconds) / tokens, seconds);
    if (dropout(options) == usualDropout) {
      measured.merge(Math.log(flopsPerToken), found, Measured::with);
    } else {
      dropoutFactor = found.tokenSeconds / usualTokenSeconds(flopsPerToken);
    }
  }

  private static double dropout(RunOptions options) {
    return options.withSteps(1).training().dropout();
  }

  /** Tokens a second of a model with so much arithmetic for each; one model at least has been measured. */
  double tokensPerSecond(RunOptions options, double flopsPerToken) {
    return 1 / (usualTokenSeconds(flopsPerToken) * (dropout(options) == usualDropout ? 1 : dropoutFactor));
  }

  private double usualTokenSeconds(double flopsPerToken) {
    double wanted = Math.log(flopsPerToken);
    Map.Entry<Double, Measured> below = measured.floorEntry(wanted);
    Map.Entry<Double, Measured> above = measured.ceilingEntry(wanted);
    double seconds;
    if (below == null || above == null) {
      Map.Entry<Double, Measured> nearest = below == null ? measured.firstEntry() : below;
      // Beyond what was measured the time is in proportion to the arithmetic.
      seconds = nearest.getValue().logarithm() + wanted - nearest.getKey();
    } else {
      double share = above.getKey().equals(below.getKey()) ? 0 : (wanted - below.getKey()) / (above.getKey() - below.getKey());
      double low = below.getValue().logarithm();
      seconds = low + share * (above.getValue().logarithm() - low);
    }
    return Math.exp(seconds);
  }
}
