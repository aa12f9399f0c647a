package dev.minnow.kernel.product;

import dev.minnow.kernel.code.Assembler;
import dev.minnow.kernel.code.InstructionSet;
import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.lane.VectorCode;
import dev.minnow.kernel.pool.CodeScratch;
import dev.minnow.kernel.pool.Workspace;
import dev.minnow.kernel.product.PanelProgram.Argument;
import dev.minnow.kernel.product.TileStore.Output;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/**
 * {@link PanelProgram} and what packs panels for it, as functions that Java calls, where the system takes machine code and vectors have
 * its width.
 */
public final class Panels {
  /** What panels are packed from. */
  private enum Packing {
    LEFT_ROWS, ROWS, LEFT_COLUMNS, RIGHT_COLUMNS
  }

  /** Products by what becomes of them, then by what is packed; empty where there is no machine code. */
  private static final List<MethodHandle> FUNCTIONS =
      VectorCode.functions(
          Stream.concat(
              Arrays.stream(Output.values()).map(Panels::product), Arrays.stream(Packing.values()).map(Panels::packing)).toList(),
          (code, entry) -> code.functionOfArrays(entry));

  /**
   * Right panels of one call. With a full right scratch a call takes 40 microseconds, with one step and this many 100 KiB of output; the
   * collector waits for either.
   */
  private static final int PANELS_AT_ONCE = 64;

  private Panels() {}

  private static ToIntFunction<Assembler> product(Output output) {
    return assembler -> new PanelProgram(assembler, output).function();
  }

  private static ToIntFunction<Assembler> packing(Packing packing) {
    return assembler -> packing(assembler, packing);
  }

  private static int packing(Assembler assembler, Packing packing) {
    InstructionSet set = assembler.set();
    return switch (packing) {
      case LEFT_ROWS -> new TransposeProgram(assembler, PanelProgram.rows(set)).function();
      case ROWS -> new TransposeProgram(assembler, set.floats).function();
      case LEFT_COLUMNS -> new CopyProgram(assembler, PanelProgram.rows(set)).function();
      case RIGHT_COLUMNS -> new CopyProgram(assembler, 2 * set.floats).function();
    };
  }

  /** Whether the others can be called; {@link RegisterTile} and {@link TileStore}, with panels of their own, give the same bits. */
  public static boolean areHere() {
    return !FUNCTIONS.isEmpty();
  }

  /**
   * During the next {@link #multiply} memory is fetched ahead, which may be any.
   *
   * @param address of the first line
   * @param stepBytes from line to line while a panel is multiplied, {@link PanelProgram#UNROLLED} steps a line
   * @param panelBytes from the first line for one panel to the first for the next
   */
  static void fetch(Workspace scratch, long address, long stepBytes, long panelBytes) {
    CodeScratch arguments = scratch.code();
    arguments.put(Argument.AHEAD, address);
    arguments.put(Argument.AHEAD_STEP, stepBytes);
    arguments.put(Argument.AHEAD_PANEL, panelBytes);
  }

  /**
   * One left panel with right panels that follow each other, in whole tiles to memory.
   *
   * @param left index of the left panel in the scratch
   * @param right index of the first right panel
   * @param bias address of a float for each column, for {@link Output#SET_PLUS_BIAS}
   */
  static void multiply(
      Workspace scratch, int left, int right, int depth, int panels, long out, long strideBytes, Output output,
      long bias) {
    CodeScratch arguments = scratch.code();
    arguments.put(Argument.OUT_STRIDE, strideBytes);
    for (int panel = 0; panel < panels; panel += PANELS_AT_ONCE) {
      int count = Math.min(PANELS_AT_ONCE, panels - panel);
      long columnBytes = (long) panel * RegisterTile.COLUMNS * Float.BYTES;
      arguments.put(Argument.OUT, out + columnBytes);
      arguments.put(Argument.BIAS, bias + columnBytes);
      call(scratch, left, right + panel * RightPanels.stride(depth), depth, count, Lanes.MEMORY, output);
    }
  }

  /** One left panel with one right panel, to the scratch's tile. */
  static void multiplyToTile(Workspace scratch, int left, int right, int depth) {
    CodeScratch arguments = scratch.code();
    arguments.put(Argument.OUT, (long) Workspace.ALIGNED * Float.BYTES);
    arguments.put(Argument.OUT_STRIDE, (long) RegisterTile.COLUMNS * Float.BYTES);
    fetch(scratch, arguments.floatBlock(), 0, 0);
    call(scratch, left, right, depth, 1, scratch.tileMemory, Output.SET);
  }

