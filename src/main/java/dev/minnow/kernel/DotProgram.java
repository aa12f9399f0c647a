package dev.minnow.kernel;

import static dev.minnow.kernel.Assembler.Register.R10;
import static dev.minnow.kernel.Assembler.Register.R11;
import static dev.minnow.kernel.Assembler.Register.R12;
import static dev.minnow.kernel.Assembler.Register.R13;
import static dev.minnow.kernel.Assembler.Register.R14;
import static dev.minnow.kernel.Assembler.Register.R15;
import static dev.minnow.kernel.Assembler.Register.R8;
import static dev.minnow.kernel.Assembler.Register.R9;
import static dev.minnow.kernel.Assembler.Register.RAX;
import static dev.minnow.kernel.Assembler.Register.RBP;
import static dev.minnow.kernel.Assembler.Register.RBX;
import static dev.minnow.kernel.Assembler.Register.RCX;
import static dev.minnow.kernel.Assembler.Register.RDI;
import static dev.minnow.kernel.Assembler.Register.RDX;
import static dev.minnow.kernel.Assembler.Register.RSI;

/**
 * Dot products of a row of floats with many rows of a weight, as machine code for AVX-512. What {@link WeightRows} compute, to the last
 * bit, but the weights that come next are fetched ahead as one stream: hardware loses track of eight rows at a time, and memory then
 * waits for the loop. A function takes the address of its arguments ({@link Argument}), eight bytes each.
 */
final class DotProgram {
  /** How weights are kept. */
  enum Form {
    /** {@link FloatWeightRows}. */
    FLOATS(64),
    /** {@link BfloatWeightRows}. */
    BFLOATS(32),
    /** {@link ByteWeightRows}. */
    BYTES(16);

    /** Bytes of 16 weights. */
    private final int stepBytes;

    Form(int stepBytes) {
      this.stepBytes = stepBytes;
    }
  }

  /** The arguments, in their order. */
  enum Argument implements CodeArgument {
    /** Floats: multiples of 16, and of 64 for bytes. */
    VALUES,
    /** The first of the weight's rows. */
    WEIGHTS,
    /** Bytes of a row; the next one follows it. */
    ROW_BYTES,
    /** Groups of {@link WeightRows#GROUP} rows, at least one; counted down to 0. */
    GROUPS,
    /** Vectors of 16 floats in a row; for bytes groups of 64 that share a scale. */
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

  private static final int VECTOR_BYTES = VectorCode.VECTOR_BYTES;
  private static final int GROUP = WeightRows.GROUP;

  /** Steps that share a scale. */
  private static final int SCALED_STEPS = ByteWeightRows.SCALE_GROUP / VectorCode.FLOATS;

  /** One for each row of a group. */
  private static final Assembler.Register[] ROWS = {RSI, R8, R9, R10, R12, R13, R14, R15};

  private static final int VALUE = 16;
  private static final int WEIGHT = 17;
  private static final int FIRST_PART = 8;
  private static final int FIRST_LANE = 1;

  private final Assembler a;
  private final VectorCode code;
  private final Form form;

  DotProgram(Assembler assembler, Form form) {
    this.a = assembler;
    this.code = new VectorCode(assembler);
    this.form = form;
  }

  private void load(Assembler.Register to, Argument argument) {
    a.movLoad(to, RDI, argument.offset());
  }

  /** Sums are in registers 0 to 7. RCX runs through the stream of weights, a group of rows ahead. */
  int function() {
    int entry = a.position();
    a.pushSaved();
    code.loadFirstLane(FIRST_LANE, RAX);
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
    clear(0);
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

  private void clear(int first) {
    for (int row = 0; row < GROUP; row++) {
      a.vpxord(first + row);
    }
  }

  /** 16 weights of each row, added to the sums from {@code first} on; between them the stream, evenly, so that memory is never hurried. */
  private void step(int first) {
    a.vmovups(VALUE, RDX, 0);
    a.addImmediate(RDX, VECTOR_BYTES);
    int fetched = 0;
    for (int row = 0; row < GROUP; row++) {
      int weight = WEIGHT + row % 4;
      loadWeights(weight, ROWS[row]);
      for (; fetched < (row + 1) * form.stepBytes; fetched += VECTOR_BYTES) {
        a.prefetcht1(RCX, fetched);
      }
      a.addImmediate(ROWS[row], form.stepBytes);
      a.vfmadd231ps(first + row, VALUE, weight);
    }
    a.addImmediate(RCX, GROUP * form.stepBytes);
  }

  private void loadWeights(int weight, Assembler.Register from) {
    switch (form) {
      case FLOATS -> a.vmovups(weight, from, 0);
      case BFLOATS -> {
        a.vpmovzxwd(weight, from, 0);
        a.vpslld(weight, weight, 16);
      }
      case BYTES -> {
        a.vpmovsxbd(weight, from, 0);
        a.vcvtdq2ps(weight, weight);
      }
    }
  }

  /** 64 weights of each row, whose sum is scaled. */
  private void scaledSteps() {
    clear(FIRST_PART);
    for (int step = 0; step < SCALED_STEPS; step++) {
      step(FIRST_PART);
    }
    a.mov(RAX, RBP);
    for (int row = 0; row < GROUP; row++) {
      a.vbroadcastss(WEIGHT, RAX, 0);
      a.vfmadd231ps(row, FIRST_PART + row, WEIGHT);
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

  private void storeSums() {
    load(RAX, Argument.OUT);
    for (int row = 0; row < GROUP; row++) {
      code.sumOfLanes(row, WEIGHT);
      a.vmovupsStoreMasked(RAX, row * Float.BYTES, FIRST_LANE, row);
    }
    a.addImmediate(RAX, GROUP * Float.BYTES);
    a.movStore(RDI, Argument.OUT.offset(), RAX);
  }
}
