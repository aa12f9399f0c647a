package dev.minnow.kernel;

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

/**
 * Dot products of a row of floats with many rows of a weight, as machine code. What {@link WeightRows} compute, to the last bit, but the
 * weights that come next are fetched ahead as one stream: hardware loses track of eight rows at a time, and memory then waits for the
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
    /** The rows that this thread is expected to multiply next. */
    FOLLOWING
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

  private void load(Register to, Argument argument) {
    a.movLoad(to, RDI, argument.offset());
  }

  /** Sums are in registers 0 to 7, or on the stack. RCX runs through the stream of weights, a group of rows ahead. */
  int function() {
    int entry = a.position();
    a.pushSaved();
    if (sumsOnStack) {
      a.addImmediate(RSP, -GROUP * vectorBytes);
    }
    load(RSI, Argument.WEIGHTS);
    load(RBP, Argument.SCALES);
    load(RBX, Argument.SCALE_STRIDE);
    int groups = a.position();
    for (int row = 1; row < GROUP; row++) {
      a.mov(ROWS[row], ROWS[row - 1]);
      a.addLoad(ROWS[row], RDI, Argument.ROW_BYTES.offset());
    }
    aimStream();
    load(RDX, Argument.VALUES);
    load(R11, Argument.STEPS);
    clearSums();
    int steps = a.position();
    if (form == Form.BYTES) {
      scaledSteps();
    } else {
      step(0);
    }
    a.dec(R11);
    a.jnz(steps);
    storeSums();
    a.mov(RSI, R15);
    nextScales();
    load(RAX, Argument.GROUPS);
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

  /** The stream runs through the next group of rows; through what follows if this is the last. */
  private void aimStream() {
    load(RCX, Argument.FOLLOWING);
    load(RAX, Argument.GROUPS);
    a.dec(RAX);
    int last = a.jz();
    a.mov(RCX, R15);
    a.addLoad(RCX, RDI, Argument.ROW_BYTES.offset());
    a.land(last);
  }

  private void clearSums() {
    clear(0);
    if (sumsOnStack) {
      for (int row = 0; row < GROUP; row++) {
        a.vmovupsStore(RSP, row * vectorBytes, row);
      }
    }
  }

  private void clear(int first) {
    for (int row = 0; row < GROUP; row++) {
      a.vpxord(first + row);
    }
  }

  /**
   * A vector's number of weights of each row, added to the sums from {@code first} on; between them the stream, evenly, so that memory is
   * never hurried.
   */
  private void step(int first) {
    a.vmovups(value, RDX, 0);
    a.addImmediate(RDX, vectorBytes);
    int fetched = 0;
    for (int row = 0; row < GROUP; row++) {
      int weights = weight + row % WEIGHTS;
      loadWeights(weights, ROWS[row]);
      for (; fetched < (row + 1) * stepBytes; fetched += LINE_BYTES) {
        a.prefetcht1(RCX, fetched);
      }
      a.addImmediate(ROWS[row], stepBytes);
      a.vfmadd231ps(first + row, value, weights);
    }
    a.addImmediate(RCX, GROUP * stepBytes);
  }

  private void loadWeights(int to, Register from) {
    switch (form) {
      case FLOATS -> a.vmovups(to, from, 0);
      case BFLOATS -> {
        a.vpmovzxwd(to, from, 0);
        a.vpslld(to, to, 16);
      }
      case BYTES -> {
        a.vpmovsxbd(to, from, 0);
        a.vcvtdq2ps(to, to);
      }
    }
  }

  /** 64 weights of each row, whose sum is scaled. */
  private void scaledSteps() {
    clear(firstPart);
    for (int step = 0; step < ByteWeightRows.SCALE_GROUP / a.set().floats; step++) {
      step(firstPart);
    }
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
  }

  /** A row's scales end where the next row's begin; seven rows remain of the group. */
  private void nextScales() {
    for (int row = 1; row < GROUP; row++) {
      a.add(RBP, RBX);
    }
  }

  /** Sums on the stack are still in their registers too. */
  private void storeSums() {
    load(RAX, Argument.OUT);
    for (int row = 0; row < GROUP; row++) {
      code.sumOfLanes(row, weight);
      a.vmovssStore(RAX, row * Float.BYTES, row);
    }
    a.addImmediate(RAX, GROUP * Float.BYTES);
    a.movStore(RDI, Argument.OUT.offset(), RAX);
  }
}
