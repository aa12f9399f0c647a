package dev.minnow.kernel;

import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/** {@link DotProgram} as functions that Java calls, where the system takes machine code and vectors have its width. */
final class Dots {
  /** Loaded with its first use. */
  private static final class Functions {
    static final @Nullable MethodHandle[] BY_FORM = map();

    private static @Nullable MethodHandle[] map() {
      DotProgram.Form[] forms = DotProgram.Form.values();
      @Nullable MethodHandle[] functions = new MethodHandle[forms.length];
      if (!VectorCode.runsHere()) {
        return functions;
      }
      Assembler assembler = new Assembler();
      int[] entries = new int[forms.length];
      for (DotProgram.Form form : forms) {
        entries[form.ordinal()] = new DotProgram(assembler, form).function();
      }
      try {
        MachineCode code = new MachineCode(assembler.toBytes());
        for (int i = 0; i < entries.length; i++) {
          functions[i] = code.function(entries[i]);
        }
      } catch (IllegalStateException e) {
        // No executable memory: the loops of WeightRows do the same.
        return new MethodHandle[forms.length];
      }
      return functions;
    }
  }

  private Dots() {}

  /** Whether {@link #multiply} can take these rows; the alternative gives the same bits. */
  static boolean take(WeightRows weight) {
    return weight.paddedColumns() % VectorCode.FLOATS == 0 && Functions.BY_FORM[form(weight)] != null;
  }

  private static int form(WeightRows weight) {
    return switch (weight) {
      case FloatWeightRows floats -> DotProgram.Form.FLOATS.ordinal();
      case BfloatWeightRows bfloats -> DotProgram.Form.BFLOATS.ordinal();
      case ByteWeightRows bytes -> DotProgram.Form.BYTES.ordinal();
    };
  }

  /** Stores the dot products of {@code values} with so many groups of rows from {@code row} on. */
  static void multiply(WeightRows weight, long values, int row, int groups, long out, TileScratch scratch) {
    scratch.put(DotProgram.Argument.VALUES, values);
    scratch.put(DotProgram.Argument.WEIGHTS, weight.address() + row * weight.rowBytes());
    scratch.put(DotProgram.Argument.ROW_BYTES, weight.rowBytes());
    scratch.put(DotProgram.Argument.GROUPS, groups);
    scratch.put(DotProgram.Argument.OUT, out);
    if (weight instanceof ByteWeightRows bytes) {
      scratch.put(DotProgram.Argument.STEPS, bytes.groups());
      scratch.put(DotProgram.Argument.SCALES, bytes.scale(row));
      scratch.put(DotProgram.Argument.SCALE_STRIDE, bytes.groups() * Float.BYTES);
    } else {
      scratch.put(DotProgram.Argument.STEPS, weight.paddedColumns() / VectorCode.FLOATS);
    }
    MethodHandle function = Functions.BY_FORM[form(weight)];
    if (function == null) {
      throw new IllegalStateException("There is no machine code for dot products here.");
    }
    scratch.call(function);
  }
}
