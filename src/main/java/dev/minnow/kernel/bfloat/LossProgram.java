package dev.minnow.kernel.bfloat;

import static dev.minnow.kernel.code.Register.R10;
import static dev.minnow.kernel.code.Register.R11;
import static dev.minnow.kernel.code.Register.R8;
import static dev.minnow.kernel.code.Register.R9;
import static dev.minnow.kernel.code.Register.RAX;
import static dev.minnow.kernel.code.Register.RCX;
import static dev.minnow.kernel.code.Register.RDI;
import static dev.minnow.kernel.code.Register.RDX;

import dev.minnow.kernel.code.Assembler;
import dev.minnow.kernel.code.CodeArgument;
import dev.minnow.kernel.lane.Exponentials;
import dev.minnow.kernel.lane.VectorCode;
import dev.minnow.memory.Blocks;

/** Softmax over rows of logits and its gradient, both in bfloat16 blocks, as machine code; up to 32 rows of one block row at a time. */
final class LossProgram {
  /** The arguments, in their order. */
  enum Argument implements CodeArgument {
    /** From 1 to 32. */
    ROWS,
    /** The first row. */
    LOGITS,
    /** Of 32 logits. */
    WHOLE_BLOCKS,
    /** 1 if some logits follow, else 0. */
    PART_BLOCKS,
    /** A bit for each of these logits. */
    PART,
    /** 32 floats: the log of each row's sum of exponentials. */
    LOG_SUMS,
    /** The first row of gradients; they may take the place of the logits. */
    GRADIENTS,
    /** A float: the logarithm to base 2 of the factor on gradients. */
    LOG_FACTOR,
    /** A float that smoothed gradients are less. */
    UNIFORM
  }

  private static final int FIRST_LANE = 1;
  private static final int[] PART = {2, 3};
  private static final int[] X = {0, 1};
  private static final int[] SCRATCH = {2, 3, 4, 5};
  private static final int[] SUMS = {6, 7};
  private static final int SHIFT = 8;
  private static final int LOG2_E = 16;
  private static final int LN_2 = 17;
  private static final int LEAST = 18;
  private static final int LOG_FACTOR = 19;
  private static final int UNIFORM = 20;

  private final Assembler a;
  private final VectorCode code;
  private final int constants;
  private final int logarithms;

  LossProgram(Assembler assembler) {
    this.a = assembler;
    this.code = new VectorCode(assembler);
    this.constants = assembler.floats(Exponentials.LOG2_E, (float) Math.log(2), Float.NEGATIVE_INFINITY);
    this.logarithms = code.logarithmConstants();
  }

  /** R8 is the row of logits, RAX runs along it; RCX is at its log of the sum. */
  private void begin() {
    code.loadPowers();
    a.vbroadcastss(LOG2_E, constants);
    a.vbroadcastss(LN_2, constants + Float.BYTES);
    a.vbroadcastss(LEAST, constants + 2 * Float.BYTES);
    code.loadFirstLane(FIRST_LANE, RAX);
    a.kmovw(PART[0], RDI, Argument.PART.offset());
    a.kmovw(PART[1], RDI, Argument.PART.offset() + Short.BYTES);
    a.load(R8, Argument.LOGITS);
    a.load(RCX, Argument.LOG_SUMS);
    a.load(R10, Argument.ROWS);
  }

  /** Goes on along the row, a block with each of as many turns as an argument says. */
  private void repeat(Argument count, Runnable body) {
    a.load(R11, count);
    a.repeat(R11, () -> {
      body.run();
      a.addImmediate(RAX, Blocks.BYTES);
    });
  }

  private void nextRow(int rows) {
    a.addImmediate(R8, Blocks.ROW_BYTES);
    a.addImmediate(RCX, Float.BYTES);
    a.dec(R10);
    a.jnz(rows);
  }

