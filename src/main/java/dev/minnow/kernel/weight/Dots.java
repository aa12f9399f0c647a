package dev.minnow.kernel.weight;

import dev.minnow.kernel.code.Assembler;
import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.lane.VectorCode;
import dev.minnow.kernel.pool.CodeScratch;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;

/** {@link DotProgram} as functions that Java calls, where the system takes machine code and vectors have its width. */
final class Dots {
  /** By the form of the weights; empty where there is no machine code. */
  private static final List<MethodHandle> FUNCTIONS =
      VectorCode.functions(
          Arrays.stream(DotProgram.Form.values())
              .<ToIntFunction<Assembler>>map(form -> assembler -> new DotProgram(assembler, form).function())
              .toList(),
          (code, entry) -> code.function(entry));

  private Dots() {}

  /** Whether {@link #multiply} can take these rows; the alternative gives the same bits. */
  static boolean take(WeightRows weight) {
    return !FUNCTIONS.isEmpty() && weight.paddedColumns() % Lanes.COUNT == 0;
  }

  private static int form(WeightRows weight) {
    return switch (weight) {
      case FloatWeightRows floats -> DotProgram.Form.FLOATS.ordinal();
      case BfloatWeightRows bfloats -> DotProgram.Form.BFLOATS.ordinal();
      case ByteWeightRows bytes -> DotProgram.Form.BYTES.ordinal();
    };
  }

  /**
   * Stores the dot products of {@code values} with so many groups of rows from {@code row} on.
   *
   * @param ahead row from which on as many are fetched ahead
   */
  static void multiply(WeightRows weight, long values, int row, int groups, int ahead, long out, CodeScratch scratch) {
    scratch.put(DotProgram.Argument.VALUES, values);
    scratch.put(DotProgram.Argument.WEIGHTS, weight.address() + row * weight.rowBytes());
    scratch.put(DotProgram.Argument.ROW_BYTES, weight.rowBytes());
    scratch.put(DotProgram.Argument.GROUPS, groups);
    scratch.put(DotProgram.Argument.OUT, out);
    scratch.put(DotProgram.Argument.WEIGHTS_AHEAD, weight.address() + ahead * weight.rowBytes());
    if (weight instanceof ByteWeightRows bytes) {
      scratch.put(DotProgram.Argument.STEPS, bytes.groups());
      scratch.put(DotProgram.Argument.SCALES, bytes.scale(row));
      scratch.put(DotProgram.Argument.SCALE_STRIDE, bytes.groups() * Float.BYTES);
      scratch.put(DotProgram.Argument.SCALES_AHEAD, bytes.scale(ahead));
    } else {
      scratch.put(DotProgram.Argument.STEPS, weight.paddedColumns() / Lanes.COUNT);
    }
    scratch.call(FUNCTIONS.get(form(weight)));
  }
}
