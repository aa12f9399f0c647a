package dev.minnow.model;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.KernelChoice;
import dev.minnow.kernel.WeightUse;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Slab;
import dev.minnow.memory.SlabLayout;
import dev.minnow.memory.Tensor;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecoderTest {
  /** Two heads of 8 numbers, 5 positions. */
  private static final ModelConfig CONFIG = ModelConfig.gpt2(11, 5, 16, 1, 2);

  @ParameterizedTest
  @CsvSource({"1, 5, 16", "4, 5, 4", "2, 5, 4"})
  void aCacheOfOtherHeadsIsRefused(int heads, int positions, int headWidth) {
    SlabLayout layout = new SlabLayout();
    layout.add("other", ElementType.F32, heads, positions, headWidth);
    layout.add("right", ElementType.F32, 2, 5, 8);
    try (Kernel kernel = KernelChoice.SCALAR.open(WeightUse.FP32, 1);
        ParameterSet parameters = ParameterSet.initialized(new ParameterTable(CONFIG), 1);
        Network network = new Network(kernel, parameters, WeightUse.FP32);
        Decoder decoder = new Decoder(kernel, network);
        Slab slab = layout.allocate()) {
      List<Tensor> other = List.of(slab.tensor(0));
      List<Tensor> right = List.of(slab.tensor(1));
      for (List<List<Tensor>> caches : List.of(List.of(other, right), List.of(right, other))) {
        IllegalArgumentException thrown = assertThrows(
            IllegalArgumentException.class, () -> decoder.forward(new int[] {3}, 0, 1, 0, caches.get(0), caches.get(1)));
        assertTrue(thrown.getMessage().startsWith("A cache of 2 heads, 8 wide, is expected"), thrown.getMessage());
      }
    }
  }
}
