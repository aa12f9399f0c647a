package dev.minnow.kernel.row;

import static dev.minnow.kernel.lane.Lanes.FLOATS;
import static dev.minnow.kernel.lane.Lanes.INTS;

import dev.minnow.kernel.Dropout;
import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.lane.VectorCode;
import dev.minnow.kernel.pool.CodeScratch;
import dev.minnow.kernel.pool.Workspace;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Multiplies scratch with the mask of {@link Dropout} in 32-bit lanes, bit for bit that of its scalar form: by {@link DropoutProgram}, or,
 * with the same bits, by a loop where there is no machine code.
 */
public final class VectorDropout {
  /** Rows whose keys scratch holds at once. */
  static final int MOST_ROWS = 64;

  /** Where the low halves of rows' keys lie in scratch of integers. */
  private static final int LOW = 0;

  private static final int HIGH = MOST_ROWS;

  /** Where the spread column numbers of one vector lie. */
  private static final int TERMS = 2 * MOST_ROWS;

  /** One function; empty where there is no machine code. */
  private static final List<MethodHandle> FUNCTIONS =
      VectorCode.functions(
          List.of(assembler -> new DropoutProgram(assembler).function()),
          (code, entry) -> code.functionOfArrays(entry));

  private VectorDropout() {}

  /** {@code count} floats of one row, the first in column {@code column}, in scratch that {@link Workspace#memory} takes. */
  public static void multiply(Workspace workspace, float[] s, int at, int count, Dropout dropout, long row, int column) {
    int[] ints = workspace.ints;
    long key = dropout.rowKey(row);
    Arrays.fill(ints, LOW, LOW + Lanes.COUNT, (int) key);
    Arrays.fill(ints, HIGH, HIGH + Lanes.COUNT, (int) (key >>> 32));
    for (int lane = 0; lane < Lanes.COUNT; lane++) {
      ints[TERMS + lane] = Dropout.term(column + lane);
    }
    multiply(workspace, s, at, Lanes.padded(count) / Lanes.COUNT, Lanes.COUNT, 0, Dropout.term(Lanes.COUNT), dropout);
  }

  /** Notes the keys of up to {@link #MOST_ROWS} rows for {@link #multiplyTransposed}. */
  public static void noteRows(int[] ints, long row, int count, Dropout dropout) {
    for (int i = 0; i < count; i++) {
      long key = dropout.rowKey(row + i);
      ints[LOW + i] = (int) key;
      ints[HIGH + i] = (int) (key >>> 32);
    }
  }

  /**
   * Elements whose rows, from the noted row {@code row} on, lie in the lanes: {@code columns} vectors, {@code stride} apart, the first of
   * column {@code column}.
   */
  public static void multiplyTransposed(
      Workspace workspace, float[] s, int at, int columns, int stride, Dropout dropout, int row, int column) {
    Arrays.fill(workspace.ints, TERMS, TERMS + Lanes.COUNT, Dropout.term(column));
    multiply(workspace, s, at, columns, stride, row, Dropout.term(1), dropout);
  }

  private static void multiply(
      Workspace workspace, float[] s, int at, int vectors, int stride, int row, int termStep, Dropout dropout) {
    if (FUNCTIONS.isEmpty() || vectors == 0) {
      multiply(s, at, vectors, stride, workspace.ints, row, termStep, dropout);
      return;
    }
    CodeScratch arguments = workspace.code();
    arguments.put(DropoutProgram.Argument.FIRST, (long) at * Float.BYTES);
    arguments.put(DropoutProgram.Argument.VECTORS, vectors);
    arguments.put(DropoutProgram.Argument.STRIDE, (long) stride * Float.BYTES);
    arguments.put(DropoutProgram.Argument.LOWS, (long) (LOW + row) * Integer.BYTES);
    arguments.put(DropoutProgram.Argument.HIGHS, (long) (HIGH + row) * Integer.BYTES);
    arguments.put(DropoutProgram.Argument.TERMS, (long) TERMS * Integer.BYTES);
    arguments.put(DropoutProgram.Argument.TERM_STEP, termStep);
    arguments.put(DropoutProgram.Argument.THRESHOLD, dropout.threshold());
    arguments.put(DropoutProgram.Argument.SCALE, dropout.scale());
    arguments.call(FUNCTIONS.getFirst(), workspace.memory(s), workspace.intsMemory, workspace.intsMemory);
  }

  /** As {@link DropoutProgram}. */
  static void multiply(float[] s, int at, int vectors, int stride, int[] ints, int row, int termStep, Dropout dropout) {
    IntVector keyLow = IntVector.fromArray(INTS, ints, LOW + row);
    IntVector keyHigh = IntVector.fromArray(INTS, ints, HIGH + row);
    IntVector terms = IntVector.fromArray(INTS, ints, TERMS);
    int threshold = dropout.threshold();
    int scaleBits = Float.floatToRawIntBits(dropout.scale());
    for (int v = 0; v < vectors; v++) {
      IntVector x = terms.lanewise(VectorOperators.XOR, keyLow);
      x = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 16)).mul(Dropout.MIX_1);
      x = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 15)).mul(Dropout.MIX_2);
      x = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 16)).lanewise(VectorOperators.XOR, keyHigh);
      x = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 16)).mul(Dropout.MIX_1);
      x = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 15)).mul(Dropout.MIX_2);
      x = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 16));
      FloatVector factors =
          IntVector.zero(INTS)
              .blend(scaleBits, x.lanewise(VectorOperators.LSHR, 8).compare(VectorOperators.GE, threshold))
              .reinterpretAsFloats();
      int i = at + v * stride;
      FloatVector.fromArray(FLOATS, s, i).mul(factors).intoArray(s, i);
      terms = terms.add(termStep);
    }
  }
}
