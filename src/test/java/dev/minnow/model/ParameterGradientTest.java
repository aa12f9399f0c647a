package dev.minnow.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.minnow.kernel.Accumulation;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.KernelChoice;
import dev.minnow.kernel.WeightUse;
import dev.minnow.memory.Tensor;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The gradient of every parameter of whole models, of all pieces, against how the loss changes where the parameter is moved. */
class ParameterGradientTest {
  private static final int BATCH = 2;

  /** Of what a parameter is moved by. The loss, some 4 nats computed in floats, is right to about 1e-6. */
  private static final float STEP = 1e-3f;

  static List<ModelConfig> models() {
    ModelConfig gpt2 = ModelConfig.gpt2(31, 7, 12, 2, 3);
    ModelConfig llama = ModelConfig.llama(31, 7, 16, 2, 4, 2).withTiedHead(false);
    return List.of(gpt2, llama, gpt2.withActivation(ModelConfig.Activation.RELU2), gpt2.withSharedLayers(2), llama.withSharedLayers(2));
  }

  @ParameterizedTest
  @MethodSource("models")
  void theLossChangesAsTheGradientSays(ModelConfig config) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(11);
    try (Kernel kernel = KernelChoice.SCALAR.open(WeightUse.TRAINING, 1);
        ParameterSet parameters = ParameterSet.initialized(new ParameterTable(config), 5);
        ParameterSet gradients = ParameterSet.zeros(parameters.table());
        Network network = new Network(kernel, parameters, WeightUse.TRAINING);
        Activations activations = Activations.allocate(config, BATCH, config.contextLength(), true, kernel.operandType())) {
      for (Tensor tensor : parameters.byName().values()) {
        move(tensor, normal(tensor, random), 0.3f);
      }
      for (int i = 0; i < BATCH * config.contextLength(); i++) {
        activations.inputs().setInt(i, i * 31 % config.vocabularySize());
        activations.targets().setInt(i, (i * 17 + 5) % config.vocabularySize());
      }
      Transformer transformer = new Transformer(kernel, network, activations);
      transformer.forward(DropoutSites.NONE);
      float scale = 1f / (BATCH * config.contextLength());
      transformer.backward(transformer.gradientsInto(gradients), DropoutSites.NONE, scale, Accumulation.SET);
      parameters.byName().forEach((name, tensor) -> {
        float[] gradient = gradients.byName().get(name).toFloats();
        // Towards the gradient, so that the change is far from zero, and some way aside.
        float[] direction = normal(tensor, random);
        double length = Math.sqrt(dot(gradient, gradient) / gradient.length) + 1e-9;
        for (int i = 0; i < direction.length; i++) {
          direction[i] = (float) (0.5 * direction[i] + gradient[i] / length);
        }
        DoubleUnaryOperator loss = step -> lossAt(transformer, network, tensor, direction, (float) step);
        double near = loss.applyAsDouble(STEP) - loss.applyAsDouble(-STEP);
        double far = loss.applyAsDouble(2 * STEP) - loss.applyAsDouble(-2 * STEP);
        double expected = (8 * near - far) / (12 * STEP);
        assertEquals(expected, dot(gradient, direction), 5e-3 * Math.abs(expected) + 2e-3, name);
      });
    }
  }

  private static double lossAt(Transformer transformer, Network network, Tensor tensor, float[] direction, float step) {
    float[] before = tensor.toFloats();
    move(tensor, direction, step);
    network.refresh();
    transformer.forward(DropoutSites.NONE);
    double loss = transformer.loss();
    for (int i = 0; i < before.length; i++) {
      tensor.setFloat(i, before[i]);
    }
    return loss;
  }

  private static void move(Tensor tensor, float[] direction, float step) {
    for (int i = 0; i < direction.length; i++) {
      tensor.setFloat(i, tensor.getFloat(i) + step * direction[i]);
    }
  }

  private static float[] normal(Tensor tensor, RandomGenerator random) {
    float[] values = new float[(int) tensor.elementCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
