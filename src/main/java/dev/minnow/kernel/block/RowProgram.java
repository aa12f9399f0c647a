package dev.minnow.kernel.block;

import static dev.minnow.kernel.code.Register.R10;
import static dev.minnow.kernel.code.Register.R11;
import static dev.minnow.kernel.code.Register.R8;
import static dev.minnow.kernel.code.Register.R9;
import static dev.minnow.kernel.code.Register.RAX;
import static dev.minnow.kernel.code.Register.RCX;
import static dev.minnow.kernel.code.Register.RDX;

import dev.minnow.kernel.code.Assembler;
import dev.minnow.kernel.code.CodeArgument;
import dev.minnow.kernel.lane.VectorCode;
import dev.minnow.memory.Blocks;

/** Rows of one block row of bfloat16, some blocks wide, as machine code. */
public final class RowProgram {
  /** The arguments, in their order; not every function reads all. */
  public enum Argument implements CodeArgument {
    /** From 1 to 32. */
    ROWS,
    /** Blocks that a row runs through. */
    WIDTH_BLOCKS,
    /** The first row of blocks that is written, or multiplied. */
    BLOCKS,
    /** The first row of blocks that it is multiplied with. */
    OTHER_BLOCKS,
    /** Floats. */
    FLOATS,
    /** Bytes from a row of floats to the next. */
    FLOATS_STRIDE,
    /** A float for each row. */
    FACTORS,
    /** Bytes from a factor to the next, 0 where all rows have one. */
    FACTORS_STEP
  }

  private static final int VECTOR_BYTES = VectorCode.VECTOR_BYTES;
  private static final int FIRST_LANE = 1;

  private final Assembler a;

  public RowProgram(Assembler assembler) {
    this.a = assembler;
  }

  /** Row of blocks = row of floats x factor. */
  public int scale() {
    int entry = a.position();
    a.load(RAX, Argument.BLOCKS);
    a.load(RDX, Argument.FLOATS);
    a.load(RCX, Argument.FACTORS);
    a.load(R10, Argument.ROWS);
    int rows = a.position();
    a.vbroadcastss(0, RCX, 0);
    a.mov(R8, RAX);
    a.mov(R9, RDX);
    a.load(R11, Argument.WIDTH_BLOCKS);
    int blocks = a.position();
    a.vmulps(1, 0, R9, 0);
    a.vmulps(2, 0, R9, VECTOR_BYTES);
    a.vcvtne2ps2bf16(1, 2, 1);
    a.vmovupsStore(R8, 0, 1);
    a.addImmediate(R8, Blocks.BYTES);
    a.addImmediate(R9, 2 * VECTOR_BYTES);
    a.dec(R11);
    a.jnz(blocks);
    a.addImmediate(RAX, Blocks.ROW_BYTES);
    a.add(RDX, Argument.FLOATS_STRIDE);
    a.add(RCX, Argument.FACTORS_STEP);
    a.dec(R10);
    a.jnz(rows);
    a.vzeroupper();
    a.ret();
    return entry;
  }

  /** Factor = the sum of products of a row of blocks and one of the other blocks. */
  public int product() {
    VectorCode code = new VectorCode(a);
    int entry = a.position();
    code.loadFirstLane(FIRST_LANE, RAX);
    a.load(RAX, Argument.BLOCKS);
    a.load(RDX, Argument.OTHER_BLOCKS);
    a.load(RCX, Argument.FACTORS);
    a.load(R10, Argument.ROWS);
    int rows = a.position();
    a.vpxord(0);
    a.mov(R8, RAX);
    a.mov(R9, RDX);
    a.load(R11, Argument.WIDTH_BLOCKS);
    int blocks = a.position();
    a.vmovups(1, R8, 0);
    a.vdpbf16ps(0, 1, R9, 0);
    a.addImmediate(R8, Blocks.BYTES);
    a.addImmediate(R9, Blocks.BYTES);
    a.dec(R11);
    a.jnz(blocks);
    code.sumOfLanes(0, 1);
    a.vmovupsStoreMasked(RCX, 0, FIRST_LANE, 0);
    a.addImmediate(RAX, Blocks.ROW_BYTES);
    a.addImmediate(RDX, Blocks.ROW_BYTES);
    a.addImmediate(RCX, Float.BYTES);
    a.dec(R10);
    a.jnz(rows);
    a.vzeroupper();
    a.ret();
    return entry;
  }
}
