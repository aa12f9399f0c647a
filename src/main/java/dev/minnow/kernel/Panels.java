package dev.minnow.kernel;

import dev.minnow.kernel.PanelProgram.Argument;
import dev.minnow.kernel.TileStore.Output;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;

/** {@link PanelProgram} as functions that Java calls, where the system takes machine code and vectors have its width. */
final class Panels {
  /** By the form of the left panel, then by what becomes of the products; empty where there is no machine code. */
  private static final List<MethodHandle> FUNCTIONS =
      VectorCode.functions(
          Arrays.stream(LeftPanel.Form.values())
              .flatMap(left -> Arrays.stream(Output.values()).<ToIntFunction<Assembler>>map(output -> program(left, output)))
              .toList(),
          (code, entry) -> code.functionOfArrays(entry));

  /**
   * Right panels of one call. With a full right scratch a call takes 40 microseconds, with one step and this many 100 KiB of output; the
   * collector waits for either.
   */
  private static final int PANELS_AT_ONCE = 64;

  private Panels() {}

  private static ToIntFunction<Assembler> program(LeftPanel.Form left, Output output) {
    return assembler -> new PanelProgram(assembler, left, output).function();
  }

  private static int index(LeftPanel.Form left, Output output) {
    return left.ordinal() * Output.values().length + output.ordinal();
  }

  /** Whether {@link #multiply} can be called; {@link RegisterTile} and {@link TileStore} give the same bits. */
  static boolean areHere() {
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
    TileScratch arguments = scratch.tiles();
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
      Workspace scratch, LeftPanel.Form form, int left, int right, int depth, int panels, long out, long strideBytes, Output output,
      long bias) {
    TileScratch arguments = scratch.tiles();
    arguments.put(Argument.OUT_STRIDE, strideBytes);
    for (int panel = 0; panel < panels; panel += PANELS_AT_ONCE) {
      int count = Math.min(PANELS_AT_ONCE, panels - panel);
      long columnBytes = (long) panel * RegisterTile.COLUMNS * Float.BYTES;
      arguments.put(Argument.OUT, out + columnBytes);
      arguments.put(Argument.BIAS, bias + columnBytes);
      call(scratch, form, left, right + panel * RegisterTile.COLUMNS * depth, depth, count, Lanes.MEMORY, output);
    }
  }

  /** One left panel with one right panel, to the scratch's tile. */
  static void multiplyToTile(Workspace scratch, LeftPanel.Form form, int left, int right, int depth) {
    TileScratch arguments = scratch.tiles();
    arguments.put(Argument.OUT, (long) Workspace.ALIGNED * Float.BYTES);
    arguments.put(Argument.OUT_STRIDE, (long) RegisterTile.COLUMNS * Float.BYTES);
    fetch(scratch, arguments.floatBlock(), 0, 0);
    call(scratch, form, left, right, depth, 1, scratch.tileMemory, Output.SET);
  }

  private static void call(
      Workspace scratch, LeftPanel.Form form, int left, int right, int depth, int panels, MemorySegment out, Output output) {
    TileScratch arguments = scratch.tiles();
    arguments.put(Argument.LEFT, (long) left * Float.BYTES);
    arguments.put(Argument.RIGHT, (long) right * Float.BYTES);
    arguments.put(Argument.UNROLLED_STEPS, depth / PanelProgram.UNROLLED);
    arguments.put(Argument.LAST_STEPS, depth % PanelProgram.UNROLLED);
    arguments.put(Argument.PANELS, panels);
    arguments.call(FUNCTIONS.get(index(form, output)), scratch.leftMemory, scratch.rightMemory, out);
  }
}
