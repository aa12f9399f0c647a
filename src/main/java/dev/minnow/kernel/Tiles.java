package dev.minnow.kernel;

import dev.minnow.kernel.TileProgram.Output;
import java.lang.invoke.MethodHandle;

/**
 * The machine code of the {@code amx} kernel as functions that Java calls. Loading this class maps the code; {@link AmxSupport} says
 * beforehand whether the processor can run it.
 */
final class Tiles {
  private static final MethodHandle SET;
  private static final MethodHandle ADD;
  private static final MethodHandle BLOCKS;
  private static final MethodHandle BLOCKS_WITH_BIAS;
  private static final MethodHandle MULTIPLIES_ONLY;
  private static final MethodHandle INTERLEAVE;
  private static final MethodHandle TRANSPOSE_PAIRS;
  private static final MethodHandle TRANSPOSE;
  private static final MethodHandle PACK_WEIGHT;

  static {
    Assembler assembler = new Assembler();
    int configuration = assembler.data(TileProgram.configuration());
    int firstHalf = assembler.data(BlockProgram.interleaving(0));
    int secondHalf = assembler.data(BlockProgram.interleaving(16));
    int ones = assembler.data(BlockProgram.ones());
    int set = TileProgram.write(assembler, Output.SET, configuration);
    int add = TileProgram.write(assembler, Output.ADD, configuration);
    int blocks = TileProgram.write(assembler, Output.BLOCKS, configuration);
    int blocksWithBias = TileProgram.write(assembler, Output.BLOCKS_WITH_BIAS, configuration);
    int multipliesOnly = TileProgram.writeMultipliesOnly(assembler, configuration);
    BlockProgram program = new BlockProgram(assembler);
    int interleave = program.interleave(firstHalf, secondHalf);
    int transposePairs = program.transposePairs(firstHalf, secondHalf);
    int transpose = program.transpose(firstHalf, secondHalf, ones);
    int packWeight = program.packWeight(firstHalf, secondHalf);
    MachineCode code = new MachineCode(assembler.toBytes());
    SET = code.function(set, 1);
    ADD = code.function(add, 1);
    BLOCKS = code.function(blocks, 1);
    BLOCKS_WITH_BIAS = code.function(blocksWithBias, 1);
    MULTIPLIES_ONLY = code.function(multipliesOnly, 1);
    INTERLEAVE = code.function(interleave, 1);
    TRANSPOSE_PAIRS = code.function(transposePairs, 1);
    TRANSPOSE = code.function(transpose, 1);
    PACK_WEIGHT = code.function(packWeight, 1);
  }

  private Tiles() {}

  /** out = left x right, in floats, of what the scratch's {@link TileProgram.Argument arguments} describe. */
  static void set(TileScratch scratch) {
    try {
      SET.invokeExact(scratch.arguments());
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** out += left x right, in floats. */
  static void add(TileScratch scratch) {
    try {
      ADD.invokeExact(scratch.arguments());
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** out = left x right, in blocks of bfloat16. */
  static void blocks(TileScratch scratch) {
    try {
      BLOCKS.invokeExact(scratch.arguments());
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** out = left x right + bias, in blocks of bfloat16. */
  static void blocksWithBias(TileScratch scratch) {
    try {
      BLOCKS_WITH_BIAS.invokeExact(scratch.arguments());
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Multiplies of 32 x 32 x 32, as many as the scratch's depth says, without memory: the most that the matrix unit does. */
  static void multipliesOnly(TileScratch scratch) {
    try {
      MULTIPLIES_ONLY.invokeExact(scratch.arguments());
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** {@link BlockProgram#interleave} of the blocks that the scratch's {@link BlockProgram.Argument arguments} describe. */
  static void interleave(TileScratch scratch) {
    try {
      INTERLEAVE.invokeExact(scratch.arguments());
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** {@link BlockProgram#transposePairs}. */
  static void transposePairs(TileScratch scratch) {
    try {
      TRANSPOSE_PAIRS.invokeExact(scratch.arguments());
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** {@link BlockProgram#transpose}. */
  static void transpose(TileScratch scratch) {
    try {
      TRANSPOSE.invokeExact(scratch.arguments());
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** {@link BlockProgram#packWeight}. */
  static void packWeight(TileScratch scratch) {
    try {
      PACK_WEIGHT.invokeExact(scratch.arguments());
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Machine code throws nothing; what is caught comes from the virtual machine. */
  private static RuntimeException unexpected(Throwable thrown) {
    switch (thrown) {
      case Error e -> throw e;
      case RuntimeException e -> throw e;
      default -> throw new AssertionError(thrown);
    }
  }
}
