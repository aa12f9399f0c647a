package dev.minnow.kernel.vector;

import dev.minnow.kernel.WeightSet;
import dev.minnow.kernel.WeightUse;
import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.pool.WorkerPool;
import dev.minnow.kernel.weight.NarrowWeights;
import java.util.Arrays;
import java.util.List;

/**
 * Run in a process of its own, with other JVM flags than the test's: checks the matrix multiplies and prints the vector width and a hash
 * of all results. Its argument says how often to repeat each, so that it is compiled.
 */
public final class MatmulProcess {
  /**
   * Rows below and above the limit of the narrow path; remainders of tiles of every width; more than one block of depth, in whole tiles
   * and parts.
   */
  private static final int[][] SHAPES = {{1, 37, 19}, {3, 70, 33}, {17, 20, 33}, {26, 24, 40}, {17, 520, 3}, {13, 520, 33}};

  private MatmulProcess() {}

  public static void main(String[] arguments) {
    int rounds = Integer.parseInt(arguments[0]);
    int hash = 1;
    try (WorkerPool pool = new WorkerPool(2)) {
      VectorMatmul matmul = new VectorMatmul(pool);
      for (int[] shape : SHAPES) {
        try (MatmulChecks checks = new MatmulChecks(shape[0], shape[1], shape[2])) {
          checks.check(matmul);
          for (int round = 0; round < rounds; round++) {
            checks.run(matmul);
          }
          hash = 31 * hash + Arrays.hashCode(checks.run(matmul));
          for (WeightUse use : new WeightUse[] {WeightUse.BF16, WeightUse.INT8}) {
            try (WeightSet narrow = new NarrowWeights(pool, List.of(checks.weight), use)) {
              int[] bits = {};
              for (int round = 0; round <= rounds; round++) {
                bits = checks.forward(matmul, narrow.weights().getFirst());
              }
              hash = 31 * hash + Arrays.hashCode(bits);
            }
          }
        }
      }
    }
    System.out.println(Lanes.COUNT + " lanes, hash " + hash);
  }
}
