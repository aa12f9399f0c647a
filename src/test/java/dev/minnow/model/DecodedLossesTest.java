package dev.minnow.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.KernelChoice;
import dev.minnow.kernel.WeightUse;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Slab;
import dev.minnow.memory.SlabLayout;
import dev.minnow.memory.Tensor;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Models of all pieces lose while generating, with the caches, what they lose over a whole window. */
class DecodedLossesTest {
  private static final int CONTEXT = 20;

  static List<ModelConfig> models() {
    ModelConfig gpt2 = ModelConfig.gpt2(40, CONTEXT, 24, 2, 3);
    ModelConfig llama = ModelConfig.llama(40, CONTEXT, 32, 2, 4, 2);
    return List.of(
        gpt2.withActivation(ModelConfig.Activation.RELU2), gpt2.withQueryKeyNorm(true), llama.withQueryKeyNorm(true),
        llama.withQueryKeyNorm(true).withSharedLayers(2));
  }

  private static float[] ofWindow(Kernel kernel, Network network, int[] tokens) {
    try (Activations activations = Activations.allocate(network.config(), 1, CONTEXT, false, kernel.operandType())) {
      for (int i = 0; i < CONTEXT; i++) {
        activations.inputs().setInt(i, tokens[i]);
        activations.targets().setInt(i, tokens[i + 1]);
      }
      Transformer transformer = new Transformer(kernel, network, activations);
      transformer.forward(DropoutSites.NONE);
      transformer.loss();
      return activations.losses().toFloats();
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void lossesAreThoseOfTheWholeWindow(ModelConfig config) {
    int[] tokens = IntStream.rangeClosed(0, CONTEXT).map(i -> i * 37 % 40).toArray();
    SlabLayout layout = new SlabLayout();
    for (int i = 0; i < 2 * config.layerCount(); i++) {
      layout.add("cache", ElementType.F32, config.keyValueHeadCount(), CONTEXT, config.headWidth());
    }
    try (Kernel kernel = KernelChoice.VECTOR.open(WeightUse.FP32, 1);
        ParameterSet parameters = ParameterSet.initialized(new ParameterTable(config), 2);
        Network network = new Network(kernel, parameters, WeightUse.FP32);
        Decoder decoder = new Decoder(kernel, network);
        Slab cache = layout.allocate()) {
      List<Tensor> keys = List.of(cache.tensor(0), cache.tensor(1));
      List<Tensor> values = List.of(cache.tensor(2), cache.tensor(3));
      float[] expected = ofWindow(kernel, network, tokens);
      int done = 0;
      for (int count : new int[] {3, 1, 1, 14, 1}) {
        decoder.forward(tokens, done, count, done, keys, values);
        int[] targets = new int[count];
        System.arraycopy(tokens, done + 1, targets, 0, count);
        float[] losses = decoder.losses(0, targets);
        for (int i = 0; i < count; i++) {
          assertEquals(expected[done + i], losses[i], 1e-4, "position " + (done + i));
        }
        float last = decoder.losses(count - 1, targets[count - 1])[0];
        assertEquals(losses[count - 1], last, 1e-5, "the last row alone");
        done += count;
      }
    }
  }
}
