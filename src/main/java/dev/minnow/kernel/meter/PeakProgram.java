package dev.minnow.kernel.meter;

import static dev.minnow.kernel.code.Register.R10;
import static dev.minnow.kernel.code.Register.R11;
import static dev.minnow.kernel.code.Register.R8;
import static dev.minnow.kernel.code.Register.R9;
import static dev.minnow.kernel.code.Register.RCX;
import static dev.minnow.kernel.code.Register.RDI;

import dev.minnow.kernel.block.PairProgram;
import dev.minnow.kernel.block.TileProgram;
import dev.minnow.kernel.block.TileProgram.Argument;
import dev.minnow.kernel.code.Assembler;
import dev.minnow.memory.Blocks;

/**
 * The most that a processor multiplies, as machine code. For vectors these are multiply-adds on registers. For a matrix unit a program
 * multiplies a few blocks of operands, which stay in the L1 cache, over and over and stores nothing: what it does with numbers that come
 * from somewhere. Tiles of zeros would be a quarter faster, since the clock depends on the bits.
 *
 * <p>A function of a unit multiplies {@link Argument#LEFT} by {@link Argument#RIGHT}, {@link #OPERAND_BLOCKS} 32 x 32 x 32 at a time, as
 * often as {@link Argument#DEPTH_BLOCKS} says.
 */
final class PeakProgram {
  /** Blocks of each operand: 16 KiB in all. */
  static final int OPERAND_BLOCKS = 4;

  /** Of multiply-adds in vectors: more than latency (4 or 5 cycles) x throughput (2). */
  static final int CHAINS = 12;

  private PeakProgram() {}

  /** Appends the function on tiles and returns its place. */
  static int writeTiles(Assembler a, int configuration) {
    int entry = a.position();
    a.ldtilecfg(configuration);
    a.movImmediate(RCX, TileProgram.VECTOR_BYTES);
    loadArguments(a);
    for (int tile = 0; tile < 4; tile++) {
      a.tilezero(tile);
    }
    a.repeat(R10, () -> {
      for (int block = 0; block < OPERAND_BLOCKS; block++) {
        TileProgram.multiplyBlock(a, block * Blocks.BYTES);
      }
    });
    a.tilerelease();
    a.ret();
    return entry;
  }

  /** Appends the function on pairs and returns its place. */
  static int writePairs(Assembler a) {
    int entry = a.position();
    loadArguments(a);
    PairProgram.clear(a);
    a.repeat(R10, () -> {
      a.movImmediate(R11, OPERAND_BLOCKS);
      a.repeat(R11, () -> {
        a.movImmediate(RCX, PairProgram.GROUPS);
        a.repeat(RCX, () -> {
          PairProgram.multiplyGroup(a);
          a.addImmediate(R8, PairProgram.GROUP_BYTES);
        });
        a.addImmediate(R9, Blocks.BYTES);
      });
      a.addImmediate(R8, -OPERAND_BLOCKS * Blocks.BYTES);
      a.addImmediate(R9, -OPERAND_BLOCKS * Blocks.BYTES);
    });
    a.vzeroupper();
    a.ret();
    return entry;
  }

  /** Appends a function that takes so many steps, each a multiply-add in every one of {@link #CHAINS} registers, and returns its place. */
  static int writeVectors(Assembler a) {
    int factor = CHAINS;
    int summand = CHAINS + 1;
    int constants = a.floats(0.5f, 1);
    int entry = a.position();
    a.vbroadcastss(factor, constants);
    a.vbroadcastss(summand, constants + Float.BYTES);
    for (int chain = 0; chain < CHAINS; chain++) {
      a.vpxord(chain);
    }
    a.repeat(RDI, () -> {
      for (int chain = 0; chain < CHAINS; chain++) {
        a.vfmadd213ps(chain, factor, summand);
      }
    });
    a.vzeroupper();
    a.ret();
    return entry;
  }

  private static void loadArguments(Assembler a) {
    a.load(R8, Argument.LEFT);
    a.load(R9, Argument.RIGHT);
    a.load(R10, Argument.DEPTH_BLOCKS);
  }
}
