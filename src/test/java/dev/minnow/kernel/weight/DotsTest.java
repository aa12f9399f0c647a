package dev.minnow.kernel.weight;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.minnow.kernel.Operands;
import dev.minnow.kernel.WeightSet;
import dev.minnow.kernel.WeightUse;
import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.pool.WorkerPool;
import dev.minnow.kernel.pool.Workspace;
import dev.minnow.kernel.scalar.ScalarKernel;
import dev.minnow.memory.Tensor;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Dot products in machine code against the loops of {@link WeightRows}, bit for bit. */
class DotsTest {
  private final WorkerPool pool = new WorkerPool(1);

  @AfterEach
  void close() {
    pool.close();
  }

  @ParameterizedTest
  @CsvSource({"FP32, 8, 16", "FP32, 24, 48", "FP32, 40, 784", "BF16, 8, 1", "BF16, 16, 33", "BF16, 40, 768", "INT8, 8, 1", "INT8, 16, 65",
      "INT8, 40, 768"})
  void sumsAreTheSameBits(WeightUse use, int rows, int columns) {
    try (Operands operands = new Operands(new ScalarKernel(), rows * 1000L + columns)) {
      Tensor weight = operands.input("weight", rows, columns);
      try (WeightSet set = WeightRows.weights(pool, List.of(weight), use)) {
        WeightRows form = NarrowWeights.rowsOf(set.weights().getFirst());
        assumeTrue(Dots.take(form), "there is no machine code for dot products here");
        Tensor values = operands.input("values", form.paddedColumns());
        Tensor out = operands.output("out", rows);
        pool.run(1,
            (task, workspace) -> Dots.multiply(form, values.address(), 0, rows / WeightRows.GROUP, 0, out.address(), workspace.code()));
        float[] sums = new float[Workspace.ALIGNED + WeightRows.GROUP * Lanes.COUNT];
        for (int row = 0; row < rows; row++) {
          if (row % WeightRows.GROUP == 0) {
            form.sumGroup(sums, values.address(), row);
          }
          float expected = Lanes.sum(sums, Workspace.ALIGNED + row % WeightRows.GROUP * Lanes.COUNT);
          assertEquals(expected, out.getFloat(row), "row " + row);
        }
        operands.checkIntact();
      }
    }
  }

  @Test
  void rowsThatDoNotFillVectorsAreLeftToTheLoops() {
    assertEquals(false, Dots.take(new FloatWeightRows(0, 17)));
  }
}
