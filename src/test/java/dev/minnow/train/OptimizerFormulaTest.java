package dev.minnow.train;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.KernelChoice;
import dev.minnow.kernel.WeightUse;
import dev.minnow.memory.Tensor;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.Parameter;
import dev.minnow.model.ParameterSet;
import dev.minnow.model.ParameterTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Twenty updates of every parameter of a small model, against the published formulas in float64. */
class OptimizerFormulaTest {
  private static final int STEPS = 20;

  /** Grouped heads: matrices that are square, wide and tall. */
  private static final ParameterTable TABLE = new ParameterTable(ModelConfig.llama(70, 8, 48, 2, 4, 2));

  /** One parameter's numbers in float64. */
  private static final class Reference {
    final Parameter parameter;
    final double[] values;
    final double[] first;
    final double[] second;

    Reference(Parameter parameter, Tensor initial) {
      this.parameter = parameter;
      values = new double[(int) initial.elementCount()];
      for (int i = 0; i < values.length; i++) {
        values[i] = initial.getFloat(i);
      }
      first = new double[values.length];
      second = new double[values.length];
    }
  }

  /** One update of a reference by a formula. */
  private interface Formula {
    void update(Reference reference, double[] gradient, int step, TrainingOptions options);
  }

  @ParameterizedTest
  @EnumSource
  void adamWIsThatOfLoshchilovAndHutter(KernelChoice choice) {
    require(choice, Map.of("lr", 1e-2), 1e-6, (reference, gradient, step, options) -> adamW(reference, gradient, step, options));
  }

  private static void adamW(Reference reference, double[] gradient, int step, TrainingOptions options) {
    double decay = reference.parameter.decays() ? options.weightDecay() : 0;
    double rate = options.learningRate(step);
    for (int i = 0; i < gradient.length; i++) {
      double g = gradient[i];
      reference.first[i] = options.beta1() * reference.first[i] + (1 - options.beta1()) * g;
      reference.second[i] = options.beta2() * reference.second[i] + (1 - options.beta2()) * g * g;
      double first = reference.first[i] / (1 - Math.pow(options.beta1(), step));
      double second = reference.second[i] / (1 - Math.pow(options.beta2(), step));
      reference.values[i] -= rate * (first / (Math.sqrt(second) + options.epsilon()) + decay * reference.values[i]);
    }
  }

  @ParameterizedTest
  @EnumSource
  void sgdIsThatOfPyTorch(KernelChoice choice) {
    require(choice, Map.of("optimizer", "sgd", "lr", 1e-1), 1e-6, (reference, gradient, step, options) -> {
      double decay = reference.parameter.decays() ? options.weightDecay() : 0;
      for (int i = 0; i < gradient.length; i++) {
        double g = gradient[i] + decay * reference.values[i];
        reference.first[i] = step == 1 ? g : options.momentum() * reference.first[i] + g;
        reference.values[i] -= options.learningRate(step) * reference.first[i];
      }
    });
  }

  /** {@code tolerance}: of each parameter's difference, as a share of its norm. */
  private static void require(KernelChoice choice, Map<String, Object> given, double tolerance, Formula formula) {
    Map<String, Object> all = new LinkedHashMap<>(Map.of("warmup", 3, "schedule", "linear"));
    all.putAll(given);
    TrainingOptions options = RunOptions.create(Preset.NANO, all).withSteps(STEPS).training();
    Random random = new Random(3);
    try (Kernel kernel = choice.open(WeightUse.TRAINING, 2);
        ParameterSet parameters = ParameterSet.initialized(TABLE, 9);
        ParameterSet gradients = ParameterSet.zeros(TABLE);
        Optimizer optimizer = options.optimizer().open(kernel, parameters, gradients, options)) {
      List<Reference> references = new ArrayList<>();
      for (int i = 0; i < TABLE.parameters().size(); i++) {
        references.add(new Reference(TABLE.parameters().get(i), parameters.tensor(i)));
      }
      for (int step = 1; step <= STEPS; step++) {
        double scale = 1 / (1.0 + step % 3);
        for (int i = 0; i < references.size(); i++) {
          double[] gradient = new double[references.get(i).values.length];
          for (int at = 0; at < gradient.length; at++) {
            gradients.tensor(i).setFloat(at, (float) (0.1 * random.nextGaussian()));
            gradient[at] = gradients.tensor(i).getFloat(at) * (double) (float) scale;
          }
          formula.update(references.get(i), gradient, step, options);
        }
        optimizer.update(step, options.learningRate(step), scale);
      }
      for (int i = 0; i < references.size(); i++) {
        double difference = difference(references.get(i).values, parameters.tensor(i));
        String name = references.get(i).parameter.name();
        assertTrue(difference <= tolerance, () -> kernel.name() + ", " + name + " differs by " + difference);
      }
    }
  }

  private static double difference(double[] expected, Tensor actual) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += Math.pow(expected[i] - actual.getFloat(i), 2);
      norm += expected[i] * expected[i];
    }
    return Math.sqrt(difference / norm);
  }
}
