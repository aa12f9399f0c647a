package dev.minnow.train.step;

import dev.minnow.kernel.Kernel;
import dev.minnow.memory.Tensor;
import dev.minnow.model.ParameterSet;
import dev.minnow.train.TrainingOptions;
import java.util.Map;

/** What moves parameters along their gradients, with what it remembers of earlier steps. */
public interface Optimizer extends AutoCloseable {
  /** The one that the options name, of parameters and their gradients, which stay the caller's to close. */
  static Optimizer open(Kernel kernel, ParameterSet parameters, ParameterSet gradients, TrainingOptions options) {
    return switch (options.optimizer()) {
      case ADAMW -> new AdamW(kernel, parameters, gradients, options);
      case SGD -> new Sgd(kernel, parameters, gradients, options);
      case MUON -> new Muon(kernel, parameters, gradients, options);
    };
  }

  /**
   * One update of the parameters.
   *
   * @param number of the update, counted from 1: steps that were skipped are none
   * @param gradientScale factor on the gradients first
   */
  void update(long number, double learningRate, double gradientScale);

  /** All that it remembers, by the names that a checkpoint keeps it under; a resumed run fills them again. */
  Map<String, Tensor> moments();

  @Override
  void close();
}
