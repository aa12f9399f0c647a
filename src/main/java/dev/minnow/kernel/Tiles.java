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
  private static final MethodHandle EXPONENTIALS;
  private static final MethodHandle EXPONENTIALS_WITH_DROPOUT;
  private static final MethodHandle SCORE_GRADIENTS;
  private static final MethodHandle SCORE_GRADIENTS_WITH_DROPOUT;
  private static final MethodHandle SCALE_ROWS;
  private static final MethodHandle MULTIPLY_ROWS;
  private static final MethodHandle GELU;
  private static final MethodHandle GELU_GRADIENT;
  private static final MethodHandle LOG_SUMS;
  private static final MethodHandle LOGIT_GRADIENTS;

  static {
    Assembler assembler = new Assembler();
    int configuration = assembler.data(TileProgram.configuration());
    BlockProgram blockProgram = new BlockProgram(assembler);
    RowProgram rows = new RowProgram(assembler);
    GeluProgram geluProgram = new GeluProgram(assembler);
    LossProgram loss = new LossProgram(assembler);
    int set = TileProgram.write(assembler, Output.SET, configuration);
    int add = TileProgram.write(assembler, Output.ADD, configuration);
    int blocks = TileProgram.write(assembler, Output.BLOCKS, configuration);
    int blocksWithBias = TileProgram.write(assembler, Output.BLOCKS_WITH_BIAS, configuration);
    int multipliesOnly = TileProgram.writeMultipliesOnly(assembler, configuration);
    int interleave = blockProgram.interleave();
    int transposePairs = blockProgram.transposePairs();
    int transpose = blockProgram.transpose();
    int packWeight = blockProgram.packWeight();
    int exponentials = new SoftmaxForwardProgram(assembler, false).function();
    int exponentialsWithDropout = new SoftmaxForwardProgram(assembler, true).function();
    int scoreGradients = new SoftmaxBackwardProgram(assembler, false).function();
    int scoreGradientsWithDropout = new SoftmaxBackwardProgram(assembler, true).function();
    int scaleRows = rows.scale();
    int multiplyRows = rows.product();
    int gelu = geluProgram.forward();
    int geluGradient = geluProgram.backward();
    int logSums = loss.logSums();
    int logitGradients = loss.gradients();
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
    EXPONENTIALS = code.function(exponentials, 1);
    EXPONENTIALS_WITH_DROPOUT = code.function(exponentialsWithDropout, 1);
    SCORE_GRADIENTS = code.function(scoreGradients, 1);
    SCORE_GRADIENTS_WITH_DROPOUT = code.function(scoreGradientsWithDropout, 1);
    SCALE_ROWS = code.function(scaleRows, 1);
    MULTIPLY_ROWS = code.function(multiplyRows, 1);
    GELU = code.function(gelu, 1);
    GELU_GRADIENT = code.function(geluGradient, 1);
    LOG_SUMS = code.function(logSums, 1);
    LOGIT_GRADIENTS = code.function(logitGradients, 1);
  }

  private Tiles() {}

  private static void call(MethodHandle function, TileScratch scratch) {
    try {
      function.invokeExact(scratch.arguments());
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      // Machine code throws nothing.
      throw new AssertionError(e);
    }
  }

  /** out = left x right, in floats, of what the scratch's {@link TileProgram.Argument arguments} describe. */
  static void set(TileScratch scratch) {
    call(SET, scratch);
  }

  /** out += left x right, in floats. */
  static void add(TileScratch scratch) {
    call(ADD, scratch);
  }

  /** out = left x right, in blocks of bfloat16. */
  static void blocks(TileScratch scratch) {
    call(BLOCKS, scratch);
  }

  /** out = left x right + bias, in blocks of bfloat16. */
  static void blocksWithBias(TileScratch scratch) {
    call(BLOCKS_WITH_BIAS, scratch);
  }

  /** Multiplies of 32 x 32 x 32, as many as the scratch's depth says, without memory: the most that the matrix unit does. */
  static void multipliesOnly(TileScratch scratch) {
    call(MULTIPLIES_ONLY, scratch);
  }

  /** {@link BlockProgram#interleave} of the blocks that the scratch's {@link BlockProgram.Argument arguments} describe. */
  static void interleave(TileScratch scratch) {
    call(INTERLEAVE, scratch);
  }

  /** {@link BlockProgram#transposePairs}. */
  static void transposePairs(TileScratch scratch) {
    call(TRANSPOSE_PAIRS, scratch);
  }

  /** {@link BlockProgram#transpose}. */
  static void transpose(TileScratch scratch) {
    call(TRANSPOSE, scratch);
  }

  /** {@link BlockProgram#packWeight}. */
  static void packWeight(TileScratch scratch) {
    call(PACK_WEIGHT, scratch);
  }

  /** {@link SoftmaxForwardProgram} of the rows that the scratch's {@link SoftmaxProgram.Argument arguments} describe. */
  static void exponentials(TileScratch scratch) {
    call(EXPONENTIALS, scratch);
  }

  /** {@link #exponentials} with dropout. */
  static void exponentialsWithDropout(TileScratch scratch) {
    call(EXPONENTIALS_WITH_DROPOUT, scratch);
  }

  /** {@link SoftmaxBackwardProgram}. */
  static void scoreGradients(TileScratch scratch) {
    call(SCORE_GRADIENTS, scratch);
  }

  /** {@link #scoreGradients} with dropout. */
  static void scoreGradientsWithDropout(TileScratch scratch) {
    call(SCORE_GRADIENTS_WITH_DROPOUT, scratch);
  }

  /** {@link RowProgram#scale} of the rows that the scratch's {@link RowProgram.Argument arguments} describe. */
  static void scaleRows(TileScratch scratch) {
    call(SCALE_ROWS, scratch);
  }

  /** {@link RowProgram#product}. */
  static void multiplyRows(TileScratch scratch) {
    call(MULTIPLY_ROWS, scratch);
  }

  /** {@link GeluProgram#forward} of the numbers that the scratch's {@link GeluProgram.Argument arguments} describe. */
  static void gelu(TileScratch scratch) {
    call(GELU, scratch);
  }

  /** {@link GeluProgram#backward}. */
  static void geluGradient(TileScratch scratch) {
    call(GELU_GRADIENT, scratch);
  }

  /** {@link LossProgram#logSums} of the rows that the scratch's {@link LossProgram.Argument arguments} describe. */
  static void logSums(TileScratch scratch) {
    call(LOG_SUMS, scratch);
  }

  /** {@link LossProgram#gradients}. */
  static void logitGradients(TileScratch scratch) {
    call(LOGIT_GRADIENTS, scratch);
  }
}
