package dev.minnow.kernel.pool;

import dev.minnow.kernel.block.BlockProgram;
import dev.minnow.kernel.block.MatrixUnit;
import dev.minnow.kernel.block.RowProgram;
import dev.minnow.kernel.block.TileProgram;
import dev.minnow.kernel.code.CodeArgument;
import dev.minnow.kernel.code.MachineCode;
import dev.minnow.kernel.lane.Lanes;
import dev.minnow.memory.Blocks;
import dev.minnow.memory.Scratch;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * What one thread hands to functions of machine code, and memory for what it brings into their forms.
 */
public final class CodeScratch {
  private static final long ARGUMENT_BYTES = 256;

  /** Bytes of a block of floats. */
  public static final long FLOAT_BLOCK_BYTES = Blocks.SIZE * Blocks.SIZE * Float.BYTES;
  private static final long SUMS_BYTES = Blocks.SIZE * Float.BYTES;

  private final @Nullable MatrixUnit unit;
  private final Scratch small = new Scratch();
  private final Scratch large = new Scratch();

  /**
   * The arguments of the next call. They are put into memory all at once: each store there makes the compiler inline a dozen methods, and
   * of so many it compiles code that it never mends where it meets a case which it was not compiled for.
   */
  private final long[] values = new long[(int) (ARGUMENT_BYTES / Long.BYTES)];

  /** Where functions find the arguments. */
  private final long arguments = small.address(ARGUMENT_BYTES + 2 * FLOAT_BLOCK_BYTES + SUMS_BYTES + RowFetch.BYTES);

  /** Address of a block of floats that waits to be stored. */
  private final long waitingBlock = floatBlock() + FLOAT_BLOCK_BYTES;

  private final RowFetch ahead = new RowFetch(sums() + SUMS_BYTES);

  /** That of a thread which multiplies matrices of bfloat16 with this unit, if at all. */
  CodeScratch(@Nullable MatrixUnit unit) {
    this.unit = unit;
  }

  /** What this thread multiplies matrices of bfloat16 with. */
  public MatrixUnit unit() {
    if (unit == null) {
      throw new IllegalStateException("This thread's kernel multiplies no bfloat16.");
    }
    return unit;
  }

  /** Address of {@link Blocks#SIZE} squared floats. */
  public long floatBlock() {
    return arguments + ARGUMENT_BYTES;
  }

  /** Address of {@link Blocks#SIZE} floats. */
  public long sums() {
    return waitingBlock + FLOAT_BLOCK_BYTES;
  }

  /** Rows that functions fetch ahead. */
  public RowFetch ahead() {
    return ahead;
  }

  /** Address of at least so many bytes, at a multiple of 64; valid until the next call. */
  public long large(long bytes) {
    return large.address(bytes);
  }

  /** Bytes held. */
  public long bytes() {
    return small.bytes() + large.bytes();
  }

  /** Frees the memory, with which this scratch is of no more use. */
  void free() {
    small.free();
    large.free();
  }

  /** Calls a function of machine code that takes the address of its arguments. */
  public void call(MethodHandle function) {
    MachineCode.call(function, arguments());
  }

  /** Calls a function of machine code that takes three places in memory and the address of its arguments. */
  public void call(MethodHandle function, MemorySegment first, MemorySegment second, MemorySegment third) {
    long address = arguments();
    try {
      function.invokeExact(first, second, third, address);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      // Machine code throws nothing.
      throw new AssertionError(e);
    }
  }

  private long arguments() {
    MemorySegment.copy(values, 0, Lanes.MEMORY, Lanes.LONG, arguments, values.length);
    return arguments;
  }

  public void put(CodeArgument argument, long value) {
    values[argument.ordinal()] = value;
  }

  /** One of several numbers, of this index, that begin at an argument. */
  public void put(CodeArgument first, int index, long value) {
    values[first.ordinal() + index] = value;
  }

  public void put(CodeArgument argument, float value) {
    values[argument.ordinal()] = Float.floatToRawIntBits(value);
  }

