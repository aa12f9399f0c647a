package dev.minnow.kernel.activation;

import static dev.minnow.kernel.code.Register.R10;
import static dev.minnow.kernel.code.Register.R8;
import static dev.minnow.kernel.code.Register.R9;
import static dev.minnow.kernel.code.Register.RAX;
import static dev.minnow.kernel.code.Register.RCX;
import static dev.minnow.kernel.code.Register.RDX;

import dev.minnow.kernel.code.Assembler;
import dev.minnow.kernel.code.CodeArgument;
import dev.minnow.kernel.code.LaneConstant;
import dev.minnow.kernel.lane.NumberForm;
import dev.minnow.kernel.lane.VectorCode;
import java.util.stream.IntStream;

/** A function of numbers in rows and its gradient, as machine code: a loop around what each function is. */
public abstract class ActivationProgram {
  /** The arguments, in their order; the function itself reads no gradient. */
  public enum Argument implements CodeArgument {
    IN,
    OUT,
    GRADIENT,
    /** Times two vectors' numbers of a row, at least 1. */
    COUNT,
    /** At least 1. */
    ROWS,
    /** Bytes from the end of a row to the next, the same in all matrices. */
    SKIP
  }

  /** Registers with the numbers. */
  static final int[] X = {0, 1};

  /** Registers with the gradients, which only {@link #differentiate} has. */
  static final int[] GRADIENTS = {10, 11};

  /** The first of the registers with {@link #constants}. */
  static final int FIRST_CONSTANT = 16;

  /** How far ahead numbers are fetched that the processor does not foresee: from memory they take half the time so. */
  private static final int AHEAD_BYTES = 1024;

  private static final int LINE_BYTES = 64;

  final Assembler a;
  private final NumberForm form;
  private LaneConstant[] written = {};

  ActivationProgram(Assembler assembler, NumberForm form) {
    this.a = assembler;
    this.form = form;
  }

  /** Numbers that the function computes with. */
  abstract float[] constants();

  /**
   * The register of the constant with this index, if there is one: up to {@link VectorCode#FIRST_CONSTANT}, where those of powers begin.
   */
  int register(int constant) {
    return FIRST_CONSTANT + constant;
  }

  /** The constant with this index, once {@link #forward} or {@link #backward} has begun. */
  final LaneConstant constant(int index) {
    return written[index];
  }

  /** Loads the constants of other functions that this one is made of. */
  void loadFunctions(VectorCode code) {
    code.loadPowers();
  }

  /** Replaces each number by its function. */
  abstract void evaluate(VectorCode code);

  /** Multiplies each gradient by the derivative at its number, which may be lost. */
  abstract void differentiate(VectorCode code);

  /** out = the function of in. */
  public final int forward() {
    return function(false);
  }

  /** out = gradient x the derivative at in. */
  public final int backward() {
    return function(true);
  }

  private int function(boolean gradient) {
    VectorCode code = new VectorCode(a);
    float[] constants = constants();
    written = LaneConstant.write(a, IntStream.range(0, constants.length).map(this::register).toArray(), constants);
    int bytes = form.bytes(a.set());
    int entry = a.position();
    loadFunctions(code);
    LaneConstant.load(a, written);
    a.load(RAX, Argument.IN);
    a.load(RDX, Argument.OUT);
    a.load(R8, Argument.SKIP);
    a.load(R9, Argument.ROWS);
    if (gradient) {
      a.load(RCX, Argument.GRADIENT);
    }
    int rows = a.position();
    a.load(R10, Argument.COUNT);
    int loop = a.position();
    code.load(form, X[0], X[1], RAX);
    if (gradient) {
      code.load(form, GRADIENTS[0], GRADIENTS[1], RCX);
      differentiate(code);
      code.store(form, RDX, GRADIENTS[0], GRADIENTS[1]);
    } else {
      evaluate(code);
      code.store(form, RDX, X[0], X[1]);
    }
    for (int line = 0; line < bytes; line += LINE_BYTES) {
      a.prefetcht0(RAX, AHEAD_BYTES + line);
      if (gradient) {
        a.prefetcht0(RCX, AHEAD_BYTES + line);
      } else {
        a.prefetchw(RDX, AHEAD_BYTES + line);
      }
    }
    a.addImmediate(RAX, bytes);
    a.addImmediate(RDX, bytes);
    a.addImmediate(RCX, bytes);
    a.dec(R10);
    a.jnz(loop);
    a.add(RAX, R8);
    a.add(RDX, R8);
    a.add(RCX, R8);
    a.dec(R9);
    a.jnz(rows);
    a.vzeroupper();
    a.ret();
    return entry;
  }
}
