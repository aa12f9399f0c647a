package dev.minnow.train.step;

import dev.minnow.checkpoint.TrainingState;
import dev.minnow.kernel.Kernel;
import dev.minnow.memory.Tensor;
import dev.minnow.model.ParameterSet;
import java.util.List;
import java.util.Map;

/**
 * An exponential moving average of the parameters of a run, in a slab of its own. It is what a run with {@code --ema} evaluates, samples
 * from and saves as its model; training goes on with the parameters themselves.
 */
final class WeightAverage implements AutoCloseable {
  /** Under which a save keeps the parameters themselves, for a resumed run. */
  private static final String TRAINED = "trained";

  private final Kernel kernel;
  private final double decay;
  private final ParameterSet parameters;
  private final ParameterSet averages;
  private final List<Tensor> averageTensors;
  private final List<Tensor> parameterTensors;

  /** An average that begins with the parameters as they are, which stay the caller's to close. */
  WeightAverage(Kernel kernel, ParameterSet parameters, double decay) {
    this.kernel = kernel;
    this.parameters = parameters;
    this.decay = decay;
    this.averages = ParameterSet.zeros(parameters.table());
    this.averageTensors = List.copyOf(averages.byName().values());
    this.parameterTensors = List.copyOf(parameters.byName().values());
    begin();
  }

  /** Becomes the parameters as they are, whatever the averages were before. */
  void begin() {
    averages.copyFrom(parameters);
  }

  /**
   * Takes in the parameters as a step left them. The decay is smaller at first, (1 + step) / (10 + step), as TensorFlow's {@code
   * ExponentialMovingAverage} has it: after 100 steps the initial weights have a share of some 10^-13 and not most of it.
   *
   * @param step counted from 1
   */
  void update(long step) {
    double warm = Math.min(decay, (1.0 + step) / (10.0 + step));
    kernel.average(averageTensors, parameterTensors, (float) (1 - warm));
  }

  /** Puts the averages in the place of the parameters, and those in the place of the averages; a second time undoes it. */
  void exchange() {
    for (int i = 0; i < averageTensors.size(); i++) {
      averageTensors.get(i).exchange(parameterTensors.get(i));
    }
  }

  /** While exchanged: the parameters that training goes on with, by the names that a checkpoint keeps them under. */
  Map<String, Tensor> trained() {
    return TrainingState.moments(TRAINED, averages);
  }

  @Override
  public void close() {
    averages.close();
  }
}
