package dev.minnow.kernel.attention;

import static dev.minnow.kernel.code.Register.R10;
import static dev.minnow.kernel.code.Register.R12;
import static dev.minnow.kernel.code.Register.R13;
import static dev.minnow.kernel.code.Register.R14;
import static dev.minnow.kernel.code.Register.R15;
import static dev.minnow.kernel.code.Register.R8;
import static dev.minnow.kernel.code.Register.R9;
import static dev.minnow.kernel.code.Register.RAX;
import static dev.minnow.kernel.code.Register.RBP;
import static dev.minnow.kernel.code.Register.RBX;
import static dev.minnow.kernel.code.Register.RCX;
import static dev.minnow.kernel.code.Register.RDI;
import static dev.minnow.kernel.code.Register.RDX;
import static dev.minnow.kernel.code.Register.RSI;

import dev.minnow.kernel.Accumulation;
import dev.minnow.kernel.code.Assembler;
import dev.minnow.kernel.code.CodeArgument;
import dev.minnow.kernel.pool.RowFetch;

/**
 * Rows and columns of {@link PanelProduct}'s tiles as machine code, to the last bit what its loops compute, while memory that is needed
 * later is fetched ({@link RowFetch}).
 *
 * <p>A function takes three addresses, the first of which is that of the scratch with all panels, and its arguments ({@link Argument}),
 * eight bytes each.
 */
final class HeadProgram {
  /** The arguments, in their order. */
  enum Argument implements CodeArgument {
    /** Bytes from the scratch's address to the first tile's left operand. */
    LEFT,
    /** The same of its right operand. */
    RIGHT,
    /** The same of the tile itself. */
    OUT,
    /** Tiles below each other, at least 1. */
    ROWS,
    /** Tiles beside each other, at least 1. */
    COLUMNS,
    /** Steps of the first tile's sums, in whole {@link #UNROLLED}; at least 0, as those of all tiles. */
    UNROLLED_STEPS,
    /** How many more those of the tiles below are. */
    UNROLLED_ROW,
    /** Steps after these. */
    LAST_STEPS,
    /** Bytes from a tile's left operand to that of the tile below. */
    LEFT_ROW,
    /** Bytes from what follows the last column's right operand to the first one's of the tiles below. */
    RIGHT_ROW,
    /** The same of the tiles. */
    OUT_ROW,
    /** The address of the {@link RowFetch}. */
    FETCH
  }

  /** Steps that share the arithmetic of addresses. */
  static final int UNROLLED = 4;

  /**
   * Times two lines are fetched with each {@link #UNROLLED} steps. The gradient of a head with 64 positions of 32 numbers reads and writes
   * 1,000 lines, and has 400 such steps where vectors have 512 bits.
   */
  static final int FETCHED_PAIRS = 2;

  private static final int STRIDE_BYTES = PanelProduct.STRIDE * Float.BYTES;

  /** Registers that values of the left operand take turns in. */
  private static final int FACTORS = 4;

  private final Assembler a;
  private final Accumulation accumulation;
  private final int vectorBytes;

  /** Rows that are summed at once, in two registers each. */
  private final int rows;

  /** The first of two registers of the right operand; sums are below, factors above. */
  private final int right;

  /** Bytes of the left operand from a row to the next, and from a step to the next. */
  private final int leftRow;
  private final int leftStep;

  /** @param inColumns whether the left operand's columns lie along a panel's rows, and not its rows */
  HeadProgram(Assembler assembler, boolean inColumns, Accumulation accumulation) {
    this.a = assembler;
    this.accumulation = accumulation;
    this.vectorBytes = assembler.set().vectorBytes;
    this.rows = switch (assembler.set()) {
      case AVX2 -> PanelTile4.ROWS;
      case AVX512 -> PanelProduct.TILE_ROWS;
    };
    this.right = 2 * rows;
    this.leftRow = inColumns ? Float.BYTES : STRIDE_BYTES;
    this.leftStep = inColumns ? STRIDE_BYTES : Float.BYTES;
  }

