package dev.minnow.kernel;

import static dev.minnow.kernel.Cells.assertWithin;
import static dev.minnow.kernel.Cells.doubles;

import dev.minnow.kernel.scalar.ScalarKernel;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/** Holds another kernel against the scalar one. */
final class ScalarOracle {
  private static final Kernel SCALAR = new ScalarKernel();

  private ScalarOracle() {}

  /**
   * Fails unless a call gives what the scalar kernel gives, within rounding, and touches nothing else.
   *
   * @param maker of the call
   * @param shapes gives the same shape each time
   * @param seed of the numbers
   */
  static void check(Kernel kernel, Function<Operands, KernelCall> maker, Supplier<CallShape> shapes, long seed) {
    try (Operands operands = new Operands(kernel, kernel, seed, shapes.get());
        Operands same = new Operands(SCALAR, kernel, seed, shapes.get())) {
      KernelCall call = maker.apply(operands);
      KernelCall expected = maker.apply(same);
      Map<String, double[]> tolerances = call.tolerances();
      call.run(kernel);
      expected.run(SCALAR);
      tolerances.forEach((name, cells) -> assertWithin(cells, doubles(expected.tensor(name)), call.tensor(name),
          name + " of " + call + ", " + operands));
      operands.checkIntact();
    }
  }
}
