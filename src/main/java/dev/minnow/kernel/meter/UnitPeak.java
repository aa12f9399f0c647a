package dev.minnow.kernel.meter;

import dev.minnow.kernel.block.MatrixUnit;
import dev.minnow.kernel.block.TileProgram;
import dev.minnow.kernel.code.Assembler;
import dev.minnow.kernel.code.MachineCode;
import dev.minnow.kernel.pool.CodeScratch;
import java.lang.invoke.MethodHandle;

/** The most that a unit multiplies, as functions that Java calls. Loading this class maps the code. */
final class UnitPeak {
  private static final MethodHandle TILES;
  private static final MethodHandle PAIRS;

  static {
    Assembler assembler = new Assembler();
    int configuration = assembler.data(TileProgram.configuration());
    int tiles = PeakProgram.writeTiles(assembler, configuration);
    int pairs = PeakProgram.writePairs(assembler);
    MachineCode code = new MachineCode(assembler.toBytes());
    TILES = code.function(tiles);
    PAIRS = code.function(pairs);
  }

  private UnitPeak() {}

  /** Multiplies {@link PeakProgram#OPERAND_BLOCKS} blocks at two addresses so often, in the scratch's unit. */
  static void multiply(long left, long right, int steps, CodeScratch scratch) {
    scratch.left(left, 0, 1).right(right, 0, 1).depth(steps);
    if (scratch.unit() == MatrixUnit.TILES) {
      scratch.call(TILES);
    } else {
      scratch.call(PAIRS);
    }
  }
}
