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

/**
 * What a training run needs beside its weights to go on as if it had never stopped.
 *
 * @param step steps done, skipped ones included
 * @param position training windows consumed
 * @param seed of the run
 * @param best validation loss so far
 * @param returnStep of the save that the run goes back to if its steps are no good; 0 for its beginning
 * @param evaluations the latest of the run, in order
 * @param losses of training, whose means are still to be told
 * @param options of the run, as {@code train} states them
 * @param moments the optimizer's memory by name: F32, any shapes
 */
public record TrainingState(
    long step, long position, long seed, LowestLoss best, long returnStep, List<EvaluatedStep> evaluations, SeenLosses losses,
    ObjectNode options, Map<String, Tensor> moments) {
  private static final String RETURN_STEP = "return_step";

  public TrainingState {
    evaluations = List.copyOf(evaluations);
    if (step < 0 || position < 0) {
      throw new IllegalArgumentException("A run cannot be at step " + step + ", window " + position + ".");
    }
    if (best.step() > step) {
      throw new IllegalArgumentException("The best step of a run at step " + step + " cannot be " + best.step() + ".");
    }
    if (returnStep < 0 || returnStep > step) {
      throw new IllegalArgumentException("A run at step " + step + " cannot go back to step " + returnStep + ".");
    }
  }

  /** Whether the weights of this save are those with the lowest validation loss. */
  public boolean isBest() {
    return best.isOf(step);
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
    best.putInto(json, step);
    json.put(RETURN_STEP, returnStep);
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
   * Reads the part without tensors. A file that does not say where to go back to, which earlier versions wrote, says that it is to itself.
   *
   * @param olderBestStep finds the best step for a file without it, which earlier versions wrote
   * @throws CheckpointException naming the key that is missing or malformed
   */
  static TrainingState read(JsonFile json, LongSupplier olderBestStep, Map<String, Tensor> moments) {
    long step = readStep(json);
    List<EvaluatedStep> evaluations = EvaluatedStep.read(json);
    long returnStep = json.value(RETURN_STEP) == null ? step : json.naturalNumber(RETURN_STEP);
    if (returnStep > step) {
      throw json.wrong(RETURN_STEP, "must be a step up to " + step);
    }
    return new TrainingState(
        step,
        json.naturalNumber("position"),
        json.wholeNumber("seed"),
        LowestLoss.read(json, step, olderBestStep, evaluations),
        returnStep,
        evaluations,
        SeenLosses.read(json),
        readOptions(json),
        moments);
  }
}
