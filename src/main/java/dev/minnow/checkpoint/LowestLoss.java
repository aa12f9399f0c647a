package dev.minnow.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The lowest validation loss of a run so far.
 *
 * @param loss in nats per token; infinite before the first evaluation that gave a number
 * @param step of that loss; 0 before
 * @param evaluationsSince how many there were in their turn without a lower one
 */
public record LowestLoss(double loss, long step, long evaluationsSince) {
  /** Of a run that begins. */
  public static final LowestLoss NONE = new LowestLoss(Double.POSITIVE_INFINITY, 0, 0);

  private static final String LOSS = "best_validation_loss";
  private static final String STEP = "best_step";
  private static final String SINCE = "evaluations_since_best";

  /** Whether this save's weights are those of it. */
  private static final String IS_NOW = "best";

  public LowestLoss {
    if (!(loss > Double.NEGATIVE_INFINITY)) {
      throw new IllegalArgumentException("The best validation loss cannot be " + loss + ".");
    }
    if (step < 0 || evaluationsSince < 0) {
      throw new IllegalArgumentException("No loss is of step " + step + ", with " + evaluationsSince + " evaluations since.");
    }
  }

  /** Whether there is one. */
  public boolean exists() {
    return Double.isFinite(loss);
  }

  /** Whether it is that of a step. */
  public boolean isOf(long other) {
    return exists() && step == other;
  }

  /**
   * What it is after one more evaluation.
   *
   * @param found the loss, which may be no number
   * @param isRegular whether it came in its turn, and not since the run ends: only such a one without a lower loss is counted
   */
  public LowestLoss after(long evaluated, double found, boolean isRegular) {
    return Double.isFinite(found) && found < loss ? new LowestLoss(found, evaluated, 0)
        : new LowestLoss(loss, step, evaluationsSince + (isRegular ? 1 : 0));
  }

  /** @param now the step of the save */
  void putInto(ObjectNode json, long now) {
    json.put(LOSS, exists() ? loss : null).put(STEP, step).put(SINCE, evaluationsSince).put(IS_NOW, isOf(now));
  }

  /** Whether the save that this is from has the best weights so far. */
  static boolean readIsNow(JsonFile json) {
    return json.flag(IS_NOW, false);
  }

  /**
   * Reads what {@link #putInto} wrote.
   *
   * @param olderStep finds the step for a file without it, which earlier versions wrote
   * @param evaluations of the run, for a file that does not say how many were since
   * @throws CheckpointException naming the key that is malformed
   */
  static LowestLoss read(JsonFile json, long now, LongSupplier olderStep, List<EvaluatedStep> evaluations) {
    boolean isNow = readIsNow(json);
    LongSupplier unsaid = () -> isNow ? now : Math.min(olderStep.getAsLong(), now);
    long step = json.value(STEP) == null ? unsaid.getAsLong() : json.wholeNumber(STEP);
    if (step < 0 || step > now) {
      throw json.wrong(STEP, "must be a step up to " + now);
    }
    long since =
        json.value(SINCE) == null ? evaluations.stream().filter(each -> each.step() > step).count() : json.naturalNumber(SINCE);
    return new LowestLoss(json.number(LOSS, Double.POSITIVE_INFINITY), step, since);
  }
}
