package dev.minnow.kernel.bfloat;

import static dev.minnow.kernel.code.Register.R10;
import static dev.minnow.kernel.code.Register.R8;
import static dev.minnow.kernel.code.Register.R9;
import static dev.minnow.kernel.code.Register.RAX;
import static dev.minnow.kernel.code.Register.RCX;
import static dev.minnow.kernel.code.Register.RDX;

import dev.minnow.kernel.code.Assembler;
import dev.minnow.kernel.code.CodeArgument;
import dev.minnow.kernel.lane.VectorCode;
import dev.minnow.memory.Blocks;

/** Rotation of pairs of bfloat16 numbers in rows of two blocks, in place, as machine code: x cos - y sin and y cos + x sin. */
final class RotationProgram {
  /** The arguments, in their order. */
  enum Argument implements CodeArgument {
    /** The first row of the first numbers' block. */
    X,
    /** The first row of the second numbers' block. */
    Y,
    /** Floats: the cosines of the first row. */
    COSINES,
    /** Floats: its sines. */
    SINES,
    /** Bytes from a row of cosines, or sines, to the next. */
    TURN_STRIDE,
    /** From 1 to 32. */
    ROWS
  }

  private static final int VECTOR_BYTES = VectorCode.VECTOR_BYTES;
  private static final int[] X = {0, 1};
  private static final int[] Y = {2, 3};
  private static final int[] COSINES = {4, 5};
  private static final int[] SINES = {6, 7};
  private static final int[] SCRATCH = {8, 9};

  private final Assembler a;

  RotationProgram(Assembler assembler) {
    this.a = assembler;
  }

  /** Turns. */
  int forward() {
    return function(false);
  }

  /** Turns back. */
  int backward() {
    return function(true);
  }

  private int function(boolean back) {
    VectorCode code = new VectorCode(a);
    int entry = a.position();
    a.load(RAX, Argument.X);
    a.load(RCX, Argument.Y);
    a.load(RDX, Argument.COSINES);
    a.load(R8, Argument.SINES);
    a.load(R9, Argument.TURN_STRIDE);
    a.load(R10, Argument.ROWS);
    int loop = a.position();
    code.widen(X[0], X[1], RAX);
    code.widen(Y[0], Y[1], RCX);
    for (int half = 0; half < 2; half++) {
      a.vmovups(COSINES[half], RDX, half * VECTOR_BYTES);
      a.vmovups(SINES[half], R8, half * VECTOR_BYTES);
      turn(X[half], Y[half], COSINES[half], SINES[half], SCRATCH[half], back);
    }
    a.vcvtne2ps2bf16(X[0], X[1], X[0]);
    a.vmovupsStore(RAX, 0, X[0]);
    a.vcvtne2ps2bf16(Y[0], Y[1], Y[0]);
    a.vmovupsStore(RCX, 0, Y[0]);
    a.addImmediate(RAX, Blocks.ROW_BYTES);
    a.addImmediate(RCX, Blocks.ROW_BYTES);
    a.add(RDX, R9);
    a.add(R8, R9);
    a.dec(R10);
    a.jnz(loop);
    a.vzeroupper();
    a.ret();
    return entry;
  }

  private void turn(int x, int y, int cosine, int sine, int scratch, boolean back) {
    a.vmulps(scratch, x, sine);
    a.vmulps(sine, sine, y);
    if (back) {
      a.vfmadd213ps(x, cosine, sine);
      a.vfmsub213ps(y, cosine, scratch);
    } else {
      a.vfmsub213ps(x, cosine, sine);
      a.vfmadd213ps(y, cosine, scratch);
    }
  }
}
