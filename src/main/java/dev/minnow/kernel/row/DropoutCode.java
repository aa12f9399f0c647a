package dev.minnow.kernel.row;

import dev.minnow.kernel.Dropout;
import dev.minnow.kernel.code.Assembler;
import dev.minnow.kernel.code.CodeArgument;
import dev.minnow.kernel.code.Register;

/** The masks of {@link Dropout}, a vector at a time, as a part of functions of machine code. */
public final class DropoutCode {
  /** Vector registers that it needs, one after the other. */
  public static final int REGISTERS = 9;

  private final Assembler a;
  private final int hash;
  private final int scratch;
  private final int terms;
  private final int keyLow;
  private final int keyHigh;
  private final int threshold;
  private final int mix1;
  private final int mix2;
  private final int termStep;
  private final int firstTerms;
  private final int integers;

  /**
   * Puts the constants before the code that is written next.
   *
   * @param firstRegister of {@link #REGISTERS}
   */
  public DropoutCode(Assembler assembler, int firstRegister) {
    this.a = assembler;
    this.hash = firstRegister;
    this.scratch = firstRegister + 1;
    this.terms = firstRegister + 2;
    this.keyLow = firstRegister + 3;
    this.keyHigh = firstRegister + 4;
    this.threshold = firstRegister + 5;
    this.mix1 = firstRegister + 6;
    this.mix2 = firstRegister + 7;
    this.termStep = firstRegister + 8;
    int[] lanes = new int[assembler.set().floats];
    for (int lane = 0; lane < lanes.length; lane++) {
      lanes[lane] = Dropout.term(lane);
    }
    firstTerms = assembler.integers(lanes);
    integers = assembler.integers(Dropout.MIX_1, Dropout.MIX_2, Dropout.term(lanes.length));
  }

  /**
   * Loads what all rows have in common.
   *
   * @param arguments address of the arguments
   * @param below the integer below which a hash drops its element
   */
  public void loadConstants(Register arguments, CodeArgument below) {
    a.vbroadcastss(threshold, arguments, below.offset());
    a.vbroadcastss(mix1, integers);
    a.vbroadcastss(mix2, integers + Integer.BYTES);
    a.vbroadcastss(termStep, integers + 2 * Integer.BYTES);
  }

  /** Goes to column 0 of the row whose key {@code keys} is at, and moves that to the next one. */
  public void beginRow(Register keys) {
    a.vmovups(terms, firstTerms);
    a.vbroadcastss(keyLow, keys, 0);
    a.vbroadcastss(keyHigh, keys, Integer.BYTES);
    a.addImmediate(keys, Long.BYTES);
  }

  /** Goes on by as many columns as {@code argument} is the {@link Dropout#term} of. */
  public void skipColumns(Register arguments, CodeArgument argument) {
    a.vbroadcastss(scratch, arguments, argument.offset());
    a.vpaddd(terms, terms, scratch);
  }

  /** Begins with keys and terms of each lane in memory; from a vector to the next terms grow by {@code step}. */
  void begin(Register lows, Register highs, Register lanes, Register arguments, CodeArgument step) {
    a.vmovups(keyLow, lows, 0);
    a.vmovups(keyHigh, highs, 0);
    a.vmovups(terms, lanes, 0);
    a.vbroadcastss(termStep, arguments, step.offset());
  }

  /** A mask of the next lanes that are kept. */
  public void keep(int mask) {
    hash();
    a.vpcmpnltud(mask, hash, threshold);
  }

  /** A register = {@code scale} in the next lanes that are kept, else 0. */
  public void factors(int register, int scale) {
    hash();
    // Both are below 2^24: the difference has the sign of the comparison.
    a.vpsubd(register, hash, threshold);
    a.vpsrad(register, register, Integer.SIZE - 1);
    a.vpandnd(register, register, scale);
  }

  /** As {@link Dropout#hash}. */
  private void hash() {
    a.vpxord(hash, terms, keyLow);
    mix();
    a.vpxord(hash, hash, keyHigh);
    mix();
    a.vpsrld(hash, hash, 8);
    a.vpaddd(terms, terms, termStep);
  }

  private void mix() {
    a.vpsrld(scratch, hash, 16);
    a.vpxord(hash, hash, scratch);
    a.vpmulld(hash, hash, mix1);
    a.vpsrld(scratch, hash, 15);
    a.vpxord(hash, hash, scratch);
    a.vpmulld(hash, hash, mix2);
    a.vpsrld(scratch, hash, 16);
    a.vpxord(hash, hash, scratch);
  }
}
