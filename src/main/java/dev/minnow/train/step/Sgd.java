package dev.minnow.train.step;

import dev.minnow.checkpoint.TrainingState;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.SgdStep;
import dev.minnow.kernel.SgdTensors;
import dev.minnow.memory.Tensor;
import dev.minnow.model.Parameter;
import dev.minnow.model.ParameterSet;
import dev.minnow.train.TrainingOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Stochastic gradient descent with momentum, by PyTorch's formula, with its momentum, which is a slab like the parameters. */
final class Sgd implements Optimizer {
  private final Kernel kernel;
  private final TrainingOptions options;
  private final ParameterSet momentum;
  private final List<SgdTensors> tensors = new ArrayList<>();

  /** Momentum of zero for parameters and their gradients, which stay the caller's to close. */
  Sgd(Kernel kernel, ParameterSet parameters, ParameterSet gradients, TrainingOptions options) {
    this.kernel = kernel;
    this.options = options;
    this.momentum = ParameterSet.zeros(parameters.table());
    List<Parameter> table = parameters.table().parameters();
    for (int i = 0; i < table.size(); i++) {
      tensors.add(new SgdTensors(parameters.tensor(i), gradients.tensor(i), momentum.tensor(i), table.get(i).decays(),
          options.learningRateScale().of(table.get(i).kind())));
    }
  }

  @Override
  public void update(long number, double learningRate, double gradientScale) {
    kernel.sgd(
        tensors,
        new SgdStep((float) learningRate, (float) options.momentum(), (float) options.weightDecay(), (float) gradientScale));
  }

  @Override
  public Map<String, Tensor> moments() {
    return TrainingState.moments("momentum_buffer", momentum);
  }

  @Override
  public void close() {
    momentum.close();
  }
}
