package dev.minnow.train.plan;

import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What a run comes to, by a law of the kind of Hoffmann et al. (2022), whose scale is that of the corpus: held-out bits per byte are
 *
 * <pre>h^s exp(t g) (e + a N^-alpha + b D^-beta)</pre>
 *
 * with h what n-grams need for a byte of the held-out text and g the exponent by which that falls with more text, N the model's parameters
 * and D the tokens trained on, both in millions. Repeated tokens count less and less (Muennighoff et al., 2023, section 5).
 */
public final class ScalingLaw {
  /**
   * A run, as far as the law sees it.
   *
   * @param ngramBitsPerByte of held-out text
   * @param growth the exponent by which that falls with the text to learn from
   * @param parameters of the model
   * @param tokens trained on, repetitions included
   * @param differentTokens in the text to train on
   */
  public record Setting(double ngramBitsPerByte, double growth, double parameters, double tokens, double differentTokens) {
    /** Tokens that teach as much as these and of which none is a repetition. */
    double effectiveTokens() {
      double repetitions = Math.max(0, tokens / differentTokens - 1);
      return Math.min(tokens, differentTokens) + differentTokens * REPETITIONS * (1 - Math.exp(-repetitions / REPETITIONS));
    }
  }

  /** A run that was made, and the held-out bits per byte that it came to. */
  public record Observation(Setting setting, double bitsPerByte) {}

  /** After so many repetitions a token's worth has fallen to 1/e, as Muennighoff et al. found it. */
  private static final double REPETITIONS = 15.4;

  private static final double MILLION = 1e6;

  /** The usual difference of logarithms between a run and the law. */
  private static final double NOISE = 0.015;

  /** A setting this factor outside of what was fitted is still familiar. */
  private static final double MARGIN = 1.5;

  /** ln e, ln a, ln b, alpha, beta, s, t. */
  private final double[] coefficients;

  private final List<Observation> runs;

  /** What is usual: where runs say little, the fit stays near it. */
  private static final double[] USUAL = {-1.5, -1.5, -0.7, 0.35, 0.28, 1, 0};

  /** How far from it a coefficient may be expected. */
  private static final double[] SPREAD = {1, 1, 1, 0.1, 0.1, 0.3, 3};

  /** A law of these coefficients, ln e, ln a, ln b, alpha, beta, s, t, and the runs that they were fitted to. */
  ScalingLaw(List<Observation> runs, double... coefficients) {
    this.runs = List.copyOf(runs);
    this.coefficients = coefficients.clone();
  }

  /** The law of the runs that this build carries. */
  public static ScalingLaw ofMinnow() {
    return fit(FittedRun.all().stream().map(FittedRun::observation).toList(), NOISE);
  }

  /** Whether the law was fitted to runs around this one: to smaller and larger models, shorter and longer ones, easier and harder texts. */
  public boolean isFamiliar(Setting setting) {
    return isWithin(setting, Setting::ngramBitsPerByte)
        && isWithin(setting, Setting::parameters)
        && isWithin(setting, Setting::tokens)
        && isWithin(setting, s -> Math.max(1, s.tokens / s.differentTokens));
  }

  private boolean isWithin(Setting setting, ToDoubleFunction<Setting> property) {
    DoubleSummaryStatistics fitted = runs.stream().map(Observation::setting).mapToDouble(property).summaryStatistics();
    double value = property.applyAsDouble(setting);
    return value >= fitted.getMin() / MARGIN && value <= fitted.getMax() * MARGIN;
  }

  /** A copy of the coefficients, in the order of the constructor. */
  double[] coefficients() {
    return coefficients.clone();
  }

  /** Expected bits of a byte of held-out text. */
  public double bitsPerByte(Setting setting) {
    return Math.exp(logarithm(coefficients, setting));
  }

  private static double logarithm(double[] c, Setting setting) {
    double model = Math.exp(c[1] - c[3] * Math.log(setting.parameters / MILLION));
    double data = Math.exp(c[2] - c[4] * Math.log(setting.effectiveTokens() / MILLION));
    return c[5] * Math.log(setting.ngramBitsPerByte) + c[6] * setting.growth + Math.log(Math.exp(c[0]) + model + data);
  }

  /**
   * The law that fits runs best: the least Huber loss of differences of logarithms, as in Hoffmann et al., section 3.3, with a weak pull
   * to what is usual.
   *
   * @param noise the usual difference of logarithms between a run and the law
   */
  static ScalingLaw fit(List<Observation> runs, double noise) {
    LeastSquares.Residuals residuals = c -> {
      double[] differences = new double[runs.size() + c.length];
      for (int i = 0; i < runs.size(); i++) {
        differences[i] = (logarithm(c, runs.get(i).setting) - Math.log(runs.get(i).bitsPerByte)) / noise;
      }
      for (int i = 0; i < c.length; i++) {
        differences[runs.size() + i] = (c[i] - USUAL[i]) / SPREAD[i];
      }
      return differences;
    };
    return new ScalingLaw(runs, LeastSquares.minimum(residuals, Arrays.copyOf(USUAL, USUAL.length)));
  }
}
