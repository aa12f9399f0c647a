package dev.minnow.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minnow.memory.Tensor;
import dev.minnow.model.ParameterSet;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a training run needs beside its weights to go on as if it had never stopped.
 *
 * @param step steps done, skipped ones included
 * @param position training windows consumed
 * @param seed of the run
 * @param bestValidationLoss the lowest so far, in nats per token; null before the first evaluation
 * @param bestStep the step of that loss; 0 before the first evaluation
 * @param best whether the weights of this save are those with the lowest validation loss
 * @param evaluations the latest of the run, in order
 * @param losses of training, whose means are still to be told
 * @param options of the run, as {@code train} states them
 * @param moments the optimizer's memory by name: F32, any shapes
 */
public record TrainingState(
    long step, long position, long seed, @Nullable Double bestValidationLoss, long bestStep, boolean best,
    List<EvaluatedStep> evaluations, SeenLosses losses, ObjectNode options, Map<String, Tensor> moments) {
  private static final String BEST_STEP = "best_step";

  public TrainingState {
    evaluations = List.copyOf(evaluations);
    if (step < 0 || position < 0) {
      throw new IllegalArgumentException("A run cannot be at step " + step + ", window " + position + ".");
    }
    if (bestStep < 0 || bestStep > step) {
      throw new IllegalArgumentException("The best step of a run at step " + step + " cannot be " + bestStep + ".");
    }
    if (bestValidationLoss != null && !Double.isFinite(bestValidationLoss)) {
      throw new IllegalArgumentException("The best validation loss cannot be " + bestValidationLoss + ".");
    }
  }

  /** The moments of one kind for every parameter, under the names {@code KIND.PARAMETER}, such as {@code exp_avg.h.0.ln_1.weight}. */
  public static Map<String, Tensor> moments(String kind, ParameterSet set) {
    Map<String, Tensor> named = new LinkedHashMap<>();
    set.byName().forEach((name, tensor) -> named.put(kind + "." + name, tensor));
    return named;
  }

  /**
   * Copies one moment.
   *
   * @throws CheckpointException if it is missing or of another shape
   */
  public void copyMoment(String name, Tensor into) {
    Tensor saved = moments.get(name);
    if (saved == null || !Arrays.equals(saved.shape(), into.shape())) {
      throw new CheckpointException(
          String.format(Locale.ROOT, "The save of step %d has %s for the optimizer's \"%s\", which must be %s; resume from another save.",
              step, saved == null ? "nothing" : saved, name, into));
    }
    into.copyFrom(saved);
  }

  /** The part without tensors. */
  ObjectNode toJson() {
    ObjectNode json = JsonFile.newObject();
    json.put("step", step);
    json.put("position", position);
    json.put("seed", seed);
    json.put("best_validation_loss", bestValidationLoss);
    json.put(BEST_STEP, bestStep);
    json.put("best", best);
    json.set("evaluations", EvaluatedStep.toJson(evaluations));
    losses.putInto(json);
    json.set("options", options);
    return json;
  }

  /** The step alone of what {@link #toJson} wrote. */
  static long readStep(JsonFile json) {
    return json.naturalNumber("step");
  }

  /** The options alone of what {@link #toJson} wrote. */
  static ObjectNode readOptions(JsonFile json) {
    return json.object("options");
  }

  /**
   * Reads the part without tensors.
   *
   * @param olderBestStep finds the best step for a file without it, which earlier versions wrote
   * @throws CheckpointException naming the key that is missing or malformed
   */
  static TrainingState read(JsonFile json, LongSupplier olderBestStep, Map<String, Tensor> moments) {
    long step = readStep(json);
    boolean best = json.flag("best", false);
    LongSupplier unsaid = () -> best ? step : Math.min(olderBestStep.getAsLong(), step);
    long bestStep = json.value(BEST_STEP) == null ? unsaid.getAsLong() : json.wholeNumber(BEST_STEP);
    if (bestStep < 0 || bestStep > step) {
      throw json.wrong(BEST_STEP, "must be a step up to " + step);
    }
    return new TrainingState(
        step,
        json.naturalNumber("position"),
        json.wholeNumber("seed"),
        json.value("best_validation_loss") == null ? null : json.number("best_validation_loss", 0),
        bestStep,
        best,
        EvaluatedStep.read(json),
        SeenLosses.read(json),
        readOptions(json),
        moments);
  }
}
