package dev.minnow.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.kernel.pool.Workspace;
import dev.minnow.kernel.pool.Workspaces;
import dev.minnow.kernel.scalar.ScalarKernel;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Slab;
import dev.minnow.memory.SlabLayout;
import dev.minnow.memory.Tensor;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What kernels say that they will hold is what they hold. */
class KernelMemoryTest {
  static Stream<Kernel> kernels() {
    return KernelsUnderTest.all();
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void formsOfWeightsTakeWhatWasSaid(Kernel kernel) {
    List<long[]> shapes = List.of(new long[] {33, 17}, new long[] {64, 96}, new long[] {1, 1}, new long[] {7, 257});
    SlabLayout layout = new SlabLayout();
    shapes.forEach(shape -> layout.add("weight", ElementType.F32, shape));
    try (kernel; Slab slab = layout.allocate()) {
      List<Tensor> matrices = List.of(slab.tensor(0), slab.tensor(1), slab.tensor(2), slab.tensor(3));
      for (WeightUse use : WeightUse.values()) {
        try (WeightSet weights = kernel.weights(matrices, use)) {
          assertEquals(weights.bytes(), kernel.weightBytes(shapes, use), kernel.name() + ", " + use);
        }
      }
      assertEquals(0, new ScalarKernel().weightBytes(shapes, WeightUse.TRAINING));
    }
  }

  @Test
  void aWorkspaceHasTheBytesOfItsArrays() {
    Workspace workspace = Workspaces.alone();
    long floats = (long) workspace.left().length + workspace.right().length + workspace.tile.length + workspace.regions.length;
    assertEquals(4 * floats + 8L * workspace.doubles.length + 4L * workspace.ints.length, Workspace.BYTES);
  }

  @ParameterizedTest
  @MethodSource("dev.minnow.kernel.KernelsUnderTest#makers")
  void scratchGrowsWithThreadsAndWithWideHeads(IntFunction<Kernel> maker) {
    AttentionShape attention = new AttentionShape(1, 64, 2, 32);
    // The queries of a block alone, 64, and its results, and their gradients, are so many floats.
    AttentionShape wide = new AttentionShape(1, 64, 2, 2048);
    long wideBytes = 3 * 64 * 2048 * Float.BYTES;
    try (Kernel one = maker.apply(1); Kernel three = maker.apply(3)) {
      long growth = three.scratchBytes(64, 256, attention) - one.scratchBytes(64, 256, attention);
      assertTrue(growth >= 2 * Workspace.BYTES, one.name() + ": " + growth);
      long wideGrowth = one.scratchBytes(64, 256, wide) - one.scratchBytes(64, 256, attention);
      assertTrue(one.operandType() != ElementType.F32 || wideGrowth >= wideBytes, one.name() + ": " + wideGrowth);
    }
  }

  @Test
  void theScalarKernelHasNoScratch() {
    assertEquals(0, new ScalarKernel().scratchBytes(64, 256, new AttentionShape(1, 64, 2, 32)));
  }
}
