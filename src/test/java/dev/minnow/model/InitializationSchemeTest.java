package dev.minnow.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.WeightUse;
import dev.minnow.kernel.scalar.ScalarKernel;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Slab;
import dev.minnow.memory.SlabLayout;
import dev.minnow.memory.Tensor;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The numbers that a model begins with, and that signals pass through layers of them as the papers say. */
class InitializationSchemeTest {
  private static final ModelConfig LLAMA = ModelConfig.llama(300, 16, 96, 3, 6, 2).withTiedHead(false);

  /** Grouped heads and a feed-forward part of another width: no two kinds of matrix have the same fans. */
  @ParameterizedTest
  @EnumSource
  void everyMatrixHasTheMeanAndVarianceOfItsScheme(InitializationScheme scheme) {
    try (ParameterSet set = ParameterSet.initialized(new ParameterTable(LLAMA, scheme), 5)) {
      for (int i = 0; i < set.table().parameters().size(); i++) {
        Parameter parameter = set.table().parameters().get(i);
        if (parameter.shape().size() == 2) {
          requireStatistics(scheme, parameter, set.tensor(i).toFloats());
        }
      }
    }
  }

  private static void requireStatistics(InitializationScheme scheme, Parameter parameter, float[] values) {
    double expected = variance(scheme, parameter);
    double sum = 0;
    double squares = 0;
    double largest = 0;
    for (float value : values) {
      sum += value;
      squares += (double) value * value;
      largest = Math.max(largest, Math.abs(value));
    }
    String what = scheme + ", " + parameter.name();
    double deviation = Math.sqrt(expected);
    // Five standard errors: of a mean, and of a variance, which for a normal distribution is sqrt(2/n) of it.
    assertEquals(0, sum / values.length, 5 * deviation / Math.sqrt(values.length), what);
    assertEquals(expected, squares / values.length, 5 * expected * Math.sqrt(2.0 / values.length), what);
    boolean uniform =
        isLayers(parameter) && (scheme == InitializationScheme.XAVIER_UNIFORM || scheme == InitializationScheme.HE_UNIFORM);
    double bound = Math.sqrt(3) * deviation;
    assertTrue(uniform ? largest <= bound * 1.000001 && largest > 0.99 * bound : expected == 0 || largest > 1.5 * bound, what);
  }

  private static boolean isLayers(Parameter parameter) {
    return parameter.name().startsWith("model.layers.");
  }

  private static double variance(InitializationScheme scheme, Parameter parameter) {
    double out = parameter.shape().getFirst();
    double in = parameter.shape().getLast();
    boolean adds = parameter.name().endsWith("o_proj.weight") || parameter.name().endsWith("down_proj.weight");
    if (!isLayers(parameter)) {
      return 0.02 * 0.02;
    }
    return switch (scheme) {
      case GPT2 -> adds ? 0.02 * 0.02 / 6 : 0.02 * 0.02;
      case XAVIER_UNIFORM, XAVIER_NORMAL -> 2 / (in + out);
      case HE_UNIFORM, HE_NORMAL -> 2 / in;
      case ZERO_OUTPUT -> adds ? 0 : 0.02 * 0.02;
    };
  }

  @ParameterizedTest
  @EnumSource
  void normsBeginAsTheIdentityAndBiasesAtZero(InitializationScheme scheme) {
    try (ParameterSet set = ParameterSet.initialized(new ParameterTable(ModelConfig.gpt2(50, 8, 16, 2, 2), scheme), 1)) {
      for (int i = 0; i < set.table().parameters().size(); i++) {
        Parameter parameter = set.table().parameters().get(i);
        if (parameter.shape().size() == 1) {
          float expected = parameter.kind() == ParameterKind.NORM_SCALE ? 1 : 0;
          for (float value : set.tensor(i).toFloats()) {
            assertEquals(expected, value, parameter.name());
          }
        }
      }
    }
  }

  /** He et al., equations 10 and 14: rectified layers keep the mean square of what goes forward and of gradients that go back. */
  @ParameterizedTest
  @CsvSource({"HE_UNIFORM", "HE_NORMAL"})
  void rectifiedLayersKeepTheirVarianceBothWays(InitializationScheme scheme) {
    double[] change = changeThroughLayers(scheme, true);
    assertEquals(1, change[0], 0.5, "forward");
    assertEquals(1, change[1], 0.5, "backward");
  }

