package dev.minnow.kernel.attention;

import static dev.minnow.kernel.code.Register.R10;
import static dev.minnow.kernel.code.Register.R11;
import static dev.minnow.kernel.code.Register.R8;
import static dev.minnow.kernel.code.Register.R9;
import static dev.minnow.kernel.code.Register.RAX;
import static dev.minnow.kernel.code.Register.RCX;
import static dev.minnow.kernel.code.Register.RDI;
import static dev.minnow.kernel.code.Register.RDX;
import static dev.minnow.kernel.code.Register.RSI;

import dev.minnow.kernel.code.Assembler;
import dev.minnow.kernel.code.CodeArgument;
import dev.minnow.kernel.lane.ExponentialCode;

/**
 * What {@link AttentionSoftmax} makes of transposed scores, as machine code: what its loops compute, to the last bit, in one pass where
 * they take one for each step.
 *
 * <p>A function takes three addresses, the first of which is that of the scratch, and its arguments ({@link Argument}), eight bytes each.
 */
final class ScoreProgram {
  /** The arguments, in their order: places are bytes from the scratch's address; each function reads those that it has to do with. */
  enum Argument implements CodeArgument {
    /** The first query's score with the first key. */
    SCORES,
    /** The gradients of probabilities, which become those of scores. */
    GRADIENTS,
    /** Of each query: the largest score so far. */
    MAXIMA,
    /** Of each query: the sum of exponentials so far. */
    SUMS,
    /** Of each query: becomes what results of earlier blocks are to be multiplied by. */
    FACTORS,
    /** Of each query. */
    LOG_SUM_EXP,
    /** Of each query: the sum over keys of probability x its gradient. */
    WEIGHTED_SUMS,
    /** Vectors of queries, from 1 to 8. */
    VECTORS,
    /** Of each vector of queries, from here on: keys, at least 0. */
    KEYS
  }

  private static final int STRIDE_BYTES = PanelProduct.STRIDE * Float.BYTES;

  private static final int X = 0;
  private static final int MAXIMUM = 1;
  private static final int UNDER = 2;
  private static final int OVER = 3;
  private static final int OTHER = 4;
  private static final int SUM = 5;
  private static final int[] SCRATCH = {6, 7, 8};
  private static final int LOG_SUM = 9;
  private static final int WEIGHTED_SUM = 10;
  private static final int GRADIENT = 11;

  private final Assembler a;
  private final int vectorBytes;
  private final ExponentialCode exponential;

  ScoreProgram(Assembler assembler) {
    this.a = assembler;
    this.vectorBytes = assembler.set().vectorBytes;
    this.exponential = new ExponentialCode(assembler);
  }

  /** Scores become exponentials of their distance from the largest one, maxima and sums are taken further. */
  int exponentials() {
    return function(Argument.MAXIMA, Argument.SUMS, () -> {
      a.vmovups(MAXIMUM, R8, 0);
      a.vmovaps(X, MAXIMUM);
      maximum();
      a.vmovupsStore(R8, 0, MAXIMUM);
      // What the maxima were, less what they are.
      a.vsubps(X, X, MAXIMUM);
      exponential.replace(X, SCRATCH, UNDER, OVER);
      a.mov(RAX, RDI);
      a.addLoad(RAX, RCX, Argument.FACTORS.offset());
      a.vmovupsStore(RAX, 0, X);
      a.addImmediate(RDI, vectorBytes);
      a.vmulps(SUM, X, R9, 0);
      a.mov(RAX, RSI);
      a.movLoad(R10, RDX, 0);
      a.repeat(R10, () -> {
        replaceScore(MAXIMUM);
        a.vaddps(SUM, SUM, X);
      });
      a.vmovupsStore(R9, 0, SUM);
    });
  }

  /** The largest score, which is no NaN: of keys with even numbers, and of those with odd ones, then of both. */
  private void maximum() {
    a.vmovaps(OTHER, MAXIMUM);
    a.mov(RAX, RSI);
    a.movLoad(R10, RDX, 0);
    a.repeat(R10, () -> {
      a.vmovups(SUM, RAX, 0);
      // Of two numbers the second one comes out where one is NaN.
      a.vmaxps(SUM, SUM, MAXIMUM);
      a.vmovaps(MAXIMUM, OTHER);
      a.vmovaps(OTHER, SUM);
      a.addImmediate(RAX, STRIDE_BYTES);
    });
    a.vmaxps(MAXIMUM, OTHER, MAXIMUM);
  }

  /** Scores become probabilities p, gradients dp of these become p (dp - weighted sum). */
  int gradients() {
    return function(Argument.LOG_SUM_EXP, Argument.WEIGHTED_SUMS, () -> {
      a.vmovups(LOG_SUM, R8, 0);
      a.vmovups(WEIGHTED_SUM, R9, 0);
      a.mov(RAX, RSI);
      a.mov(R11, RDI);
      a.addLoad(R11, RCX, Argument.GRADIENTS.offset());
      a.addImmediate(RDI, vectorBytes);
      a.movLoad(R10, RDX, 0);
      a.repeat(R10, () -> {
        replaceScore(LOG_SUM);
        a.vmovups(GRADIENT, R11, 0);
        a.vsubps(GRADIENT, GRADIENT, WEIGHTED_SUM);
        a.vmulps(GRADIENT, GRADIENT, X);
        a.vmovupsStore(R11, 0, GRADIENT);
        a.addImmediate(R11, STRIDE_BYTES);
      });
    });
  }

  /** Scores at RAX, which goes on to the next key, become exponentials of what they are above a register; X has them too. */
  private void replaceScore(int subtrahend) {
    a.vmovups(X, RAX, 0);
    a.vsubps(X, X, subtrahend);
    exponential.replace(X, SCRATCH, UNDER, OVER);
    a.vmovupsStore(RAX, 0, X);
    a.addImmediate(RAX, STRIDE_BYTES);
  }

  /**
   * For each vector of queries: RSI is at its first score, R8 and R9 at its numbers of two kinds, RDX at the number of its keys, RDI at the
   * scratch as seen from it.
   */
  private int function(Argument first, Argument second, Runnable body) {
    int entry = a.position();
    exponential.load();
    a.mov(RSI, RDI);
    a.mov(R8, RDI);
    a.mov(R9, RDI);
    a.addLoad(RSI, RCX, Argument.SCORES.offset());
    a.addLoad(R8, RCX, first.offset());
    a.addLoad(R9, RCX, second.offset());
    a.mov(RDX, RCX);
    a.addImmediate(RDX, Argument.KEYS.offset());
    int vectors = a.position();
    body.run();
    a.addImmediate(RSI, vectorBytes);
    a.addImmediate(R8, vectorBytes);
    a.addImmediate(R9, vectorBytes);
    a.addImmediate(RDX, Long.BYTES);
    a.movLoad(RAX, RCX, Argument.VECTORS.offset());
    a.dec(RAX);
    a.movStore(RCX, Argument.VECTORS.offset(), RAX);
    a.jnz(vectors);
    a.vzeroupper();
    a.ret();
    return entry;
  }
}
