package dev.minnow.train;

import dev.minnow.kernel.AdamWStep;
import dev.minnow.kernel.Kernel;
import dev.minnow.model.Parameter;
import dev.minnow.model.ParameterSet;
import dev.minnow.model.ParameterTable;
import java.util.List;

/** AdamW with its two moments, which are slabs like the parameters. */
public final class AdamW implements AutoCloseable {
  private final Kernel kernel;
  private final TrainingOptions options;
  private final ParameterSet firstMoments;
  private final ParameterSet secondMoments;

  /** Moments of zero. */
  public AdamW(Kernel kernel, ParameterTable table, TrainingOptions options) {
    this.kernel = kernel;
    this.options = options;
    this.firstMoments = ParameterSet.zeros(table);
    this.secondMoments = ParameterSet.zeros(table);
  }

  public ParameterSet firstMoments() {
    return firstMoments;
  }

  public ParameterSet secondMoments() {
    return secondMoments;
  }

  /**
   * One update.
   *
   * @param step counted from 1
   * @param gradientScale factor on the gradients first
   */
  public void update(ParameterSet parameters, ParameterSet gradients, long step, double learningRate, double gradientScale) {
    AdamWStep decayed = adamWStep(step, learningRate, gradientScale, options.weightDecay());
    AdamWStep plain = adamWStep(step, learningRate, gradientScale, 0);
    List<Parameter> table = parameters.table().parameters();
    for (int i = 0; i < table.size(); i++) {
      kernel.adamW(
          parameters.tensor(i),
          gradients.tensor(i),
          firstMoments.tensor(i),
          secondMoments.tensor(i),
          table.get(i).decays() ? decayed : plain);
    }
  }

  private AdamWStep adamWStep(long step, double learningRate, double gradientScale, double weightDecay) {
    return new AdamWStep(
        (float) learningRate,
        (float) options.beta1(),
        (float) options.beta2(),
        (float) options.epsilon(),
        (float) weightDecay,
        (float) gradientScale,
        (float) (1 - StrictMath.pow(options.beta1(), (double) step)),
        (float) (1 - StrictMath.pow(options.beta2(), (double) step)));
  }

  @Override
  public void close() {
    firstMoments.close();
    secondMoments.close();
  }
}
