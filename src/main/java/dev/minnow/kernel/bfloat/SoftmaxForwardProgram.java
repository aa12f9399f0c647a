package dev.minnow.kernel.bfloat;

import static dev.minnow.kernel.code.Register.R15;
import static dev.minnow.kernel.code.Register.RAX;
import static dev.minnow.kernel.code.Register.RBX;
import static dev.minnow.kernel.code.Register.RCX;

import dev.minnow.kernel.code.Assembler;
import dev.minnow.kernel.code.Register;
import dev.minnow.memory.Blocks;

/**
 * Exponentials of scale x (score - the row's largest score), dropped out but not scaled; the logs of their sums without dropout, which
 * count the largest scores in; and the factors that make outputs of what the
 * exponentials weigh.
 */
final class SoftmaxForwardProgram extends SoftmaxProgram {
  private static final int[] X = {0, 1};
  private static final int[] SCRATCH = {2, 3, 4, 5};
  private static final int[] SUMS = {6, 7};
  private static final int MAXIMUM = 8;
  private static final int NUMERATOR = 9;
  private static final int LN_2 = 24;
  private static final int LEAST = 25;

  private final int constants;
  private final int logarithms;

  SoftmaxForwardProgram(Assembler assembler, boolean dropout) {
    super(assembler, dropout);
    constants = assembler.floats((float) Math.log(2), Float.NEGATIVE_INFINITY);
    logarithms = code.logarithmConstants();
  }

  /** RCX is at the row's log of the sum, which holds the maximum until {@link #end}, R15 at the output's factor, which holds the sum. */
  @Override
  void begin() {
    a.load(RCX, Argument.LOG_SUMS);
    a.load(R15, Argument.OUTPUT_FACTORS);
    a.vbroadcastss(LN_2, constants);
    a.vbroadcastss(LEAST, constants + Float.BYTES);
  }

  @Override
  void beginRow() {
    a.vmovaps(X[0], LEAST);
    a.vmovaps(X[1], LEAST);
    repeat(Argument.WHOLE_BLOCKS, () -> {
      for (int half = 0; half < 2; half++) {
        a.vmaxps(X[half], X[half], RAX, half * VECTOR_BYTES);
      }
      a.addImmediate(RAX, 2 * VECTOR_BYTES);
    });
    for (int half = 0; half < 2; half++) {
      a.vmovaps(SCRATCH[half], LEAST);
      a.vmovupsMasked(SCRATCH[half], SEEN[half], RAX, half * VECTOR_BYTES);
      a.vmaxps(X[half], X[half], SCRATCH[half]);
    }
    a.vmaxps(X[0], X[0], X[1]);
    code.maximumOfLanes(X[0], SCRATCH[0]);
    a.vmulps(MAXIMUM, X[0], SCALE);
    a.vmulps(X[0], MAXIMUM, LN_2);
    a.vmovupsStoreMasked(RCX, 0, FIRST_LANE, X[0]);
    a.vpxord(SUMS[0]);
    a.vpxord(SUMS[1]);
    a.mov(RAX, Register.R8);
  }

  @Override
  void block(boolean onDiagonal) {
    for (int half = 0; half < 2; half++) {
      a.vmovups(X[half], RAX, half * VECTOR_BYTES);
      a.vfmsub213ps(X[half], SCALE, MAXIMUM);
    }
    powers(X, SCRATCH);
    if (dropout) {
      keep();
    }
    for (int half = 0; half < 2; half++) {
      if (onDiagonal) {
        a.vmovapsZeroing(X[half], SEEN[half], X[half]);
      }
      a.vaddps(SUMS[half], SUMS[half], X[half]);
      if (dropout) {
        a.vmovapsZeroing(X[half], KEPT[half], X[half]);
      }
    }
    a.vcvtne2ps2bf16(X[0], X[1], X[0]);
    a.vmovupsStore(RBX, 0, X[0]);
    a.addImmediate(RAX, 2 * VECTOR_BYTES);
    a.addImmediate(RBX, Blocks.BYTES);
  }

  @Override
  void zeroBlock() {
    a.vmovupsStore(RBX, 0, ZERO);
    a.addImmediate(RBX, Blocks.BYTES);
  }

  @Override
  void endRow() {
    a.vaddps(SUMS[0], SUMS[0], SUMS[1]);
    code.sumOfLanes(SUMS[0], SCRATCH[0]);
    a.vmovupsStoreMasked(R15, 0, FIRST_LANE, SUMS[0]);
    a.addImmediate(RCX, Float.BYTES);
    a.addImmediate(R15, Float.BYTES);
  }

  /** Of 32 rows, however many were asked for. */
  @Override
  void end() {
    a.load(RCX, Argument.LOG_SUMS);
    a.load(R15, Argument.OUTPUT_FACTORS);
    broadcast(NUMERATOR, Argument.DROPOUT_SCALE);
    for (int half = 0; half < 2; half++) {
      a.vmovups(X[0], R15, half * VECTOR_BYTES);
      a.vdivps(X[1], NUMERATOR, X[0]);
      a.vmovupsStore(R15, half * VECTOR_BYTES, X[1]);
      code.logarithm(X[0], SCRATCH, LN_2, logarithms);
      a.vmovups(X[1], RCX, half * VECTOR_BYTES);
      a.vaddps(X[0], X[0], X[1]);
      a.vmovupsStore(RCX, half * VECTOR_BYTES, X[0]);
    }
  }
}
