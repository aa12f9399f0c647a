package dev.minnow.train.inspect;

import dev.minnow.checkpoint.LoadedModel;
import dev.minnow.checkpoint.SavedRun;
import dev.minnow.kernel.Accumulation;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.WeightUse;
import dev.minnow.memory.Tensor;
import dev.minnow.model.Activations;
import dev.minnow.model.DropoutSites;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.Network;
import dev.minnow.model.ParameterSet;
import dev.minnow.model.ParameterTable;
import dev.minnow.model.TensorDifference;
import dev.minnow.model.Transformer;
import dev.minnow.tokenizer.Tokenizer;
import dev.minnow.train.TrainingException;
import dev.minnow.train.step.MemoryPlan;
import dev.minnow.train.step.Optimizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One training step on a copy of a model, under the microscope. The model itself stays as it is. Losses are plain: dropout and label
 * smoothing are off. Of a run with averaged weights the average is what its folder has as the model, and what the step moves.
 *
 * @param settings of the step
 * @param tokens that were predicted
 * @param windows that they lie in, end to end
 * @param leftOut tokens at the end of the text that fill no window
 * @param lossBefore mean over the tokens, in nats
 * @param lossAfter the same with the parameters that the step made
 * @param gradientNorm of all parameters together, before clipping
 * @param clipScale factor on the gradients; 1 where they are not clipped
 * @param parameters each of the table, in its order
 */
public record StepInspection(
    StepSettings settings, long tokens, long windows, long leftOut, double lossBefore, double lossAfter, double gradientNorm,
    double clipScale,
    List<ParameterStep> parameters) {
  /** A prediction needs the token before. */
  private static final int LEAST_TOKENS = 2;

  /**
   * Takes the step on a text.
   *
   * @throws TrainingException if the model has no tokenizer, or a step does not fit into memory
   * @throws IllegalArgumentException if the text has fewer than two tokens
   */
  public static StepInspection of(Kernel kernel, LoadedModel model, String text, StepSettings settings) {
    Tokenizer tokenizer =
        model
            .tokenizer()
            .orElseThrow(
                () -> new TrainingException("The model has no tokenizer.json, so it cannot read text; add the file to its folder."));
    return of(kernel, model, tokenizer.encode(text), settings);
  }

  /**
   * Takes the step on tokens: all windows of the model's context that they fill, or one shorter window.
   *
   * @throws TrainingException if a step does not fit into memory
   * @throws IllegalArgumentException if there are fewer than two tokens, or the model does not know one
   */
  public static StepInspection of(Kernel kernel, LoadedModel model, int[] ids, StepSettings settings) {
    ModelConfig config = model.config();
    requireTokens(ids, config.vocabularySize());
    new MemoryPlan(kernel, config, 1, settings.options().optimizer(), false).requireFits();
    ParameterTable table = model.parameters().table();
    int length = Math.min(config.contextLength(), ids.length - 1);
    try (ParameterSet parameters = copy(model.parameters());
        ParameterSet gradients = ParameterSet.zeros(table);
        Optimizer optimizer = Optimizer.open(kernel, parameters, gradients, settings.options());
        Network network = new Network(kernel, parameters, WeightUse.TRAINING);
        Activations activations = Activations.allocate(config, 1, length, true, kernel.operandType())) {
      copyMoments(settings, optimizer);
      Transformer transformer = new Transformer(kernel, network, activations);
      Transformer.GradientSink sink = transformer.gradientsInto(gradients);
      int windows = (ids.length - 1) / length;
      double before = 0;
      for (int window = 0; window < windows; window++) {
        fill(activations, ids, window * length, length);
        transformer.forward(DropoutSites.NONE);
        float scale = (float) (1.0 / ((double) windows * length));
        before += transformer.backward(sink, DropoutSites.NONE, scale, window == 0 ? Accumulation.SET : Accumulation.ADD) / windows;
      }
      double norm = Math.sqrt(kernel.sumOfSquares(List.copyOf(gradients.byName().values())));
      double clipScale = settings.options().clipScale(norm);
      optimizer.update(settings.update(), settings.learningRate(), clipScale);
      network.refresh();
      double after = 0;
      for (int window = 0; window < windows; window++) {
        fill(activations, ids, window * length, length);
        transformer.forward(DropoutSites.NONE);
        after += transformer.loss() / windows;
      }
      List<ParameterStep> steps = steps(kernel, model.parameters(), parameters, gradients);
      long tokens = (long) windows * length;
      return new StepInspection(settings, tokens, windows, ids.length - 1 - tokens, before, after, norm, clipScale, steps);
    }
  }

  private static void requireTokens(int[] ids, int vocabularySize) {
    if (ids.length < LEAST_TOKENS) {
      throw new IllegalArgumentException(
          "A step needs a text of at least two tokens, because a prediction needs the one before, and this has " + ids.length
              + "; give a longer text.");
    }
    for (int id : ids) {
      if (id < 0 || id >= vocabularySize) {
        throw new IllegalArgumentException(
            "The text has the token " + id + ", and the model knows " + vocabularySize + "; use the tokenizer it was trained with.");
      }
    }
  }

  private static ParameterSet copy(ParameterSet parameters) {
    ParameterSet copy = ParameterSet.zeros(parameters.table());
    copy.copyFrom(parameters);
    return copy;
  }

  private static void copyMoments(StepSettings settings, Optimizer optimizer) {
    settings
        .moments()
        .ifPresent(
            folder -> {
              try (SavedRun saved = SavedRun.open(folder)) {
                optimizer.moments().forEach(saved.state()::copyMoment);
              }
            });
  }

  private static void fill(Activations activations, int[] ids, int start, int length) {
    activations.inputs().setInts(Arrays.copyOfRange(ids, start, start + length));
    activations.targets().setInts(Arrays.copyOfRange(ids, start + 1, start + 1 + length));
  }

  private static List<ParameterStep> steps(Kernel kernel, ParameterSet before, ParameterSet after, ParameterSet gradients) {
    List<ParameterStep> steps = new ArrayList<>();
    for (int i = 0; i < before.table().parameters().size(); i++) {
      Tensor gradient = gradients.tensor(i);
      TensorDifference update = TensorDifference.of(before.tensor(i), after.tensor(i));
      steps.add(
          new ParameterStep(
              before.table().parameters().get(i), Math.sqrt(kernel.sumOfSquares(List.of(gradient))), Math.sqrt(update.firstSquares()),
              update.norm()));
    }
    return List.copyOf(steps);
  }
}