  /**
   * RSI is at the left operand of a row of tiles, RDX at the right one of a tile, RDI at the tile; RAX and RBX run along the operands. R12
   * and R13 count columns and rows, RBP keeps the steps, which R9 counts; R8, R14 and R15 are the state of the fetching, R10 its place.
   */
  int function() {
    int entry = a.position();
    a.pushSaved();
    a.mov(RSI, RDI);
    a.mov(RDX, RDI);
    a.addLoad(RSI, RCX, Argument.LEFT.offset());
    a.addLoad(RDX, RCX, Argument.RIGHT.offset());
    a.addLoad(RDI, RCX, Argument.OUT.offset());
    a.movLoad(R13, RCX, Argument.ROWS.offset());
    a.movLoad(RBP, RCX, Argument.UNROLLED_STEPS.offset());
    a.movLoad(R10, RCX, Argument.FETCH.offset());
    a.movLoad(R8, R10, RowFetch.State.GROUP.offset());
    a.movLoad(R14, R10, RowFetch.State.NEXT.offset());
    a.movLoad(R15, R10, RowFetch.State.REMAINING.offset());
    int rowsOfTiles = a.position();
    a.movLoad(R12, RCX, Argument.COLUMNS.offset());
    int tiles = a.position();
    for (int row = 0; row < PanelProduct.TILE_ROWS; row += rows) {
      part(row);
    }
    a.addImmediate(RDX, 2 * vectorBytes);
    a.addImmediate(RDI, 2 * vectorBytes);
    a.dec(R12);
    a.jnz(tiles);
    a.addLoad(RSI, RCX, Argument.LEFT_ROW.offset());
    a.addLoad(RDX, RCX, Argument.RIGHT_ROW.offset());
    a.addLoad(RDI, RCX, Argument.OUT_ROW.offset());
    a.addLoad(RBP, RCX, Argument.UNROLLED_ROW.offset());
    a.dec(R13);
    a.jnz(rowsOfTiles);
    a.movStore(R10, RowFetch.State.GROUP.offset(), R8);
    a.movStore(R10, RowFetch.State.NEXT.offset(), R14);
    a.movStore(R10, RowFetch.State.REMAINING.offset(), R15);
    a.vzeroupper();
    a.popSaved();
    a.ret();
    return entry;
  }

  /** As many rows of a tile as are summed at once, from one of them on. */
  private void part(int firstRow) {
    for (int row = 0; row < rows; row++) {
      for (int half = 0; half < 2; half++) {
        int sum = 2 * row + half;
        switch (accumulation) {
          case SET -> a.vpxord(sum);
          case ADD -> a.vmovups(sum, RDI, (firstRow + row) * STRIDE_BYTES + half * vectorBytes);
        }
      }
    }
    a.mov(RAX, RSI);
    a.mov(RBX, RDX);
    a.mov(R9, RBP);
    a.repeat(R9, () -> steps(firstRow, UNROLLED));
    a.movLoad(R9, RCX, Argument.LAST_STEPS.offset());
    a.repeat(R9, () -> steps(firstRow, 1));
    for (int row = 0; row < rows; row++) {
      for (int half = 0; half < 2; half++) {
        a.vmovupsStore(RDI, (firstRow + row) * STRIDE_BYTES + half * vectorBytes, 2 * row + half);
      }
    }
  }

  private void steps(int firstRow, int count) {
    if (count == UNROLLED) {
      for (int pair = 0; pair < FETCHED_PAIRS; pair++) {
        fetchPair();
      }
    }
    for (int step = 0; step < count; step++) {
      step(firstRow, step);
    }
    a.addImmediate(RAX, count * leftStep);
    a.addImmediate(RBX, count * STRIDE_BYTES);
  }

  private void step(int firstRow, int step) {
    a.vmovups(right, RBX, step * STRIDE_BYTES);
    a.vmovups(right + 1, RBX, step * STRIDE_BYTES + vectorBytes);
    for (int row = 0; row < rows; row++) {
      int factor = right + 2 + row % FACTORS;
      a.vbroadcastss(factor, RAX, (firstRow + row) * leftRow + step * leftStep);
      a.vfmadd231ps(2 * row, factor, right);
      a.vfmadd231ps(2 * row + 1, factor, right + 1);
    }
  }

  /** Two lines, and on to the next row, perhaps that of the next group. */
  private void fetchPair() {
    a.prefetcht1(R14, 0);
    a.prefetcht1(R14, RowFetch.LINE_BYTES);
    a.addLoad(R14, R8, RowFetch.Group.STEP.offset());
    a.dec(R15);
    int more = a.jnz();
    a.addImmediate(R8, RowFetch.GROUP_BYTES);
    a.movLoad(R14, R8, RowFetch.Group.FIRST.offset());
    a.movLoad(R15, R8, RowFetch.Group.ROWS.offset());
    a.land(more);
  }
}
