package dev.minnow.kernel.bfloat;

import static dev.minnow.kernel.code.Register.R11;
import static dev.minnow.kernel.code.Register.R12;
import static dev.minnow.kernel.code.Register.R13;
import static dev.minnow.kernel.code.Register.R15;
import static dev.minnow.kernel.code.Register.RAX;
import static dev.minnow.kernel.code.Register.RBX;
import static dev.minnow.kernel.code.Register.RCX;
import static dev.minnow.kernel.code.Register.RDX;

import dev.minnow.kernel.code.Assembler;
import dev.minnow.kernel.lane.Exponentials;
import dev.minnow.memory.Blocks;

/**
 * Probabilities p anew from scores and the logs of sums, dropped out but not scaled, and the gradients of the scaled scores: p (dp -
 * weighted sum), where dp is the gradient of the dropped-out probability x the dropout's factor.
 */
final class SoftmaxBackwardProgram extends SoftmaxProgram {
  private static final int[] X = {0, 1};
  private static final int[] SCRATCH = {2, 3, 4, 5};
  private static final int[] GRADIENTS = {6, 7};
  private static final int LOG_SUM = 8;
  private static final int WEIGHTED_SUM = 9;
  private static final int DROPOUT_SCALE = 24;
  private static final int LOG2_E = 25;

  private final int log2e;

  SoftmaxBackwardProgram(Assembler assembler, boolean dropout) {
    super(assembler, dropout);
    log2e = assembler.floats(Exponentials.LOG2_E);
  }

  /** R11 is the row of gradients of probabilities, R12 that of the scores' gradients; RDX and R13 run along them. */
  @Override
  void begin() {
    a.load(R11, Argument.DPROBABILITIES);
    a.load(R12, Argument.DSCORES);
    a.load(RCX, Argument.LOG_SUMS);
    a.load(R15, Argument.WEIGHTED_SUMS);
    broadcast(DROPOUT_SCALE, Argument.DROPOUT_SCALE);
    a.vbroadcastss(LOG2_E, log2e);
  }

  @Override
  void beginRow() {
    a.mov(RDX, R11);
    a.mov(R13, R12);
    a.vbroadcastss(LOG_SUM, RCX, 0);
    a.vmulps(LOG_SUM, LOG_SUM, LOG2_E);
    a.vbroadcastss(WEIGHTED_SUM, R15, 0);
  }

  @Override
  void block(boolean onDiagonal) {
    for (int half = 0; half < 2; half++) {
      a.vmovups(X[half], RAX, half * VECTOR_BYTES);
      a.vfmsub213ps(X[half], SCALE, LOG_SUM);
      a.vmovups(GRADIENTS[half], RDX, half * VECTOR_BYTES);
    }
    powers(X, SCRATCH);
    if (dropout) {
      keep();
    }
    for (int half = 0; half < 2; half++) {
      if (onDiagonal) {
        a.vmovapsZeroing(X[half], SEEN[half], X[half]);
      }
      if (dropout) {
        a.vmovapsZeroing(GRADIENTS[half], KEPT[half], GRADIENTS[half]);
      }
      a.vfmsub213ps(GRADIENTS[half], DROPOUT_SCALE, WEIGHTED_SUM);
      a.vmulps(GRADIENTS[half], GRADIENTS[half], X[half]);
      if (dropout) {
        a.vmovapsZeroing(X[half], KEPT[half], X[half]);
      }
    }
    a.vcvtne2ps2bf16(X[0], X[1], X[0]);
    a.vmovupsStore(RBX, 0, X[0]);
    a.vcvtne2ps2bf16(GRADIENTS[0], GRADIENTS[1], GRADIENTS[0]);
    a.vmovupsStore(R13, 0, GRADIENTS[0]);
    a.addImmediate(RAX, 2 * VECTOR_BYTES);
    a.addImmediate(RDX, 2 * VECTOR_BYTES);
    a.addImmediate(RBX, Blocks.BYTES);
    a.addImmediate(R13, Blocks.BYTES);
  }

  @Override
  void zeroBlock() {
    a.vmovupsStore(RBX, 0, ZERO);
    a.vmovupsStore(R13, 0, ZERO);
    a.addImmediate(RBX, Blocks.BYTES);
    a.addImmediate(R13, Blocks.BYTES);
  }

  @Override
  void endRow() {
    a.add(R11, Argument.SCORE_STRIDE);
    a.addImmediate(R12, Blocks.ROW_BYTES);
    a.addImmediate(RCX, Float.BYTES);
    a.addImmediate(R15, Float.BYTES);
  }

  @Override
  void end() {}
}
