package dev.minnow.kernel.weight;

import static dev.minnow.kernel.code.Register.R10;
import static dev.minnow.kernel.code.Register.R11;
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
import static dev.minnow.kernel.code.Register.RSP;

import dev.minnow.kernel.code.Assembler;
import dev.minnow.kernel.code.CodeArgument;
import dev.minnow.kernel.code.InstructionSet;
import dev.minnow.kernel.code.Register;
import dev.minnow.kernel.lane.VectorCode;

/**
 * Dot products of a row of floats with many rows of a weight, as machine code. What {@link WeightRows} compute, to the last bit, but
 * weights that come later are fetched ahead as one stream: hardware loses track of eight rows at a time, and memory then waits for the
 * loop. A function takes the address of its arguments ({@link Argument}), eight bytes each.
 */
final class DotProgram {
  /** How weights are kept. */
  enum Form {
    /** {@link FloatWeightRows}. */
    FLOATS(1),
    /** {@link BfloatWeightRows}. */
    BFLOATS(2),
    /** {@link ByteWeightRows}. */
    BYTES(4);

    /** Weights in the bytes of a float. */
    private final int narrowness;

    Form(int narrowness) {
      this.narrowness = narrowness;
    }
  }

  /** The arguments, in their order. */
  enum Argument implements CodeArgument {
    /** Floats: whole vectors, and multiples of 64 for bytes. */
    VALUES,
    /** The first of the weight's rows. */
    WEIGHTS,
    /** Bytes of a row; the next one follows it. */
    ROW_BYTES,
    /** Groups of {@link WeightRows#GROUP} rows, at least one; counted down to 0. */
    GROUPS,
    /** Vectors of floats in a row; for bytes groups of 64 that share a scale. */
    STEPS,
    /** For bytes: the scales of the first row. */
    SCALES,
    /** Bytes from a row's scales to the next row's. */
    SCALE_STRIDE,
    /** Floats, one for each row; moved along. */
    OUT,
    /** Where as many bytes are fetched as these rows have. */
    WEIGHTS_AHEAD,
    /** For bytes: the same of scales; moved along. */
    SCALES_AHEAD
  }

  private static final int LINE_BYTES = 64;
  private static final int GROUP = WeightRows.GROUP;

  /** One for each row of a group. */
  private static final Register[] ROWS = {RSI, R8, R9, R10, R12, R13, R14, R15};

  /** Registers of weights, which take turns. */
  private static final int WEIGHTS = 4;

  private final Assembler a;
  private final VectorCode code;
  private final Form form;
  private final int vectorBytes;

  /** Bytes of a vector's number of weights. */
  private final int stepBytes;

  /** Whether sums lie on the stack while those of weights that share a scale take their registers. */
  private final boolean sumsOnStack;

  /** The first register of such sums. */
  private final int firstPart;

  private final int value;
  private final int weight;

  DotProgram(Assembler assembler, Form form) {
    InstructionSet set = assembler.set();
    this.a = assembler;
    this.code = new VectorCode(assembler);
    this.form = form;
    this.vectorBytes = set.vectorBytes;
    this.stepBytes = vectorBytes / form.narrowness;
    boolean roomForBoth = 2 * GROUP + 1 + WEIGHTS <= set.registers;
    this.sumsOnStack = form == Form.BYTES && !roomForBoth;
    this.firstPart = roomForBoth ? GROUP : 0;
    this.value = firstPart + GROUP;
    this.weight = value + 1;
  }

  /** Sums are in registers 0 to 7, or on the stack. RCX runs through the weights that are fetched. */
  int function() {
    int entry = a.position();
    a.pushSaved();
    if (sumsOnStack) {
      a.addImmediate(RSP, -GROUP * vectorBytes);
    }
    a.load(RSI, Argument.WEIGHTS);
    a.load(RBP, Argument.SCALES);
    a.load(RBX, Argument.SCALE_STRIDE);
    a.load(RCX, Argument.WEIGHTS_AHEAD);
    int groups = a.position();
    for (int row = 1; row < GROUP; row++) {
      a.mov(ROWS[row], ROWS[row - 1]);
      a.add(ROWS[row], Argument.ROW_BYTES);
    }
    a.load(RDX, Argument.VALUES);
    a.load(R11, Argument.STEPS);
    clearSums();
    int steps = a.position();
    if (form == Form.BYTES) {
      scaledSteps();
    } else {
      step(0, 0, false);
      advance(1);
    }
    a.dec(R11);
    a.jnz(steps);
    storeSums();
    a.mov(RSI, R15);
    nextScales();
    a.load(RAX, Argument.GROUPS);
    a.dec(RAX);
    a.movStore(RDI, Argument.GROUPS.offset(), RAX);
    a.jnz(groups);
    a.vzeroupper();
    if (sumsOnStack) {
      a.addImmediate(RSP, GROUP * vectorBytes);
    }
    a.popSaved();
    a.ret();
    return entry;
  }

