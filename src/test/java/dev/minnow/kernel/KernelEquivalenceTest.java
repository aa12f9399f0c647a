package dev.minnow.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.minnow.kernel.scalar.ScalarKernel;
import dev.minnow.memory.Tensor;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random shapes of every operation: a fast kernel gives what the scalar one gives, within rounding, and touches nothing else.
 *
 * <p>{@code -Dminnow.shapes=10000} tries that many shapes, spread over the operations, {@code -Dminnow.seed} begins at another seed.
 */
@ParameterizedClass
@MethodSource("dev.minnow.kernel.KernelsUnderTest#fast")
class KernelEquivalenceTest {
  /** Of each operation, sums of squares included. */
  private static final int SHAPES = Math.ceilDiv(Integer.getInteger("minnow.shapes", 450), KernelCalls.all().size() + 1);

  private static final long FIRST_SEED = Long.getLong("minnow.seed", 1);

  private final Kernel scalar = new ScalarKernel();
  private final Kernel kernel;

  KernelEquivalenceTest(Kernel kernel) {
    this.kernel = kernel;
  }

  static Iterable<String> makers() {
    return KernelCalls.all().keySet();
  }

  @ParameterizedTest
  @MethodSource("makers")
  void resultsAreThoseOfTheScalarKernel(String maker) {
    Function<Operands, KernelCall> calls = KernelCalls.all().get(maker);
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SHAPES; seed++) {
      long sizes = seed;
      ScalarOracle.check(kernel, calls, () -> new RandomCallShape(new Random(sizes), Integer.MAX_VALUE), seed);
    }
  }

  @Test
  void sumsOfSquaresAreThoseOfTheScalarKernel() {
    Random random = new Random(FIRST_SEED);
    for (int shape = 0; shape < SHAPES; shape++) {
      try (Operands operands = new Operands(kernel, random.nextLong())) {
        Tensor values = operands.input("values", operands.size(20_000));
        double expected = scalar.sumOfSquares(List.of(values));
        assertEquals(expected, kernel.sumOfSquares(List.of(values)), OptimizerTest.sumTolerance(values, expected),
            values + ", " + operands);
        operands.checkIntact();
      }
    }
  }
}
