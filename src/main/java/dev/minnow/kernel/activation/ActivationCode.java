package dev.minnow.kernel.activation;

import dev.minnow.kernel.ActivationFunction;
import dev.minnow.kernel.code.Assembler;
import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.lane.NumberForm;
import dev.minnow.kernel.lane.VectorCode;
import dev.minnow.kernel.pool.CodeScratch;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/** {@link ActivationProgram} of floats as functions that Java calls, where the system takes machine code and vectors have its width. */
final class ActivationCode {
  /** Each function and its gradient; empty where there is no machine code. */
  private static final List<MethodHandle> FUNCTIONS =
      VectorCode.functions(
          Arrays.stream(ActivationFunction.values()).flatMap(ActivationCode::programs).toList(), (code, entry) -> code.function(entry));

  /** Numbers that a function takes at a time: two vectors. */
  static final int AT_ONCE = 2 * Lanes.COUNT;

  private ActivationCode() {}

  private static Stream<ToIntFunction<Assembler>> programs(ActivationFunction function) {
    return Stream.of(assembler -> program(assembler, function).forward(), assembler -> program(assembler, function).backward());
  }

  private static ActivationProgram program(Assembler assembler, ActivationFunction function) {
    return switch (function) {
      case GELU -> new ExactGeluProgram(assembler);
      case RELU2 -> new SquaredReluProgram(assembler, NumberForm.FLOATS);
    };
  }

  /**
   * How many of these columns {@link #forward} and {@link #backward} take: {@link VectorActivation}'s loops, which give the same bits, do
   * the others.
   */
  static int columns(int count) {
    return FUNCTIONS.isEmpty() ? 0 : count / AT_ONCE * AT_ONCE;
  }

  /**
   * out = the function of in.
   *
   * @param out address of the first element
   * @param in address of the first element; both have rows of {@code rowBytes}
   * @param rows at least 1
   * @param columns at least 1 and what {@link #columns} allows
   */
  static void forward(ActivationFunction function, long out, long in, int rows, int columns, long rowBytes, CodeScratch scratch) {
    scratch.put(ActivationProgram.Argument.IN, in);
    scratch.put(ActivationProgram.Argument.OUT, out);
    call(2 * function.ordinal(), rows, columns, rowBytes, scratch);
  }

  /** din = dout x the derivative at in; otherwise as {@link #forward}. */
  static void backward(
      ActivationFunction function, long din, long dout, long in, int rows, int columns, long rowBytes, CodeScratch scratch) {
    scratch.put(ActivationProgram.Argument.IN, in);
    scratch.put(ActivationProgram.Argument.GRADIENT, dout);
    scratch.put(ActivationProgram.Argument.OUT, din);
    call(2 * function.ordinal() + 1, rows, columns, rowBytes, scratch);
  }

  private static void call(int index, int rows, int columns, long rowBytes, CodeScratch scratch) {
    scratch.put(ActivationProgram.Argument.COUNT, columns / AT_ONCE);
    scratch.put(ActivationProgram.Argument.ROWS, rows);
    scratch.put(ActivationProgram.Argument.SKIP, rowBytes - (long) columns * Float.BYTES);
    scratch.call(FUNCTIONS.get(index));
  }
}