  private void clearSums() {
    for (int row = 0; row < GROUP; row++) {
      a.vpxord(row);
      if (sumsOnStack) {
        a.vmovupsStore(RSP, row * vectorBytes, row);
      }
    }
  }

  /**
   * A vector's number of weights of each row, added to the sums from {@code first} on; between them others are fetched, evenly, so that
   * memory is never hurried.
   *
   * @param number steps since the last {@link #advance}
   * @param begins whether the sums begin with these
   */
  private void step(int first, int number, boolean begins) {
    a.vmovups(value, RDX, number * vectorBytes);
    int fetched = 0;
    for (int row = 0; row < GROUP; row++) {
      int weights = weight + row % WEIGHTS;
      loadWeights(weights, ROWS[row], number * stepBytes);
      for (; fetched < (row + 1) * stepBytes; fetched += LINE_BYTES) {
        a.prefetcht1(RCX, number * GROUP * stepBytes + fetched);
      }
      if (begins) {
        a.vmulps(first + row, value, weights);
      } else {
        a.vfmadd231ps(first + row, value, weights);
      }
    }
  }

  /** Moves along by as many steps as were taken. */
  private void advance(int steps) {
    a.addImmediate(RDX, steps * vectorBytes);
    for (Register row : ROWS) {
      a.addImmediate(row, steps * stepBytes);
    }
    a.addImmediate(RCX, steps * GROUP * stepBytes);
  }

  private void loadWeights(int to, Register from, int displacement) {
    switch (form) {
      case FLOATS -> a.vmovups(to, from, displacement);
      case BFLOATS -> {
        a.vpmovzxwd(to, from, displacement);
        a.vpslld(to, to, 16);
      }
      case BYTES -> {
        a.vpmovsxbd(to, from, displacement);
        a.vcvtdq2ps(to, to);
      }
    }
  }

  /** 64 weights of each row, whose sum is scaled. */
  private void scaledSteps() {
    int steps = ByteGroups.SIZE / a.set().floats;
    for (int number = 0; number < steps; number++) {
      step(firstPart, number, number == 0);
    }
    advance(steps);
    a.mov(RAX, RBP);
    for (int row = 0; row < GROUP; row++) {
      a.vbroadcastss(weight, RAX, 0);
      if (sumsOnStack) {
        a.vfmadd213ps(row, weight, RSP, row * vectorBytes);
        a.vmovupsStore(RSP, row * vectorBytes, row);
      } else {
        a.vfmadd231ps(row, firstPart + row, weight);
      }
      a.add(RAX, RBX);
    }
    a.addImmediate(RBP, Float.BYTES);
    fetchScales();
  }

  /** As many as were taken: they lie far from each other in the rows at work, one after the other in memory. */
  private void fetchScales() {
    a.load(RAX, Argument.SCALES_AHEAD);
    a.prefetcht0(RAX, 0);
    a.addImmediate(RAX, GROUP * Float.BYTES);
    a.movStore(RDI, Argument.SCALES_AHEAD.offset(), RAX);
  }

  /** A row's scales end where the next row's begin; seven rows remain of the group. */
  private void nextScales() {
    for (int row = 1; row < GROUP; row++) {
      a.add(RBP, RBX);
    }
  }

  /** Sums on the stack are still in their registers too. */
  private void storeSums() {
    a.load(RAX, Argument.OUT);
    for (int row = 0; row < GROUP; row++) {
      code.sumOfLanes(row, weight);
      a.vmovssStore(RAX, row * Float.BYTES, row);
    }
    a.addImmediate(RAX, GROUP * Float.BYTES);
    a.movStore(RDI, Argument.OUT.offset(), RAX);
  }
}
