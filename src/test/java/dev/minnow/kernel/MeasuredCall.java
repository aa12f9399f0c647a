package dev.minnow.kernel;

import java.util.Objects;
import java.util.function.Function;

/**
 * A call for benchmarks.
 *
 * @param operation its name in {@link KernelCalls}
 * @param work of one call, in the unit of the benchmark's rate
 * @param sizes in the order in which the call asks for them
 * @param checkedSizes of the call that is compared with the scalar kernel's
 */
record MeasuredCall(String operation, double work, int[] sizes, int[] checkedSizes) {
  Function<Operands, KernelCall> maker() {
    return Objects.requireNonNull(KernelCalls.all().get(operation), operation);
  }

  CallShape shape() {
    return new GivenCallShape(sizes);
  }

  CallShape checkedShape() {
    return new GivenCallShape(checkedSizes);
  }

  /** Sizes, for arguments of a constructor. */
  static int[] sizes(int... sizes) {
    return sizes;
  }
}
