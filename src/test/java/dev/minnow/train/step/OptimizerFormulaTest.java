package dev.minnow.train.step;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.KernelChoice;
import dev.minnow.kernel.WeightUse;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Tensor;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.Parameter;
import dev.minnow.model.ParameterKind;
import dev.minnow.model.ParameterSet;
import dev.minnow.model.ParameterTable;
import dev.minnow.train.Preset;
import dev.minnow.train.TrainingOptions;
import dev.minnow.train.option.RunOptions;
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

  private static final String SCALE = "matrices=2,value=0.5,token_embedding=0.25,norm_scale=0";

  /** What {@link #SCALE} says. */
  private static double scale(ParameterKind kind) {
    return switch (kind) {
      case QUERY, KEY, ATTENTION_OUTPUT, FEED_FORWARD -> 2;
      case VALUE -> 0.5;
      case TOKEN_EMBEDDING -> 0.25;
      case NORM_SCALE -> 0;
      case POSITION_EMBEDDING, HEAD, NORM_SHIFT, BIAS -> 1;
    };
  }

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
    void update(Reference reference, double[] gradient, int step, double rate, TrainingOptions options);
  }

  @ParameterizedTest
  @EnumSource
  void adamWIsThatOfLoshchilovAndHutter(KernelChoice choice) {
    require(choice, Map.of("lr", 1e-2), 1e-6, 1e-6, OptimizerFormulaTest::adamW);
  }

  @ParameterizedTest
  @EnumSource
  void adamWTakesTheRateOfEachKind(KernelChoice choice) {
    require(choice, Map.of("lr", 1e-2, "lr-scale", SCALE), 1e-6, 1e-6, OptimizerFormulaTest::adamW);
  }

  private static void adamW(Reference reference, double[] gradient, int step, double rate, TrainingOptions options) {
    double decay = reference.parameter.decays() ? options.weightDecay() : 0;
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
    require(choice, Map.of("optimizer", "sgd", "lr", 1e-1), 1e-6, 1e-6, OptimizerFormulaTest::sgd);
  }

  @ParameterizedTest
  @EnumSource
  void sgdTakesTheRateOfEachKind(KernelChoice choice) {
    require(choice, Map.of("optimizer", "sgd", "lr", 1e-1, "lr-scale", SCALE), 1e-6, 1e-6, OptimizerFormulaTest::sgd);
  }

  private static void sgd(Reference reference, double[] gradient, int step, double rate, TrainingOptions options) {
    double decay = reference.parameter.decays() ? options.weightDecay() : 0;
    for (int i = 0; i < gradient.length; i++) {
      double g = gradient[i] + decay * reference.values[i];
      reference.first[i] = step == 1 ? g : options.momentum() * reference.first[i] + g;
      reference.values[i] -= rate * reference.first[i];
    }
  }

  /** Jordan's code, with the scale of Liu and others, in float64. */
  @ParameterizedTest
  @EnumSource
  void muonIsThatOfJordan(KernelChoice choice) {
    require(choice, Map.of("optimizer", "muon", "lr", 1e-2), 1e-4, 2e-2, OptimizerFormulaTest::muonOrAdamW);
  }

  @ParameterizedTest
  @EnumSource
  void muonTakesTheRateOfEachKind(KernelChoice choice) {
    require(choice, Map.of("optimizer", "muon", "lr", 1e-2, "lr-scale", SCALE), 1e-4, 2e-2, OptimizerFormulaTest::muonOrAdamW);
  }

  private static void muonOrAdamW(Reference reference, double[] gradient, int step, double rate, TrainingOptions options) {
    switch (reference.parameter.kind()) {
      case QUERY, KEY, VALUE, ATTENTION_OUTPUT, FEED_FORWARD -> muon(reference, gradient, rate, options);
      default -> adamW(reference, gradient, step, rate, options);
    }
  }

  private static void muon(Reference reference, double[] gradient, double rate, TrainingOptions options) {
    int rows = reference.parameter.shape().getFirst().intValue();
    int columns = reference.parameter.shape().getLast().intValue();
    double[] update = new double[gradient.length];
    double norm = 0;
    for (int i = 0; i < gradient.length; i++) {
      reference.first[i] = options.momentum() * reference.first[i] + (1 - options.momentum()) * gradient[i];
      update[i] = (1 - options.momentum()) * gradient[i] + options.momentum() * reference.first[i];
      norm += update[i] * update[i];
    }
    for (int i = 0; i < update.length; i++) {
      update[i] /= Math.sqrt(norm) + 1e-7;
    }
    double[] x = rows > columns ? transpose(update, rows, columns) : update;
    int small = Math.min(rows, columns);
    int large = Math.max(rows, columns);
    for (int iteration = 0; iteration < 5; iteration++) {
      double[] gram = product(x, transpose(x, small, large), small, small, large);
      double[] square = product(gram, gram, small, small, small);
      double[] polynomial = new double[gram.length];
      for (int i = 0; i < gram.length; i++) {
        polynomial[i] = -4.7750 * gram[i] + 2.0315 * square[i];
      }
      double[] moved = product(polynomial, x, small, large, small);
      for (int i = 0; i < moved.length; i++) {
        moved[i] += 3.4445 * x[i];
      }
      x = moved;
    }
    double[] orthogonal = rows > columns ? transpose(x, small, large) : x;
    for (int i = 0; i < orthogonal.length; i++) {
      reference.values[i] *= 1 - rate * options.weightDecay();
      reference.values[i] -= rate * 0.2 * Math.sqrt(large) * orthogonal[i];
    }
  }

  private static double[] transpose(double[] matrix, int rows, int columns) {
    double[] transposed = new double[matrix.length];
    for (int i = 0; i < matrix.length; i++) {
      transposed[i % columns * rows + i / columns] = matrix[i];
    }
    return transposed;
  }

  private static double[] product(double[] left, double[] right, int rows, int columns, int depth) {
    double[] out = new double[rows * columns];
    for (int r = 0; r < rows; r++) {
      for (int k = 0; k < depth; k++) {
        for (int c = 0; c < columns; c++) {
          out[r * columns + c] += left[r * depth + k] * right[k * columns + c];
        }
      }
    }
    return out;
  }

  /**
   * Runs both.
   *
   * @param tolerance of each parameter's difference, as a share of its norm
   * @param roundedTolerance the same where the kernel rounds what it multiplies to bfloat16
   */
  private static void require(
      KernelChoice choice, Map<String, Object> given, double tolerance, double roundedTolerance, Formula formula) {
    Map<String, Object> all = new LinkedHashMap<>(Map.of("warmup", 3, "schedule", "linear"));
    all.putAll(given);
    TrainingOptions options = RunOptions.create(Preset.NANO, all).withSteps(STEPS).training();
    Random random = new Random(3);
    try (Kernel kernel = choice.open(WeightUse.TRAINING, 2);
        ParameterSet parameters = ParameterSet.initialized(TABLE, 9);
        ParameterSet gradients = ParameterSet.zeros(TABLE);
        Optimizer optimizer = Optimizer.open(kernel, parameters, gradients, options)) {
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
          double factor = given.containsKey("lr-scale") ? scale(references.get(i).parameter.kind()) : 1;
          formula.update(references.get(i), gradient, step, factor * options.learningRate(step), options);
        }
        optimizer.update(step, options.learningRate(step), scale);
      }
      for (int i = 0; i < references.size(); i++) {
        double difference = difference(references.get(i).values, parameters.tensor(i));
        String name = references.get(i).parameter.name();
        double most = kernel.operandType() == ElementType.BF16_BLOCKS ? roundedTolerance : tolerance;
        assertTrue(difference <= most, () -> kernel.name() + ", " + name + " differs by " + difference);
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