  /** The log of each row's sum of exponentials; those of rows that are not asked for mean nothing. */
  int logSums() {
    int entry = a.position();
    begin();
    int rows = a.position();
    maximum();
    a.vmulps(SHIFT, X[0], LOG2_E);
    a.vpxord(SUMS[0]);
    a.vpxord(SUMS[1]);
    a.mov(RAX, R8);
    repeat(Argument.WHOLE_BLOCKS, () -> addExponentials(false));
    repeat(Argument.PART_BLOCKS, () -> addExponentials(true));
    a.vaddps(SUMS[0], SUMS[0], SUMS[1]);
    code.sumOfLanes(SUMS[0], SCRATCH[0]);
    code.logarithm(SUMS[0], SCRATCH, LN_2, logarithms);
    a.vfmadd231ps(SUMS[0], SHIFT, LN_2);
    a.vmovupsStoreMasked(RCX, 0, FIRST_LANE, SUMS[0]);
    nextRow(rows);
    a.vzeroupper();
    a.ret();
    return entry;
  }

  private void maximum() {
    a.vmovaps(X[0], LEAST);
    a.vmovaps(X[1], LEAST);
    a.mov(RAX, R8);
    repeat(Argument.WHOLE_BLOCKS, () -> {
      code.widen(SCRATCH[0], SCRATCH[1], RAX);
      for (int half = 0; half < 2; half++) {
        a.vmaxps(X[half], X[half], SCRATCH[half]);
      }
    });
    repeat(Argument.PART_BLOCKS, () -> {
      code.widen(SCRATCH[0], SCRATCH[1], RAX);
      for (int half = 0; half < 2; half++) {
        a.vmovaps(SCRATCH[2], LEAST);
        a.vmovapsMasked(SCRATCH[2], PART[half], SCRATCH[half]);
        a.vmaxps(X[half], X[half], SCRATCH[2]);
      }
    });
    a.vmaxps(X[0], X[0], X[1]);
    code.maximumOfLanes(X[0], SCRATCH[0]);
  }

  /** X = 2 to the power of logit / ln 2 - shift; 0 for logits that are none. */
  private void exponentials(boolean part) {
    code.widen(X[0], X[1], RAX);
    for (int half = 0; half < 2; half++) {
      a.vfmsub213ps(X[half], LOG2_E, SHIFT);
    }
    code.powers(X, SCRATCH);
    if (part) {
      for (int half = 0; half < 2; half++) {
        a.vmovapsZeroing(X[half], PART[half], X[half]);
      }
    }
  }

  private void addExponentials(boolean part) {
    exponentials(part);
    for (int half = 0; half < 2; half++) {
      a.vaddps(SUMS[half], SUMS[half], X[half]);
    }
  }

  /** Factor x softmax, less the uniform part where it is smoothed. R9 is the row of gradients, RDX runs along it. */
  int gradients(boolean smoothed) {
    int entry = a.position();
    begin();
    a.vbroadcastss(LOG_FACTOR, RDI, Argument.LOG_FACTOR.offset());
    if (smoothed) {
      a.vbroadcastss(UNIFORM, RDI, Argument.UNIFORM.offset());
    }
    a.load(R9, Argument.GRADIENTS);
    int rows = a.position();
    a.vbroadcastss(SHIFT, RCX, 0);
    a.vfmsub213ps(SHIFT, LOG2_E, LOG_FACTOR);
    a.mov(RAX, R8);
    a.mov(RDX, R9);
    repeat(Argument.WHOLE_BLOCKS, () -> storeGradients(smoothed, false));
    repeat(Argument.PART_BLOCKS, () -> storeGradients(smoothed, true));
    a.addImmediate(R9, Blocks.ROW_BYTES);
    nextRow(rows);
    a.vzeroupper();
    a.ret();
    return entry;
  }

  private void storeGradients(boolean smoothed, boolean part) {
    exponentials(part);
    if (smoothed) {
      for (int half = 0; half < 2; half++) {
        a.vsubps(X[half], X[half], UNIFORM);
        if (part) {
          a.vmovapsZeroing(X[half], PART[half], X[half]);
        }
      }
    }
    a.vcvtne2ps2bf16(X[0], X[1], X[0]);
    a.vmovupsStore(RDX, 0, X[0]);
    a.addImmediate(RDX, Blocks.BYTES);
  }
}
