package dev.minnow.train;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What makes a training run, apart from the model's shape and the corpus.
 *
 * @param batch B, windows of one pass
 * @param accumulate passes whose gradients are added before an update
 * @param steps updates in all
 * @param learningRate the peak
 * @param learningRateScale factors on the learning rate for kinds of parameters
 * @param minimumLearningRate at the end of the schedules that fall to one
 * @param warmup steps of linear rise
 * @param schedule after the warm-up
 * @param optimizer moves the parameters
 * @param momentum of the optimizers that have one
 * @param beta1 AdamW's decay of the first moment
 * @param beta2 AdamW's decay of the second moment
 * @param epsilon AdamW's
 * @param weightDecay on tensors of two dimensions
 * @param clip gradients with a norm above this are scaled down to it; 0 for never
 * @param spike standard deviations above the mean of recent losses from which a step's loss is a spike, and the step is skipped; 0 to skip
 *     only what is not finite
 * @param average the decay of the moving average of weights that is evaluated and saved; 0 for the weights themselves
 * @param labelSmoothing share of each target that is spread evenly over the vocabulary
 * @param dropout share of elements dropped after the embedding, in attention, and before each residual addition
 * @param evalEvery steps between evaluations; 0 for one at the end only
 * @param sampleEvery steps between samples; 0 for none
 * @param saveEvery steps between saves; 0 for one at the end only
 * @param patience evaluations without a better validation loss before the run stops; 0 for never
 * @param seed fixes initialisation, data order, dropout and samples
 * @param keep saves to keep besides the best and the one that the run would go back to
 */
public record TrainingOptions(
    int batch,
    int accumulate,
    long steps,
    @JsonProperty("lr") double learningRate,
    @JsonProperty("lr-scale") LearningRateScale learningRateScale,
    @JsonProperty("min-lr") double minimumLearningRate,
    long warmup,
    Schedule schedule,
    OptimizerChoice optimizer,
    double momentum,
    double beta1,
    double beta2,
    double epsilon,
    @JsonProperty("weight-decay") double weightDecay,
    double clip,
    double spike,
    @JsonProperty("ema") double average,
    @JsonProperty("label-smoothing") double labelSmoothing,
    double dropout,
    @JsonProperty("eval-every") long evalEvery,
    @JsonProperty("sample-every") long sampleEvery,
    @JsonProperty("save-every") long saveEvery,
    int patience,
    long seed,
    int keep) {
  public TrainingOptions {
    require(batch >= 1, "--batch", "at least 1", batch);
    require(accumulate >= 1, "--accumulate", "at least 1", accumulate);
    require(steps >= 1, "--steps", "at least 1", steps);
    requireAboveZero("--lr", learningRate);
    require(
        minimumLearningRate >= 0 && minimumLearningRate <= learningRate, "--min-lr", "from 0 to the learning rate", minimumLearningRate);
    require(warmup >= 0, "--warmup", "at least 0", warmup);
    requireShare("--momentum", momentum);
    requireShare("--beta1", beta1);
    requireShare("--beta2", beta2);
    requireAboveZero("--epsilon", epsilon);
    requireFromZero("--weight-decay", weightDecay);
    requireFromZero("--clip", clip);
    requireFromZero("--spike", spike);
    // Its distance from 1 becomes a float, not the decay itself.
    require(average >= 0 && average < 1, "--ema", "at least 0 and below 1", average);
    requireShare("--label-smoothing", labelSmoothing);
    requireShare("--dropout", dropout);
    require(evalEvery >= 0, "--eval-every", "at least 0", evalEvery);
    require(sampleEvery >= 0, "--sample-every", "at least 0", sampleEvery);
    require(saveEvery >= 0, "--save-every", "at least 0", saveEvery);
    require(patience >= 0, "--patience", "at least 0", patience);
    require(patience == 0 || evalEvery > 0, "--eval-every", "above 0 with --patience, which counts evaluations", evalEvery);
    require(keep >= 1, "--keep", "at least 1", keep);
  }

  private static void requireAboveZero(String option, double value) {
    require((float) value > 0 && isFinite(value), option, "above 0 and finite as a 32-bit number", value);
  }

  private static void requireFromZero(String option, double value) {
    require(value >= 0 && isFinite(value), option, "at least 0 and finite as a 32-bit number", value);
  }

  private static void requireShare(String option, double value) {
    require(value >= 0 && (float) value < 1, option, "at least 0, and below 1 as a 32-bit number", value);
  }

  private static boolean isFinite(double value) {
    return Float.isFinite((float) value);
  }

  private static void require(boolean condition, String option, String range, Number value) {
    if (!condition) {
      throw new IllegalArgumentException(option + " must be " + range + ", not " + value + ".");
    }
  }

  /** Windows that one update reads. */
  public long windowsPerStep() {
    return (long) batch * accumulate;
  }

  /** The factor on gradients that brings their norm down to {@link #clip}; 1 where it is not above that. */
  public double clipScale(double norm) {
    return clip > 0 && norm > clip ? clip / norm : 1;
  }

  /** The learning rate of a step counted from 1. */
  public double learningRate(long step) {
    return schedule.rate(step, steps, warmup, learningRate, minimumLearningRate);
  }
}
