package dev.minnow.kernel.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.minnow.kernel.Accumulation;
import dev.minnow.kernel.JavaProcess;
import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.pool.WorkerPool;
import dev.minnow.kernel.row.Epilogue;
import dev.minnow.memory.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class VectorMatmulTest {
  /** Makes every method compile after a hundredth of the usual number of calls. */
  private static final String EAGER = "-XX:CompileThresholdScaling=0.01";

  private static final String NO_MACHINE_CODE = "-Dminnow.machineCode=false";

  static IntStream remainders() {
    return IntStream.rangeClosed(1, 33);
  }

  @ParameterizedTest
  @MethodSource("remainders")
  void everyRemainderOfTilesIsRight(int size) {
    try (WorkerPool pool = new WorkerPool(2)) {
      VectorMatmul matmul = new VectorMatmul(pool);
      for (int[] shape : new int[][] {{size, 21, 35}, {25, size, 40}, {26, 17, size}, {size, size, size}}) {
        try (MatmulChecks checks = new MatmulChecks(shape[0], shape[1], shape[2])) {
          checks.check(matmul);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1030, 130", "16, 97, 259", "40, 1030, 64", "33, 64, 1030", "1030, 33, 40", "300, 129, 600"})
  void severalBlocksOfDepthRowsAndColumnsAreRight(int n, int c, int k) {
    try (WorkerPool pool = new WorkerPool(3);
        MatmulChecks checks = new MatmulChecks(n, c, k)) {
      checks.check(new VectorMatmul(pool));
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 70, 900", "5, 768, 100", "29, 65, 47", "300, 129, 600", "700, 530, 65", "128, 200, 1100"})
  void resultsAreTheSameBytesWithAnyNumberOfThreads(int n, int c, int k) {
    try (MatmulChecks checks = new MatmulChecks(n, c, k)) {
      int[] expected = runWith(1, checks);
      for (int threads = 2; threads <= 4; threads++) {
        assertArrayEquals(expected, runWith(threads, checks), threads + " threads");
      }
    }
  }

  private static int[] runWith(int threads, MatmulChecks checks) {
    try (WorkerPool pool = new WorkerPool(threads)) {
      return checks.run(new VectorMatmul(pool));
    }
  }

  @Test
  void aRowIsTheSameBytesInAFullTileAndInARemainder() {
    try (WorkerPool pool = new WorkerPool(1);
        MatmulChecks checks = new MatmulChecks(48, 700, 64)) {
      VectorMatmul matmul = new VectorMatmul(pool);
      checks.run(matmul);
      float[] whole = checks.out.rows(0, 41).toFloats();
      float[] wholeGradient = checks.din.rows(0, 41).toFloats();
      matmul.linear(checks.out.rows(0, 41), checks.in.rows(0, 41), MatmulChecks.weight(checks.weight), checks.bias, Epilogue.NONE);
      matmul.linearInputGradient(checks.din.rows(0, 41), checks.dout.rows(0, 41), checks.weight, Epilogue.NONE);
      assertArrayEquals(whole, checks.out.rows(0, 41).toFloats());
      assertArrayEquals(wholeGradient, checks.din.rows(0, 41).toFloats());
    }
  }

  @ParameterizedTest
  @CsvSource({"2", "13", "29"})
  void whatIsNotANumberReachesExactlyTheOutputsThatUseIt(int n) {
    try (WorkerPool pool = new WorkerPool(2);
        MatmulChecks checks = new MatmulChecks(n, 50, 45)) {
      VectorMatmul matmul = new VectorMatmul(pool);
      int row = n - 1;
      checks.in.setFloat(row * 50L + 49, Float.NaN);
      checks.dout.setFloat(row * 45L + 44, Float.NaN);
      matmul.linear(checks.out, checks.in, MatmulChecks.weight(checks.weight), checks.bias, Epilogue.NONE);
      matmul.linearInputGradient(checks.din, checks.dout, checks.weight, Epilogue.NONE);
      matmul.linearWeightGradient(checks.dweight, checks.dbias, checks.dout, checks.in, Accumulation.ADD);
      assertNaN(checks.out, (r, c) -> r == row);
      assertNaN(checks.din, (r, c) -> r == row);
      assertNaN(checks.dweight, (r, c) -> r == 44 || c == 49);
      assertNaN(checks.dbias.reshape(45, 1), (r, c) -> r == 44);
    }
  }

  private interface Cell {
    boolean isNaN(int row, int column);
  }

  private static void assertNaN(Tensor matrix, Cell expected) {
    int columns = (int) matrix.dimension(1);
    for (int i = 0; i < matrix.elementCount(); i++) {
      int row = i / columns;
      int column = i % columns;
      assertEquals(expected.isNaN(row, column), Float.isNaN(matrix.getFloat(i)), "(" + row + ", " + column + ")");
    }
  }

  @Test
  void resultsAreTheSameBytesInterpretedAndCompiledAtEveryVectorWidth(@TempDir Path folder) throws Exception {
    // Two processes beside each other: the interpreter takes ten seconds, on one processor for the most part.
    try (ExecutorService processes = Executors.newFixedThreadPool(2)) {
      List<WidthResults> results = new ArrayList<>();
      for (int bits : new int[] {128, 256, 512}) {
        String width = "-Dminnow.vectorBits=" + bits;
        results.add(
            new WidthResults(
                bits,
                processes.submit(() -> runProcess(folder, List.of(width, "-Xint"), 0)),
                processes.submit(() -> runProcess(folder, List.of(width), 300)),
                processes.submit(() -> runProcess(folder, List.of(width, NO_MACHINE_CODE), 300))));
      }
      for (WidthResults result : results) {
        String interpreted = result.interpreted.get();
        assertTrue(interpreted.startsWith(result.bits / 32 + " lanes, "), interpreted);
        assertEquals(interpreted, result.compiled.get(), result.bits + " bits");
        assertEquals(interpreted, result.withoutMachineCode.get(), result.bits + " bits without machine code");
      }
    }
  }

  /** What processes with vectors of so many bits print. */
  private record WidthResults(int bits, Future<String> interpreted, Future<String> compiled, Future<String> withoutMachineCode) {}

  /** What it skips at tier 3 may stay in tier 2, a hundred times slower, for the life of a process. */
  @ParameterizedTest
  @ValueSource(ints = {256, 512})
  void theFirstCompilerCanCompileEveryKernel(int bits, @TempDir Path folder) throws Exception {
    assumeTrue(bits <= Lanes.FLOATS.vectorBitSize(), "vectors here are narrower");
    String width = "-Dminnow.vectorBits=" + bits;
    String log =
        runProcess(folder, List.of(width, NO_MACHINE_CODE, EAGER, "-XX:TieredStopAtLevel=3", "-XX:+PrintCompilation", "-Xbatch"), 4);
    String tile = bits == 512 ? "Tile12" : "Tile4";
    List<String> loops = List.of(
        "product." + tile + "::rows",
        "product." + tile + "::columns",
        "product.Transpose::outer",
        "weight.FloatWeightRows::sumGroup",
        "weight.BfloatWeightRows::sumGroup",
        "weight.ByteWeightRows::sumGroup");
    for (String loop : loops) {
      assertTrue(log.contains("dev.minnow.kernel." + loop + " "), loop + " was not compiled: " + log);
    }
    assertFalse(log.lines().anyMatch(line -> line.contains("dev.minnow") && line.contains("COMPILE SKIPPED")), log);
  }

  /** The standard output of {@link MatmulProcess} in another JVM. */
  private static String runProcess(Path folder, List<String> flags, int rounds) throws IOException, InterruptedException {
    return JavaProcess.run(folder, flags, MatmulProcess.class, String.valueOf(rounds));
  }
}
