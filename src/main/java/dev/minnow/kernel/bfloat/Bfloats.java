package dev.minnow.kernel.bfloat;

import dev.minnow.kernel.activation.ActivationProgram;
import dev.minnow.kernel.activation.GeluProgram;
import dev.minnow.kernel.activation.SquaredReluProgram;
import dev.minnow.kernel.block.BlockProgram;
import dev.minnow.kernel.block.MatrixUnit;
import dev.minnow.kernel.block.PairProgram;
import dev.minnow.kernel.block.RowProgram;
import dev.minnow.kernel.block.TileProgram;
import dev.minnow.kernel.block.TileProgram.Output;
import dev.minnow.kernel.code.Assembler;
import dev.minnow.kernel.code.MachineCode;
import dev.minnow.kernel.lane.NumberForm;
import dev.minnow.kernel.pool.CodeScratch;
import java.lang.invoke.MethodHandle;

/**
 * The machine code of kernels whose operands are bfloat16 as functions that Java calls. Loading this class maps the code; {@link
 * BfloatSupport} says beforehand whether the processor can run it. Products are of the scratch's {@link MatrixUnit}.
 */
final class Bfloats {
  private static final MethodHandle TILES_SET;
  private static final MethodHandle PAIRS_SET;
  private static final MethodHandle TILES_ADD;
  private static final MethodHandle PAIRS_ADD;
  private static final MethodHandle TILES_BLOCKS;
  private static final MethodHandle PAIRS_BLOCKS;
  private static final MethodHandle TILES_BLOCKS_WITH_BIAS;
  private static final MethodHandle PAIRS_BLOCKS_WITH_BIAS;
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
  private static final MethodHandle SQUARED_RELU;
  private static final MethodHandle SQUARED_RELU_GRADIENT;
  private static final MethodHandle SWI_GLU;
  private static final MethodHandle SWI_GLU_GRADIENT;
  private static final MethodHandle ROTATE;
  private static final MethodHandle ROTATE_BACK;
  private static final MethodHandle LOG_SUMS;
  private static final MethodHandle LOGIT_GRADIENTS;
  private static final MethodHandle SMOOTHED_LOGIT_GRADIENTS;

  static {
    Assembler assembler = new Assembler();
    int configuration = assembler.data(TileProgram.configuration());
    BlockProgram blockProgram = new BlockProgram(assembler);
    RowProgram rows = new RowProgram(assembler);
    ActivationProgram geluProgram = new GeluProgram(assembler);
    ActivationProgram squaredReluProgram = new SquaredReluProgram(assembler, NumberForm.BFLOATS);
    SwiGluProgram swiGluProgram = new SwiGluProgram(assembler);
    RotationProgram rotation = new RotationProgram(assembler);
    LossProgram loss = new LossProgram(assembler);
    int tilesSet = TileProgram.write(assembler, Output.SET, configuration);
    int tilesAdd = TileProgram.write(assembler, Output.ADD, configuration);
    int tilesBlocks = TileProgram.write(assembler, Output.BLOCKS, configuration);
    int tilesBlocksWithBias = TileProgram.write(assembler, Output.BLOCKS_WITH_BIAS, configuration);
    int pairsSet = PairProgram.write(assembler, Output.SET);
    int pairsAdd = PairProgram.write(assembler, Output.ADD);
    int pairsBlocks = PairProgram.write(assembler, Output.BLOCKS);
    int pairsBlocksWithBias = PairProgram.write(assembler, Output.BLOCKS_WITH_BIAS);
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
    int squaredRelu = squaredReluProgram.forward();
    int squaredReluGradient = squaredReluProgram.backward();
    int swiGlu = swiGluProgram.forward();
    int swiGluGradient = swiGluProgram.backward();
    int rotate = rotation.forward();
    int rotateBack = rotation.backward();
    int logSums = loss.logSums();
    int logitGradients = loss.gradients(false);
    int smoothedLogitGradients = loss.gradients(true);
    MachineCode code = new MachineCode(assembler.toBytes());
    TILES_SET = code.function(tilesSet);
    PAIRS_SET = code.function(pairsSet);
    TILES_ADD = code.function(tilesAdd);
    PAIRS_ADD = code.function(pairsAdd);
    TILES_BLOCKS = code.function(tilesBlocks);
    PAIRS_BLOCKS = code.function(pairsBlocks);
    TILES_BLOCKS_WITH_BIAS = code.function(tilesBlocksWithBias);
    PAIRS_BLOCKS_WITH_BIAS = code.function(pairsBlocksWithBias);
    INTERLEAVE = code.function(interleave);
    TRANSPOSE_PAIRS = code.function(transposePairs);
    TRANSPOSE = code.function(transpose);
    PACK_WEIGHT = code.function(packWeight);
    EXPONENTIALS = code.function(exponentials);
    EXPONENTIALS_WITH_DROPOUT = code.function(exponentialsWithDropout);
    SCORE_GRADIENTS = code.function(scoreGradients);
    SCORE_GRADIENTS_WITH_DROPOUT = code.function(scoreGradientsWithDropout);
    SCALE_ROWS = code.function(scaleRows);
    MULTIPLY_ROWS = code.function(multiplyRows);
    GELU = code.function(gelu);
    GELU_GRADIENT = code.function(geluGradient);
    SQUARED_RELU = code.function(squaredRelu);
    SQUARED_RELU_GRADIENT = code.function(squaredReluGradient);
    SWI_GLU = code.function(swiGlu);
    SWI_GLU_GRADIENT = code.function(swiGluGradient);
    ROTATE = code.function(rotate);
    ROTATE_BACK = code.function(rotateBack);
    LOG_SUMS = code.function(logSums);
    LOGIT_GRADIENTS = code.function(logitGradients);
    SMOOTHED_LOGIT_GRADIENTS = code.function(smoothedLogitGradients);
  }

