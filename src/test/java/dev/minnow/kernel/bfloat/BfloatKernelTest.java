package dev.minnow.kernel.bfloat;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.minnow.kernel.Accumulation;
import dev.minnow.kernel.AttentionShape;
import dev.minnow.kernel.Dropout;
import dev.minnow.kernel.KernelsUnderTest;
import dev.minnow.kernel.block.MatrixUnit;
import dev.minnow.kernel.pool.Workspace;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Slab;
import dev.minnow.memory.SlabLayout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What units are asked before they multiply, and that the scratch of their kernels is what they say. */
class BfloatKernelTest {
  @ParameterizedTest
  @EnumSource
  void unitsPassTheirSelfTest(MatrixUnit unit) {
    String obstacle = KernelsUnderTest.obstacle(unit);
    assumeTrue(obstacle == null, () -> "The " + unit.kernelName + " kernel is not tested: " + obstacle + ".");
    assertNull(BfloatSelfTest.failure(unit));
  }

  @ParameterizedTest
  @EnumSource
  void bfloatsTakeTheScratchThatWasSaid(MatrixUnit unit) {
    assumeTrue(KernelsUnderTest.obstacle(unit) == null, () -> "no " + unit + " here");
    AttentionShape shape = new AttentionShape(1, 512, 1, 64);
    SlabLayout layout = new SlabLayout();
    layout.add("dqueryKeyValue", ElementType.BF16_BLOCKS, 512, 192);
    layout.add("dout", ElementType.BF16_BLOCKS, 512, 64);
    layout.add("out", ElementType.BF16_BLOCKS, 512, 64);
    layout.add("logSumExp", ElementType.F32, 1, 1, 512);
    layout.add("queryKeyValue", ElementType.BF16_BLOCKS, 512, 192);
    layout.add("dweight", ElementType.F32, 192, 64);
    try (BfloatKernel kernel = new BfloatKernel(unit, 1); Slab slab = layout.allocate()) {
      kernel.attentionBackward(
          slab.tensor(0), slab.tensor(1), slab.tensor(2), slab.tensor(3), slab.tensor(4), shape, Dropout.NONE);
      kernel.linearWeightGradient(slab.tensor(5), null, slab.tensor(0), slab.tensor(1), Accumulation.SET);
      long[] held = new long[1];
      kernel.pool.run(1, (slice, workspace) -> held[0] = workspace.code().bytes());
      long said = kernel.scratchBytes(512, 64, shape) - Workspace.BYTES - WeightGradient.sharedBytes(512, 64);
      assertTrue(Math.abs(held[0] - said) < 0.02 * said, held[0] + " held, " + said + " said");
    }
  }
}
