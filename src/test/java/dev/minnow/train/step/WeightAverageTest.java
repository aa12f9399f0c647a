package dev.minnow.train.step;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.KernelChoice;
import dev.minnow.kernel.WeightUse;
import dev.minnow.memory.Tensor;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.ParameterSet;
import dev.minnow.model.ParameterTable;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class WeightAverageTest {
  private static final int STEPS = 60;
  private static final double DECAY = 0.8;

  /** Each step's weights have the share that a product of decays says, in float64; the decay reaches its end after 31 steps. */
  @ParameterizedTest
  @EnumSource
  void theAverageIsTheSumOfAllWeightsByTheirShares(KernelChoice choice) {
    Random random = new Random(11);
    ParameterTable table = new ParameterTable(ModelConfig.gpt2(30, 8, 16, 1, 2));
    try (Kernel kernel = choice.open(WeightUse.TRAINING, 2);
        ParameterSet parameters = ParameterSet.initialized(table, 4);
        WeightAverage average = new WeightAverage(kernel, parameters, DECAY)) {
      List<Tensor> tensors = List.copyOf(parameters.byName().values());
      double[][] expected = new double[tensors.size()][];
      for (int i = 0; i < expected.length; i++) {
        expected[i] = new double[(int) tensors.get(i).elementCount()];
      }
      double[] shares = shares();
      for (int step = 0; step <= STEPS; step++) {
        for (int i = 0; i < expected.length; i++) {
          for (int at = 0; at < expected[i].length; at++) {
            if (step > 0) {
              tensors.get(i).setFloat(at, (float) random.nextGaussian());
            }
            expected[i][at] += shares[step] * tensors.get(i).getFloat(at);
          }
        }
        if (step > 0) {
          average.update(step);
        }
      }
      float[] before = tensors.getFirst().toFloats();
      average.exchange();
      for (int i = 0; i < expected.length; i++) {
        for (int at = 0; at < expected[i].length; at++) {
          assertEquals(expected[i][at], tensors.get(i).getFloat(at), 1e-6, kernel.name());
        }
      }
      assertArrayEquals(before, average.trained().get("trained." + table.parameters().getFirst().name()).toFloats());
      average.exchange();
      assertArrayEquals(before, tensors.getFirst().toFloats());
    }
  }

  /** Neither NaN nor a number so large that all digits of the parameters are lost beside it leaves anything behind. */
  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, 1e9f})
  void anAverageThatBeginsAnewIsTheParametersToTheBit(float before) {
    ParameterTable table = new ParameterTable(ModelConfig.gpt2(30, 8, 16, 1, 2));
    try (Kernel kernel = KernelChoice.AUTO.open(WeightUse.TRAINING, 2);
        ParameterSet initial = ParameterSet.initialized(table, 4);
        ParameterSet parameters = ParameterSet.zeros(table)) {
      Tensor first = parameters.byName().values().iterator().next();
      for (long i = 0; i < first.elementCount(); i++) {
        first.setFloat(i, before);
      }
      try (WeightAverage average = new WeightAverage(kernel, parameters, DECAY)) {
        parameters.copyFrom(initial);
        average.begin();
        average.exchange();
        parameters.byName().forEach((name, tensor) -> assertArrayEquals(initial.byName().get(name).toFloats(), tensor.toFloats(), name));
      }
    }
  }

  /** Of the initial weights, and of those after each step. */
  private static double[] shares() {
    double[] shares = new double[STEPS + 1];
    shares[0] = 1;
    for (int step = 1; step <= STEPS; step++) {
      double decay = Math.min(DECAY, (1.0 + step) / (10.0 + step));
      for (int i = 0; i < step; i++) {
        shares[i] *= decay;
      }
      shares[step] = 1 - decay;
    }
    return shares;
  }
}