  private static void call(
      Workspace scratch, int left, int right, int depth, int panels, MemorySegment out, Output output) {
    CodeScratch arguments = scratch.code();
    arguments.put(Argument.LEFT, (long) left * Float.BYTES);
    arguments.put(Argument.RIGHT, (long) right * Float.BYTES);
    arguments.put(Argument.UNROLLED_STEPS, depth / PanelProgram.UNROLLED);
    arguments.put(Argument.LAST_STEPS, depth % PanelProgram.UNROLLED);
    arguments.put(Argument.PANELS, panels);
    arguments.call(FUNCTIONS.get(output.ordinal()), scratch.leftMemory(), scratch.rightMemory(), out);
  }

  /**
   * A left panel's columns from {@link RegisterTile#ROWS} rows.
   *
   * @param at index of the first in the scratch
   * @param source address of the first row
   * @param depth a multiple of {@link TransposeProgram#STEP}
   */
  static void transposeLeft(Workspace scratch, int at, long source, long strideBytes, int depth) {
    transpose(scratch, Packing.LEFT_ROWS, scratch.leftMemory(), at, RegisterTile.ROWS, source, strideBytes, depth);
  }

  /**
   * A vector's width of rows turned into columns.
   *
   * @param source address of the first row
   * @param depth floats of a row, a multiple of {@link TransposeProgram#STEP}
   * @param at index of the first column
   * @param stride floats from a column to the next
   */
  static void transpose(Workspace scratch, long source, long strideBytes, int depth, float[] to, int at, int stride) {
    transpose(scratch, Packing.ROWS, scratch.memory(to), at, stride, source, strideBytes, depth);
  }

  private static void transpose(
      Workspace scratch, Packing packing, MemorySegment to, int at, int stride, long source, long strideBytes, int depth) {
    CodeScratch arguments = scratch.code();
    arguments.put(TransposeProgram.Argument.SOURCE, source);
    arguments.put(TransposeProgram.Argument.SOURCE_STRIDE, strideBytes);
    arguments.put(TransposeProgram.Argument.TARGET, (long) at * Float.BYTES);
    arguments.put(TransposeProgram.Argument.TARGET_STRIDE, (long) stride * Float.BYTES);
    arguments.put(TransposeProgram.Argument.STEPS, depth / TransposeProgram.STEP);
    arguments.call(function(packing), to, Lanes.MEMORY, Lanes.MEMORY);
  }

  /**
   * Left panels from rows that hold their columns. The last vector of a column reaches beyond it, in both places.
   *
   * @param at index of the first panel in the scratch
   * @param panelStride floats from a panel to the next
   * @param source address of the first column
   */
  static void copyLeft(Workspace scratch, int at, int panelStride, long source, long strideBytes, int panels, int depth) {
    copy(scratch, Packing.LEFT_COLUMNS, scratch.leftMemory(), at, panelStride, source, strideBytes, panels, depth);
  }

  /** Whole right panels; otherwise as {@link #copyLeft}. */
  static void copyRight(Workspace scratch, int at, int panelStride, long source, long strideBytes, int panels, int depth) {
    copy(scratch, Packing.RIGHT_COLUMNS, scratch.rightMemory(), at, panelStride, source, strideBytes, panels, depth);
  }

  private static void copy(
      Workspace scratch, Packing packing, MemorySegment to, int at, int panelStride, long source, long strideBytes, int panels, int depth) {
    CodeScratch arguments = scratch.code();
    arguments.put(CopyProgram.Argument.SOURCE, source);
    arguments.put(CopyProgram.Argument.SOURCE_STRIDE, strideBytes);
    arguments.put(CopyProgram.Argument.TARGET, (long) at * Float.BYTES);
    arguments.put(CopyProgram.Argument.TARGET_PANEL, (long) panelStride * Float.BYTES);
    arguments.put(CopyProgram.Argument.PANELS, panels);
    arguments.put(CopyProgram.Argument.STEPS, depth);
    arguments.call(function(packing), to, Lanes.MEMORY, Lanes.MEMORY);
  }

  private static MethodHandle function(Packing packing) {
    return FUNCTIONS.get(Output.values().length + packing.ordinal());
  }
}
