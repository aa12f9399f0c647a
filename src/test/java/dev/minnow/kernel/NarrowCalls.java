package dev.minnow.kernel;

import dev.minnow.memory.Tensor;

/** Random calls with weights that are kept in fewer bits. */
final class NarrowCalls {
  /** Of the largest weight of a group, in bytes. */
  private static final double HALF_STEP = 0.5 / 127;

  private NarrowCalls() {}

  /** One row, as decoding multiplies it. */
  static KernelCall linear(Operands o, WeightUse use) {
    Tensor in = o.input("in", 1, o.size(600));
    Tensor weight = o.input("weight", o.size(300), in.dimension(1));
    return new KernelCall("linear", (kernel, a) -> kernel.linear(a.get("out"), a.get("in"), a.weight("weight", use), null))
        .writes("out", o.output("out", 1, weight.dimension(0)), () -> tolerances(in, weight))
        .reads("in", in)
        .reads("weight", weight);
  }

  /** Of sums of products of weights that rounding may have made larger, by half a step of their row's largest. */
  private static double[] tolerances(Tensor in, Tensor weight) {
    double[] tolerances = Tolerances.linear(in, weight, null);
    int c = (int) in.dimension(1);
    for (int row = 0; row < tolerances.length; row++) {
      double largest = 0;
      double inputs = 0;
      for (int i = 0; i < c; i++) {
        largest = Math.max(largest, Math.abs(weight.getFloat((long) row * c + i)));
        inputs += Math.abs(in.getFloat(i));
      }
      tolerances[row] += (c + 2) * Tolerances.UNIT * HALF_STEP * largest * inputs;
    }
    return tolerances;
  }
}
