package dev.minnow.train.step;

import dev.minnow.checkpoint.TrainingState;
import dev.minnow.kernel.AdamWStep;
import dev.minnow.kernel.AdamWTensors;
import dev.minnow.kernel.Kernel;
import dev.minnow.memory.Opened;
import dev.minnow.memory.Tensor;
import dev.minnow.model.Parameter;
import dev.minnow.model.ParameterSet;
import dev.minnow.train.TrainingOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** AdamW with its two moments, which are slabs like the parameters. */
final class AdamW implements Optimizer {
  private final Kernel kernel;
  private final TrainingOptions options;
  private final ParameterSet firstMoments;
  private final ParameterSet secondMoments;
  private final List<AdamWTensors> tensors = new ArrayList<>();
  private final Opened opened = new Opened();

  /** Moments of zero for parameters and their gradients, which stay the caller's to close. */
  AdamW(Kernel kernel, ParameterSet parameters, ParameterSet gradients, TrainingOptions options) {
    this.kernel = kernel;
    this.options = options;
    try {
      this.firstMoments = opened.add(ParameterSet.zeros(parameters.table()), ParameterSet::close);
      this.secondMoments = opened.add(ParameterSet.zeros(parameters.table()), ParameterSet::close);
    } catch (RuntimeException | Error e) {
      opened.close();
      throw e;
    }
    List<Parameter> table = parameters.table().parameters();
    for (int i = 0; i < table.size(); i++) {
      tensors.add(
          new AdamWTensors(
              parameters.tensor(i), gradients.tensor(i), firstMoments.tensor(i), secondMoments.tensor(i), table.get(i).decays(),
              options.learningRateScale().of(table.get(i).kind())));
    }
  }

  @Override
  public void update(long number, double learningRate, double gradientScale) {
    kernel.adamW(tensors, step(options, number, learningRate, gradientScale));
  }

  /** The numbers of one update, as {@link #update} has them. */
  static AdamWStep step(TrainingOptions options, long number, double learningRate, double gradientScale) {
    return new AdamWStep(
        (float) learningRate,
        (float) options.beta1(),
        (float) options.beta2(),
        (float) options.epsilon(),
        (float) options.weightDecay(),
        (float) gradientScale,
        // By the rates that moments have, which are floats.
        (float) (1 - StrictMath.pow((float) options.beta1(), (double) number)),
        (float) (1 - StrictMath.pow((float) options.beta2(), (double) number)));
  }

  @Override
  public Map<String, Tensor> moments() {
    Map<String, Tensor> moments = TrainingState.moments("exp_avg", firstMoments);
    moments.putAll(TrainingState.moments("exp_avg_sq", secondMoments));
    return moments;
  }

  @Override
  public void close() {
    opened.close();
  }
}
