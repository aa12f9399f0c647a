package dev.minnow.kernel;

import static dev.minnow.kernel.Assembler.Register.R10;
import static dev.minnow.kernel.Assembler.Register.RDI;

import dev.minnow.kernel.TileProgram.Argument;

/** Multiplies tiles of zeros and touches no memory, as machine code: the most that the matrix unit does. */
final class TilePeakProgram {
  private TilePeakProgram() {}

  /** Appends a function that multiplies 32 x 32 x 32 as often as {@link Argument#DEPTH_BLOCKS} says, and returns its place. */
  static int write(Assembler a, int configuration) {
    int entry = a.position();
    a.ldtilecfg(configuration);
    a.movLoad(R10, RDI, Argument.DEPTH_BLOCKS.offset());
    for (int tile = 0; tile < 8; tile++) {
      a.tilezero(tile);
    }
    a.repeat(R10, () -> {
      a.tdpbf16ps(0, 4, 6);
      a.tdpbf16ps(1, 4, 7);
      a.tdpbf16ps(2, 5, 6);
      a.tdpbf16ps(3, 5, 7);
    });
    a.tilerelease();
    a.ret();
    return entry;
  }
}
