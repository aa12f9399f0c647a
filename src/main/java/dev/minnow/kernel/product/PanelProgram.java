package dev.minnow.kernel.product;

import static dev.minnow.kernel.code.Register.R10;
import static dev.minnow.kernel.code.Register.R11;
import static dev.minnow.kernel.code.Register.R12;
import static dev.minnow.kernel.code.Register.R13;
import static dev.minnow.kernel.code.Register.R14;
import static dev.minnow.kernel.code.Register.R8;
import static dev.minnow.kernel.code.Register.R9;
import static dev.minnow.kernel.code.Register.RAX;
import static dev.minnow.kernel.code.Register.RBX;
import static dev.minnow.kernel.code.Register.RCX;
import static dev.minnow.kernel.code.Register.RDI;
import static dev.minnow.kernel.code.Register.RDX;
import static dev.minnow.kernel.code.Register.RSI;

import dev.minnow.kernel.code.Assembler;
import dev.minnow.kernel.code.CodeArgument;
import dev.minnow.kernel.code.InstructionSet;
import dev.minnow.kernel.product.TileStore.Output;

/**
 * Products of packed panels as machine code: what {@link RegisterTile} says and {@link TileStore} computes, to the last bit, for one left
 * panel of columns and any number of right ones. Sums go from registers to the output, whose cache lines are fetched while a tile is
 * summed.
 *
 * <p>A function takes four addresses: where left panels lie, where right panels lie, where the output lies, and its arguments ({@link
 * Argument}), eight bytes each, of which the first three say how far from those addresses to begin.
 */
final class PanelProgram {
  /** The arguments, in their order. */
  enum Argument implements CodeArgument {
    /** Bytes from the first address to the left panel. */
    LEFT,
    /** Bytes from the second address to the first right panel; the others follow it, {@link RightPanels#GAP} floats apart. */
    RIGHT,
    /** Bytes from the third address to the output of the first tile. */
    OUT,
    /** Bytes from a row of the output to the next. */
    OUT_STRIDE,
    /** The depth, in whole {@link #UNROLLED} steps. */
    UNROLLED_STEPS,
    /** Steps after these. */
    LAST_STEPS,
    /** Right panels, at least one. */
    PANELS,
    /** The address of the bias. */
    BIAS,
    /** Where memory is read next, to be fetched into the L2 cache: an address for the first panel. */
    AHEAD,
    /** Bytes that it moves with each {@link #UNROLLED} steps. */
    AHEAD_STEP,
    /** Bytes from its start for one panel to its start for the next. */
    AHEAD_PANEL
  }

  /** Steps that share the arithmetic of addresses, which takes turns of multiply-adds: 5 % of the time in single steps. */
  static final int UNROLLED = 4;

  /** Registers, at most, that values of the left panel take turns in. */
  private static final int FACTORS = 4;

  private final Assembler a;
  private final Output output;
  private final int rows;
  private final int vectorBytes;

  /** Of a step of both operands. */
  private final int leftBytes;
  private final int panelBytes;

  /** The first of two registers of the right panel, or of the bias; sums are below, factors above. */
  private final int right;

  PanelProgram(Assembler assembler, Output output) {
    InstructionSet set = assembler.set();
    this.a = assembler;
    this.output = output;
    this.rows = rows(set);
    this.vectorBytes = set.vectorBytes;
    this.leftBytes = rows * Float.BYTES;
    this.panelBytes = 2 * vectorBytes;
    this.right = 2 * rows;
  }

  /**
   * Rows of a tile, two vectors each: as many as leave registers for the right panel and for two factors at least. A multiply-add takes 4
   * or 5 cycles and two begin in each, so that 10 sums are under way at least.
   */
  static int rows(InstructionSet set) {
    return switch (set) {
      case AVX2 -> 6;
      case AVX512 -> Tile12.ROWS;
    };
  }

  /**
   * RDI keeps the left panel, RSI runs through the right ones, RDX through the output, R11 through the bias, RBX through what is fetched
   * ahead.
   */
  int function() {
    int entry = a.position();
    a.pushSaved();
    a.addLoad(RDI, RCX, Argument.LEFT.offset());
    a.addLoad(RSI, RCX, Argument.RIGHT.offset());
    a.addLoad(RDX, RCX, Argument.OUT.offset());
    a.movLoad(R9, RCX, Argument.OUT_STRIDE.offset());
    a.movLoad(R10, RCX, Argument.PANELS.offset());
    a.movLoad(R11, RCX, Argument.BIAS.offset());
    a.movLoad(R12, RCX, Argument.AHEAD.offset());
    a.movLoad(R13, RCX, Argument.AHEAD_STEP.offset());
    a.movLoad(R14, RCX, Argument.AHEAD_PANEL.offset());
    int panels = a.position();
    a.mov(RBX, R12);
    a.add(R12, R14);
    fetchOutput();
    for (int sum = 0; sum < right; sum++) {
      a.vpxord(sum);
    }
    a.mov(RAX, RDI);
    steps(Argument.UNROLLED_STEPS, UNROLLED);
    steps(Argument.LAST_STEPS, 1);
    store();
    a.addImmediate(RSI, RightPanels.GAP * Float.BYTES);
    a.addImmediate(RDX, panelBytes);
    a.addImmediate(R11, panelBytes);
    a.dec(R10);
    a.jnz(panels);
    a.vzeroupper();
    a.popSaved();
    a.ret();
    return entry;
  }

  private void fetchOutput() {
    a.mov(R8, RDX);
    for (int row = 0; row < rows; row++) {
      a.prefetchw(R8, 0);
      a.prefetchw(R8, vectorBytes);
      a.add(R8, R9);
    }
  }

  /** So many times so many steps. */
  private void steps(Argument times, int count) {
    a.movLoad(R8, RCX, times.offset());
    a.test(R8);
    int none = a.jz();
    int loop = a.position();
    a.prefetcht1(RBX, 0);
    a.add(RBX, R13);
    for (int step = 0; step < count; step++) {
      step(step);
    }
    a.addImmediate(RSI, count * panelBytes);
    a.addImmediate(RAX, count * leftBytes);
    a.dec(R8);
    a.jnz(loop);
    a.land(none);
  }

  private void step(int step) {
    int factors = right + 2;
    int factorCount = Math.min(a.set().registers - factors, FACTORS);
    a.vmovups(right, RSI, step * panelBytes);
    a.vmovups(right + 1, RSI, step * panelBytes + vectorBytes);
    for (int row = 0; row < rows; row++) {
      int factor = factors + row % factorCount;
      a.vbroadcastss(factor, RAX, step * leftBytes + row * Float.BYTES);
      a.vfmadd231ps(2 * row, factor, right);
      a.vfmadd231ps(2 * row + 1, factor, right + 1);
    }
  }

  private void store() {
    if (output == Output.SET_PLUS_BIAS) {
      a.vmovups(right, R11, 0);
      a.vmovups(right + 1, R11, vectorBytes);
    }
    a.mov(R8, RDX);
    for (int row = 0; row < rows; row++) {
      store(2 * row, 0);
      store(2 * row + 1, 1);
      a.add(R8, R9);
    }
  }

  private void store(int sum, int half) {
    switch (output) {
      case SET -> {
      }
      case SET_PLUS_BIAS -> a.vaddps(sum, sum, right + half);
      case ADD -> a.vaddps(sum, sum, R8, half * vectorBytes);
    }
    a.vmovupsStore(R8, half * vectorBytes, sum);
  }
}
