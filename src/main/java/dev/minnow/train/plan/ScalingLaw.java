package dev.minnow.train.plan;

import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What a run comes to, by a law of the form of Hoffmann et al. (2022) whose scale is that of the corpus. Held-out bits per byte are
 *
 * <pre>E + (p - E) (s (N / N')^-alpha + (1 - s) (D / D')^-beta) with E = kappa h p^x (p / p')^v</pre>
 *
 * where h is what n-grams need that know all of the text, p what the short pilot run came to with N' parameters and D' bytes of text, p'
 * what the longer one came to, N are the model's parameters and D the bytes it is trained on. Where the longer pilot goes on falling, as
 * with sources of programs, less is beyond learning: v is negative. Repeated text counts less and less (Muennighoff et al., 2023, section
 * 5), and steps of many tokens teach less for each (the critical batch of McCandlish et al., 2018).
 */
public final class ScalingLaw {
  /**
   * A run, as far as the law sees it.
   *
   * @param ngramBitsPerByte h
   * @param pilotBitsPerByte p
   * @param longerPilotBitsPerByte p'
   * @param pilot text of the short pilot run, whose parameters and steps are those of {@link PilotRun}
   * @param parameters N
   * @param text of the run
   * @param stepTokens tokens of an update
   */
  public record Setting(
      double ngramBitsPerByte, double pilotBitsPerByte, double longerPilotBitsPerByte, Text pilot, double parameters, Text text,
      double stepTokens) {}

  /**
   * Text that is trained on.
   *
   * @param bytes repetitions included
   * @param differentBytes that there are
   */
  public record Text(double bytes, double differentBytes) {
    double epochs() {
      return Math.max(1, bytes / differentBytes);
    }

    /** Bytes that teach as much as these and of which none is a repetition. */
    double effective(double repetitions) {
      return Math.min(bytes, differentBytes) + differentBytes * repetitions * -Math.expm1(-(epochs() - 1) / repetitions);
    }
  }

  /** A run that was made, and the held-out bits per byte that it came to. */
  public record Observation(Setting setting, double bitsPerByte) {}

  /** By how much, as a share, what is expected is usually off for a corpus of which no run was fitted: root mean square. */
  public static final double UNFAMILIAR_ERROR = 0.036;

  /** The usual difference of logarithms between a run and the law: seeds alone make 0.01. */
  private static final double NOISE = 0.015;

  /** A setting this factor outside of what was fitted is still familiar. */
  private static final double MARGIN = 1.5;

  /** In the middle of corpora: the pull to usual coefficients is one to a usual E there. */
  private static final double USUAL_BITS = 1.8;
  private static final double USUAL_FALL = 0.13;

  /** E is below this share of what the pilot came to, whatever n-grams say. */
  private static final double HIGHEST_SHARE = 0.97;

  /**
   * Where runs say little, the fit stays near this: ln kappa, logit s, alpha, beta, ln of the repetitions, ln of the critical batch, x, v.
   */
  private static final double[] USUAL = {-0.25, -0.5, 0.45, 0.5, Math.log(6), Math.log(4000), 0, 0};

  /** How far from it a coefficient may be expected. */
  private static final double[] SPREAD = {0.2, 0.7, 0.15, 0.15, 0.7, 0.7, 1, 1};

  private final List<Observation> runs;
  private final double[] coefficients;

  /**
   * A law.
   *
   * @param runs that it was fitted to
   * @param coefficients ln kappa, logit s, alpha, beta, ln of the repetitions after which text is worth 1/e, ln of the critical batch, x, v
   */
  ScalingLaw(List<Observation> runs, double... coefficients) {
    this.runs = List.copyOf(runs);
    this.coefficients = coefficients.clone();
  }

  /** The law of the runs that this build carries. */
  public static ScalingLaw ofMinnow() {
    return fit(FittedRun.all().stream().map(FittedRun::observation).toList());
  }

  /** Expected bits of a byte of held-out text. */
  public double bitsPerByte(Setting setting) {
    return bitsPerByte(coefficients, setting);
  }

  private static double bitsPerByte(double[] c, Setting setting) {
    double level = Math.log(setting.pilotBitsPerByte / USUAL_BITS);
    double fall = Math.log(setting.pilotBitsPerByte / setting.longerPilotBitsPerByte) - USUAL_FALL;
    double unlearnable =
        Math.min(setting.ngramBitsPerByte * Math.exp(c[0] + c[6] * level + c[7] * fall), HIGHEST_SHARE * setting.pilotBitsPerByte);
    double share = 1 / (1 + Math.exp(-c[1]));
    double repetitions = Math.exp(c[4]);
    double critical = Math.exp(c[5]);
    double bytes = setting.text.effective(repetitions) / (1 + setting.stepTokens / critical);
    double pilotBytes = setting.pilot.effective(repetitions) / (1 + PilotRun.STEP_TOKENS / critical);
    double model = share * Math.pow(setting.parameters / PilotRun.PARAMETERS, -c[2]);
    double data = (1 - share) * Math.pow(bytes / pilotBytes, -c[3]);
    return unlearnable + (setting.pilotBitsPerByte - unlearnable) * (model + data);
  }

  /** Whether the law was fitted to runs around this one: smaller and larger models, less and more text, easier and harder text. */
  public boolean isFamiliar(Setting setting) {
    return isWithin(setting, Setting::ngramBitsPerByte)
        && isWithin(setting, Setting::pilotBitsPerByte)
        && isWithin(setting, Setting::parameters)
        && isWithin(setting, s -> s.text.bytes)
        && isWithin(setting, s -> s.text.epochs());
  }

  private boolean isWithin(Setting setting, ToDoubleFunction<Setting> property) {
    DoubleSummaryStatistics fitted = runs.stream().map(Observation::setting).mapToDouble(property).summaryStatistics();
    double value = property.applyAsDouble(setting);
    return value >= fitted.getMin() / MARGIN && value <= fitted.getMax() * MARGIN;
  }

  /**
   * The law that fits runs best: the least Huber loss of differences of logarithms, as in Hoffmann et al., section 3.3, with a weak pull to
   * what is usual.
   */
  static ScalingLaw fit(List<Observation> runs) {
    LeastSquares.Residuals residuals = c -> {
      double[] differences = new double[runs.size() + c.length];
      for (int i = 0; i < runs.size(); i++) {
        differences[i] = Math.log(bitsPerByte(c, runs.get(i).setting) / runs.get(i).bitsPerByte) / NOISE;
      }
      for (int i = 0; i < c.length; i++) {
        differences[runs.size() + i] = (c[i] - USUAL[i]) / SPREAD[i];
      }
      return differences;
    };
    return new ScalingLaw(runs, LeastSquares.minimum(residuals, USUAL));
  }
}