  private Bfloats() {}

  /** Calls the function of the scratch's unit: the branch stands around the calls, so that the handle of each is constant. */
  private static void call(CodeScratch scratch, MethodHandle tiles, MethodHandle pairs) {
    if (scratch.unit() == MatrixUnit.TILES) {
      scratch.call(tiles);
    } else {
      scratch.call(pairs);
    }
  }

  /** out = left x right, in floats, of what the scratch's {@link TileProgram.Argument arguments} describe. */
  static void set(CodeScratch scratch) {
    call(scratch, TILES_SET, PAIRS_SET);
  }

  /** out += left x right, in floats. */
  static void add(CodeScratch scratch) {
    call(scratch, TILES_ADD, PAIRS_ADD);
  }

  /** out = left x right, in blocks of bfloat16. */
  static void blocks(CodeScratch scratch) {
    call(scratch, TILES_BLOCKS, PAIRS_BLOCKS);
  }

  /** out = left x right + bias, in blocks of bfloat16. */
  static void blocksWithBias(CodeScratch scratch) {
    call(scratch, TILES_BLOCKS_WITH_BIAS, PAIRS_BLOCKS_WITH_BIAS);
  }

  /** {@link BlockProgram#interleave} of the blocks that the scratch's {@link BlockProgram.Argument arguments} describe. */
  static void interleave(CodeScratch scratch) {
    scratch.call(INTERLEAVE);
  }

  /** {@link BlockProgram#transposePairs}. */
  static void transposePairs(CodeScratch scratch) {
    scratch.call(TRANSPOSE_PAIRS);
  }

  /** {@link BlockProgram#transpose}. */
  static void transpose(CodeScratch scratch) {
    scratch.call(TRANSPOSE);
  }

  /** {@link BlockProgram#packWeight}. */
  static void packWeight(CodeScratch scratch) {
    scratch.call(PACK_WEIGHT);
  }

  /** {@link SoftmaxForwardProgram} of the rows that the scratch's {@link SoftmaxProgram.Argument arguments} describe. */
  static void exponentials(CodeScratch scratch) {
    scratch.call(EXPONENTIALS);
  }

  /** {@link #exponentials} with dropout. */
  static void exponentialsWithDropout(CodeScratch scratch) {
    scratch.call(EXPONENTIALS_WITH_DROPOUT);
  }

  /** {@link SoftmaxBackwardProgram}. */
  static void scoreGradients(CodeScratch scratch) {
    scratch.call(SCORE_GRADIENTS);
  }

  /** {@link #scoreGradients} with dropout. */
  static void scoreGradientsWithDropout(CodeScratch scratch) {
    scratch.call(SCORE_GRADIENTS_WITH_DROPOUT);
  }

  /** {@link RowProgram#scale} of the rows that the scratch's {@link RowProgram.Argument arguments} describe. */
  static void scaleRows(CodeScratch scratch) {
    scratch.call(SCALE_ROWS);
  }

  /** {@link RowProgram#product}. */
  static void multiplyRows(CodeScratch scratch) {
    scratch.call(MULTIPLY_ROWS);
  }

  /** {@link GeluProgram#forward} of the numbers that the scratch's {@link ActivationProgram.Argument arguments} describe. */
  static void gelu(CodeScratch scratch) {
    scratch.call(GELU);
  }

  /** {@link GeluProgram#backward}. */
  static void geluGradient(CodeScratch scratch) {
    scratch.call(GELU_GRADIENT);
  }

  /** {@link SquaredReluProgram#forward} of the numbers that the scratch's {@link ActivationProgram.Argument arguments} describe. */
  static void squaredRelu(CodeScratch scratch) {
    scratch.call(SQUARED_RELU);
  }

  /** {@link SquaredReluProgram#backward}. */
  static void squaredReluGradient(CodeScratch scratch) {
    scratch.call(SQUARED_RELU_GRADIENT);
  }

  /** {@link SwiGluProgram#forward} of the numbers that the scratch's {@link SwiGluProgram.Argument arguments} describe. */
  static void swiGlu(CodeScratch scratch) {
    scratch.call(SWI_GLU);
  }

  /** {@link SwiGluProgram#backward}. */
  static void swiGluGradient(CodeScratch scratch) {
    scratch.call(SWI_GLU_GRADIENT);
  }

  /** {@link RotationProgram#forward} of the rows that the scratch's {@link RotationProgram.Argument arguments} describe. */
  static void rotate(CodeScratch scratch) {
    scratch.call(ROTATE);
  }

  /** {@link RotationProgram#backward}. */
  static void rotateBack(CodeScratch scratch) {
    scratch.call(ROTATE_BACK);
  }

  /** {@link LossProgram#logSums} of the rows that the scratch's {@link LossProgram.Argument arguments} describe. */
  static void logSums(CodeScratch scratch) {
    scratch.call(LOG_SUMS);
  }

  /** {@link LossProgram#gradients}. */
  static void logitGradients(CodeScratch scratch) {
    scratch.call(LOGIT_GRADIENTS);
  }

  /** The same of smoothed labels. */
  static void smoothedLogitGradients(CodeScratch scratch) {
    scratch.call(SMOOTHED_LOGIT_GRADIENTS);
  }
}
