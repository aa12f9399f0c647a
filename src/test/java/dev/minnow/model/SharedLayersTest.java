package dev.minnow.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.kernel.Accumulation;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.KernelChoice;
import dev.minnow.kernel.WeightUse;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Slab;
import dev.minnow.memory.SlabLayout;
import dev.minnow.memory.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Layers that share parameters, held against a model whose layers have equal parameters of their own. */
class SharedLayersTest {
  private static final int SHARED = 2;
  private static final int BATCH = 2;
  private static final DropoutSites DROPOUT = new DropoutSites(0.1f, 3);

  private static ModelConfig config(Architecture architecture) {
    ModelConfig config = switch (architecture) {
      case GPT2 -> ModelConfig.gpt2(50, 12, 32, 4, 2);
      case LLAMA -> ModelConfig.llama(50, 12, 32, 4, 4, 2);
    };
    return config.withSharedLayers(SHARED);
  }

  /** The name in the table of shared parameters of what a layer of its own has under this name. */
  private static String sharedName(String name) {
    return name.replace(".1.", ".0.").replace(".3.", ".2.");
  }

  private static ParameterSet random(ParameterTable table) {
    ParameterSet set = ParameterSet.initialized(table, 5);
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(6);
    for (Tensor tensor : set.byName().values()) {
      for (long i = 0; i < tensor.elementCount(); i++) {
        tensor.setFloat(i, tensor.getFloat(i) + 0.2f * (float) random.nextGaussian());
      }
    }
    return set;
  }

  private static ParameterSet writtenOut(ParameterSet shared) {
    ParameterSet own = ParameterSet.zeros(new ParameterTable(shared.table().config().withSharedLayers(1)));
    Map<String, Tensor> from = shared.byName();
    own.byName().forEach((name, tensor) -> tensor.copyFrom(from.get(sharedName(name))));
    return own;
  }

  /** The loss after setting gradients, over whatever was there, and adding those of a second pass. */
  private static double train(Kernel kernel, ParameterSet parameters, ParameterSet gradients) {
    ModelConfig config = parameters.table().config();
    gradients.byName().values().forEach(tensor -> new Initialization.Constant(7).fill(tensor, RandomGenerator.getDefault()));
    try (Network network = new Network(kernel, parameters, WeightUse.TRAINING);
        Activations activations = Activations.allocate(config, BATCH, config.contextLength(), true, kernel.operandType())) {
      for (int i = 0; i < BATCH * config.contextLength(); i++) {
        activations.inputs().setInt(i, i * 31 % 50);
        activations.targets().setInt(i, (i * 17 + 5) % 50);
      }
      Transformer transformer = new Transformer(kernel, network, activations);
      Transformer.GradientSink sink = transformer.gradientsInto(gradients);
      double loss = 0;
      for (Accumulation accumulation : List.of(Accumulation.SET, Accumulation.ADD)) {
        transformer.forward(DROPOUT);
        loss += transformer.backward(sink, DROPOUT, 1, accumulation);
      }
      return loss;
    }
  }

  @ParameterizedTest
  @CsvSource({"SCALAR, GPT2", "SCALAR, LLAMA", "VECTOR, GPT2", "VECTOR, LLAMA", "AUTO, GPT2", "AUTO, LLAMA"})
  void theGradientIsTheSumOverTheLayersThatShare(KernelChoice choice, Architecture architecture) {
    try (Kernel kernel = choice.open(WeightUse.TRAINING, 2);
        ParameterSet shared = random(new ParameterTable(config(architecture)));
        ParameterSet own = writtenOut(shared);
        ParameterSet sharedGradients = ParameterSet.zeros(shared.table());
        ParameterSet ownGradients = ParameterSet.zeros(own.table())) {
      assertEquals(train(kernel, own, ownGradients), train(kernel, shared, sharedGradients));
      sharedGradients.byName().forEach((name, actual) -> {
        double[] expected = new double[(int) actual.elementCount()];
        ownGradients.byName().forEach((ownName, tensor) -> {
          for (int i = 0; i < expected.length && sharedName(ownName).equals(name); i++) {
            expected[i] += tensor.getFloat(i);
          }
        });
        double norm = 0;
        for (double element : expected) {
          norm = Math.max(norm, Math.abs(element));
        }
        for (int i = 0; i < expected.length; i++) {
          assertEquals(expected[i], actual.getFloat(i), 1e-5 * norm + 1e-7, name + " element " + i);
        }
      });
    }
  }

  private static float[] logits(Kernel kernel, ParameterSet parameters) {
    ModelConfig config = parameters.table().config();
    SlabLayout layout = new SlabLayout();
    for (int i = 0; i < 2 * config.layerCount(); i++) {
      layout.add("cache", ElementType.F32, config.keyValueHeadCount(), config.contextLength(), config.headWidth());
    }
    try (Network network = new Network(kernel, parameters, WeightUse.FP32);
        Slab cache = layout.allocate();
        Decoder decoder = new Decoder(kernel, network)) {
      List<Tensor> keys = new ArrayList<>();
      List<Tensor> values = new ArrayList<>();
      for (int layer = 0; layer < config.layerCount(); layer++) {
        keys.add(cache.tensor(2 * layer));
        values.add(cache.tensor(2 * layer + 1));
      }
      int[] tokens = {1, 4, 9, 16, 25, 36};
      decoder.forward(tokens, 0, 5, 0, keys, values);
      decoder.forward(tokens, 5, 1, 5, keys, values);
      return decoder.logits(0).toFloats();
    }
  }

  @ParameterizedTest
  @CsvSource({"VECTOR, GPT2", "VECTOR, LLAMA"})
  void eachLayerHasKeysAndValuesOfItsOwnWhileGenerating(KernelChoice choice, Architecture architecture) {
    try (Kernel kernel = choice.open(WeightUse.FP32, 1);
        ParameterSet shared = random(new ParameterTable(config(architecture)));
        ParameterSet own = writtenOut(shared)) {
      assertArrayEquals(logits(kernel, own), logits(kernel, shared));
    }
  }

  @Test
  void sharedParametersCountOnceAndTheirProductsInEveryLayer() {
    for (Architecture architecture : Architecture.values()) {
      ModelConfig config = config(architecture);
      ParameterTable shared = new ParameterTable(config);
      ParameterTable own = new ParameterTable(config.withSharedLayers(1));
      ParameterTable half = new ParameterTable(
          architecture == Architecture.GPT2 ? ModelConfig.gpt2(50, 12, 32, 2, 2) : ModelConfig.llama(50, 12, 32, 2, 4, 2));
      assertEquals(half.elementCount(), shared.elementCount());
      assertEquals(half.layout().bytes(), shared.layout().bytes());
      assertEquals(TokenCost.flopsPerTrainedToken(own), TokenCost.flopsPerTrainedToken(shared));
      assertEquals(2, Network.matrixShapes(config).size() / 4);
      assertEquals(own.parameters().stream().map(Parameter::name).toList(), shared.uses().stream().map(ParameterTable.Use::name).toList());
    }
  }

  @ParameterizedTest
  @CsvSource({"3", "0", "8"})
  void layersThatAreNotWholeGroupsAreRefused(int layers) {
    ModelConfig config = ModelConfig.gpt2(50, 12, 32, 4, 2);
    IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> config.withSharedLayers(layers));
    assertTrue(refused.getMessage().contains("share parameters"), refused.getMessage());
  }
}