  /** The left operand of a product: its block rows, {@code step} bytes apart. */
  public CodeScratch left(long address, long step, int rowBlocks) {
    put(TileProgram.Argument.LEFT, address);
    put(TileProgram.Argument.LEFT_STEP, step);
    put(TileProgram.Argument.ROW_BLOCKS, rowBlocks);
    return this;
  }

  /** The right operand: its block columns, {@code step} bytes apart. */
  public CodeScratch right(long address, long step, int columnBlocks) {
    put(TileProgram.Argument.RIGHT, address);
    put(TileProgram.Argument.RIGHT_STEP, step);
    put(TileProgram.Argument.COLUMN_BLOCKS, columnBlocks);
    return this;
  }

  public CodeScratch depth(int blocks) {
    put(TileProgram.Argument.DEPTH_BLOCKS, blocks);
    return this;
  }

  /** The output of a product: rows of floats, {@code strideBytes} apart. */
  public CodeScratch floats(long address, long strideBytes) {
    put(TileProgram.Argument.OUT_STRIDE, strideBytes);
    return out(address, Blocks.SIZE * strideBytes, (long) Blocks.SIZE * Float.BYTES);
  }

  /** The output of a product: blocks of bfloat16, block rows {@code step} bytes apart. */
  public CodeScratch outBlocks(long address, long step) {
    return out(address, step, Blocks.BYTES);
  }

  private CodeScratch out(long address, long rowStep, long columnStep) {
    put(TileProgram.Argument.OUT, address);
    put(TileProgram.Argument.OUT_ROW_STEP, rowStep);
    put(TileProgram.Argument.OUT_COLUMN_STEP, columnStep);
    put(TileProgram.Argument.SCRATCH, waitingBlock);
    return this;
  }

  /** Blocks to bring into another form: {@code count} of them, both {@code step} bytes apart. */
  public CodeScratch blocks(long source, long sourceStep, long target, long targetStep, int count) {
    put(BlockProgram.Argument.SOURCE, source);
    put(BlockProgram.Argument.SOURCE_STEP, sourceStep);
    put(BlockProgram.Argument.TARGET, target);
    put(BlockProgram.Argument.TARGET_STEP, targetStep);
    put(BlockProgram.Argument.COUNT, count);
    return this;
  }

  /**
   * A block row, and as many rows of floats that it is made of, each times a factor of its own.
   *
   * @param stride bytes from a row of floats to the next
   * @param factors address of floats
   */
  public CodeScratch rowsTimesEach(long blocks, long floats, long stride, int rows, int widthBlocks, long factors) {
    put(RowProgram.Argument.FACTORS, factors);
    put(RowProgram.Argument.FACTORS_STEP, Float.BYTES);
    return rows(blocks, floats, stride, rows, widthBlocks);
  }

  /** A block row, and as many rows of floats that it is made of, all times one factor. */
  public CodeScratch rowsTimes(long blocks, long floats, long stride, int rows, int widthBlocks, float factor) {
    Lanes.storeFloat(factor, sums());
    put(RowProgram.Argument.FACTORS, sums());
    put(RowProgram.Argument.FACTORS_STEP, 0);
    return rows(blocks, floats, stride, rows, widthBlocks);
  }

  private CodeScratch rows(long blocks, long floats, long stride, int rows, int widthBlocks) {
    put(RowProgram.Argument.FLOATS, floats);
    put(RowProgram.Argument.FLOATS_STRIDE, stride);
    return rows(blocks, rows, widthBlocks);
  }

  private CodeScratch rows(long blocks, int rows, int widthBlocks) {
    put(RowProgram.Argument.BLOCKS, blocks);
    put(RowProgram.Argument.ROWS, rows);
    put(RowProgram.Argument.WIDTH_BLOCKS, widthBlocks);
    return this;
  }

  /** Two block rows, and where the sums of their products go, row by row, as floats. */
  public CodeScratch rowPair(long blocks, long otherBlocks, int rows, int widthBlocks, long sums) {
    put(RowProgram.Argument.OTHER_BLOCKS, otherBlocks);
    put(RowProgram.Argument.FACTORS, sums);
    return rows(blocks, rows, widthBlocks);
  }

  /** Fails if a function has written beyond the scratch. */
  public void checkGuards() {
    small.checkGuards();
    large.checkGuards();
  }
}