  /** Of layers with as many outputs as inputs: Glorot and Bengio, equations 5 and 6. */
  @ParameterizedTest
  @CsvSource({"XAVIER_UNIFORM", "XAVIER_NORMAL"})
  void linearLayersKeepTheirVarianceBothWaysAndRectifiedOnesHalveIt(InitializationScheme scheme) {
    double[] linear = changeThroughLayers(scheme, false);
    assertEquals(1, linear[0], 0.5, "forward");
    assertEquals(1, linear[1], 0.5, "backward");
    double[] rectified = changeThroughLayers(scheme, true);
    assertEquals(-LAYERS, Math.log(rectified[0]) / Math.log(2), 1, "halvings forward");
    assertEquals(-LAYERS, Math.log(rectified[1]) / Math.log(2), 1, "halvings backward");
  }

  private static final int LAYERS = 8;
  private static final int WIDTH = 128;

  /** Mean over some inputs of how the mean square changes through layers of as many outputs as inputs: forward, and backward. */
  private static double[] changeThroughLayers(InitializationScheme scheme, boolean rectified) {
    DoubleUnaryOperator activation = x -> rectified ? Math.max(0, x) : x;
    Random random = new Random(11);
    double[][] weights = new double[LAYERS][];
    SlabLayout layout = new SlabLayout();
    layout.add("weight", ElementType.F32, WIDTH, WIDTH);
    try (Slab slab = layout.allocate()) {
      Tensor tensor = slab.tensor(0);
      for (int layer = 0; layer < LAYERS; layer++) {
        scheme.matrix(WIDTH, WIDTH, 0).fill(tensor, random);
        weights[layer] = new double[WIDTH * WIDTH];
        for (int i = 0; i < weights[layer].length; i++) {
          weights[layer][i] = tensor.getFloat(i);
        }
      }
    }
    double forward = 0;
    double backward = 0;
    int inputs = 50;
    for (int input = 0; input < inputs; input++) {
      double[] first = random.doubles(WIDTH, -1, 1).toArray();
      double[][] before = new double[LAYERS][];
      double[] x = first;
      for (int layer = 0; layer < LAYERS; layer++) {
        before[layer] = product(weights[layer], layer == 0 ? x : map(x, activation), false);
        x = before[layer];
      }
      // Signals between layers: the first layer has no activation before it.
      forward += meanSquare(map(x, activation)) / meanSquare(first) / inputs;
      double[] last = random.doubles(WIDTH, -1, 1).toArray();
      double[] gradient = last;
      for (int layer = LAYERS - 1; layer >= 0; layer--) {
        if (rectified) {
          for (int i = 0; i < WIDTH; i++) {
            gradient[i] = before[layer][i] > 0 ? gradient[i] : 0;
          }
        }
        gradient = product(weights[layer], gradient, true);
      }
      backward += meanSquare(gradient) * 3 / inputs;
    }
    return new double[] {forward, backward};
  }

  private static double[] map(double[] x, DoubleUnaryOperator activation) {
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = activation.applyAsDouble(x[i]);
    }
    return y;
  }

  private static double[] product(double[] weight, double[] x, boolean transposed) {
    double[] y = new double[WIDTH];
    for (int out = 0; out < WIDTH; out++) {
      for (int in = 0; in < WIDTH; in++) {
        y[transposed ? in : out] += weight[out * WIDTH + in] * x[transposed ? out : in];
      }
    }
    return y;
  }

  private static double meanSquare(double[] x) {
    double sum = 0;
    for (double value : x) {
      sum += value * value;
    }
    return sum / x.length;
  }

  @Test
  void layersWithOutputsOfZeroBeginAsTheIdentity() {
    ModelConfig config = ModelConfig.gpt2(50, 8, 16, 3, 2);
    try (Kernel kernel = new ScalarKernel();
        ParameterSet parameters = ParameterSet.initialized(new ParameterTable(config, InitializationScheme.ZERO_OUTPUT), 1);
        Network network = new Network(kernel, parameters, WeightUse.TRAINING);
        Activations activations = Activations.allocate(config, 2, 8, true, kernel.operandType())) {
      for (int i = 0; i < 16; i++) {
        activations.inputs().setInt(i, i * 7 % 50);
      }
      new Transformer(kernel, network, activations).forward(DropoutSites.NONE);
      float[] embedded = activations.layers().getFirst().in().toFloats();
      assertTrue(embedded[0] != 0);
      assertArrayEquals(embedded, activations.layers().getLast().out().toFloats());
    }
  }
}
