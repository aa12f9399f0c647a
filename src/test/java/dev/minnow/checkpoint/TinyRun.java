package dev.minnow.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minnow.memory.Tensor;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.Parameter;
import dev.minnow.model.ParameterSet;
import dev.minnow.model.ParameterTable;
import dev.minnow.tokenizer.Tokenizer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** A run without training: every number of every save follows from its step, so that a mixture of two saves is seen. */
final class TinyRun {
  static final ModelConfig CONFIG = ModelConfig.gpt2(256, 4, 6, 1, 2, 10, 1e-5f);
  private static final ParameterTable TABLE = new ParameterTable(CONFIG);
  private static final String FIRST_MOMENT = "exp_avg";
  private static final String SECOND_MOMENT = "exp_avg_sq";

  private TinyRun() {}

  static void save(CheckpointFolder folder, long step, int keep) {
    save(folder, step, step, keep);
  }

  /** A save of a run that goes back to an earlier one if its steps are no good. */
  static void save(CheckpointFolder folder, long step, long returnStep, int keep) {
    try (ParameterSet parameters = filled(step, 0);
        ParameterSet first = filled(step, 1);
        ParameterSet second = filled(step, 2)) {
      Map<String, Tensor> moments = new LinkedHashMap<>(TrainingState.moments(FIRST_MOMENT, first));
      moments.putAll(TrainingState.moments(SECOND_MOMENT, second));
      folder.save(new LoadedModel(CONFIG, parameters, Optional.of(Tokenizer.bytes())), state(step, returnStep, moments), keep);
    }
  }

  private static TrainingState state(long step, long returnStep, Map<String, Tensor> moments) {
    ObjectNode options = JsonNodeFactory.instance.objectNode();
    options.put("lr", 1e-3);
    options.putObject("model").put("layers", 1);
    // Every third step is the best so far.
    LowestLoss best = step < 3 ? LowestLoss.NONE : new LowestLoss(2 - (step - step % 3) * 1e-3, step - step % 3, step % 3);
    List<EvaluatedStep> evaluations = step < 3 ? List.of() : List.of(new EvaluatedStep(3, 2.75, 1.997));
    SeenLosses losses = new SeenLosses(List.of(2.5, 2.25), 4.75, 2);
    return new TrainingState(step, 16 * step, -5, best, returnStep, evaluations, losses, options, moments);
  }

  private static ParameterSet filled(long step, int which) {
    ParameterSet set = ParameterSet.zeros(TABLE);
    long element = 0;
    for (Tensor tensor : set.byName().values()) {
      for (long i = 0; i < tensor.elementCount(); i++) {
        tensor.setFloat(i, value(step, which, element++));
      }
    }
    return set;
  }

  private static float value(long step, int which, long element) {
    return step + (element * 31 + which) % 1009 / 1024f;
  }

  /** Requires that a model is wholly that of one step, and returns the step. */
  static long requireWhole(LoadedModel model) {
    try (model) {
      return step(model);
    }
  }

  private static long step(LoadedModel model) {
    assertEquals(CONFIG, model.config());
    long step = (long) model.parameters().tensor(0).getFloat(0);
    assertEquals(Tokenizer.bytes().sha256(), model.tokenizer().orElseThrow().sha256());
    requireFilled(model.parameters().byName(), step, 0);
    return step;
  }

  /** Requires that a save is wholly that of one step, and returns the step. */
  static long requireWhole(WholeSave run) {
    try (run) {
      TrainingState state = run.state();
      long step = state.step();
      assertEquals(state(step, state.returnStep(), state.moments()), state);
      assertEquals(step, step(run.model()));
      requireFilled(named(state, FIRST_MOMENT), step, 1);
      requireFilled(named(state, SECOND_MOMENT), step, 2);
      assertEquals(2 * TABLE.parameters().size(), state.moments().size());
      return step;
    }
  }

  private static Map<String, Tensor> named(TrainingState state, String kind) {
    Map<String, Tensor> moments = new LinkedHashMap<>();
    for (Parameter parameter : TABLE.parameters()) {
      moments.put(parameter.name(), Objects.requireNonNull(state.moments().get(kind + "." + parameter.name()), parameter.name()));
    }
    return moments;
  }

  private static void requireFilled(Map<String, Tensor> tensors, long step, int which) {
    long element = 0;
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      for (float found : entry.getValue().toFloats()) {
        float expected = value(step, which, element++);
        if (found != expected) {
          assertEquals(expected, found, entry.getKey() + " of step " + step);
        }
      }
    }
  }
}
