package dev.minnow.kernel.meter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.kernel.ActivationFunction;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.WeightSet;
import dev.minnow.kernel.WeightUse;
import dev.minnow.kernel.scalar.ScalarKernel;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Slab;
import dev.minnow.memory.SlabLayout;
import dev.minnow.memory.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class MeteredKernelTest {
  /** Calls two operations, the first of them twice. */
  private static void call(Kernel kernel, Slab slab) {
    Tensor in = slab.tensor(0);
    try (WeightSet weights = kernel.weights(List.of(slab.tensor(1)), WeightUse.TRAINING)) {
      kernel.linear(slab.tensor(2), in, weights.weights().getFirst(), null);
      kernel.linear(slab.tensor(2), in, weights.weights().getFirst(), null);
      kernel.activate(slab.tensor(3), in, ActivationFunction.GELU);
    }
  }

  private static Slab slab() {
    SlabLayout layout = new SlabLayout();
    layout.add("in", ElementType.F32, 3, 5);
    layout.add("weight", ElementType.F32, 7, 5);
    layout.add("out", ElementType.F32, 3, 7);
    layout.add("activated", ElementType.F32, 3, 5);
    Slab slab = layout.allocate();
    for (int i = 0; i < 15; i++) {
      slab.tensor(0).setFloat(i, i);
      slab.tensor(1).setFloat(i, 1 - i);
    }
    return slab;
  }

  @Test
  void countsCallsAndOperationsAndLeavesResultsAsTheyAre() {
    try (MeteredKernel kernel = new MeteredKernel(new ScalarKernel()); Slab slab = slab(); Slab expected = slab()) {
      call(kernel, slab);
      call(new ScalarKernel(), expected);
      for (int i = 0; i < 21; i++) {
        assertEquals(expected.tensor(2).getFloat(i), slab.tensor(2).getFloat(i), "element " + i);
      }
      List<MeteredKernel.Phase> phases = kernel.phases();
      assertEquals(2, phases.size(), phases.toString());
      MeteredKernel.Phase linear = phases.stream().filter(phase -> phase.operation().startsWith("linear")).findFirst().orElseThrow();
      assertEquals("linear 3 x 5 x 7", linear.operation());
      assertEquals(2, linear.calls());
      assertEquals(2 * 2.0 * 3 * 5 * 7, linear.operations());
      assertTrue(linear.seconds() > 0, linear.toString());
      assertTrue(phases.getFirst().seconds() >= phases.getLast().seconds(), phases.toString());
    }
  }

  @Test
  void countsNothingWhilePausedAndForgetsOnReset() {
    try (MeteredKernel kernel = new MeteredKernel(new ScalarKernel()); Slab slab = slab()) {
      kernel.pause();
      call(kernel, slab);
      assertEquals(List.of(), kernel.phases());
      kernel.resume();
      call(kernel, slab);
      assertEquals(2, kernel.phases().size());
      kernel.reset();
      assertEquals(List.of(), kernel.phases());
    }
  }
}
