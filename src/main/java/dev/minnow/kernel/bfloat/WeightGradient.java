package dev.minnow.kernel.bfloat;

import dev.minnow.kernel.Accumulation;
import dev.minnow.kernel.block.BlockProgram;
import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.pool.CodeScratch;
import dev.minnow.kernel.pool.EvenCuts;
import dev.minnow.kernel.pool.TaskGrid;
import dev.minnow.kernel.pool.WorkerPool;
import dev.minnow.kernel.pool.Workspace;
import dev.minnow.kernel.row.Epilogue;
import dev.minnow.memory.Blocks;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Tensor;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/**
 * dweight (K, C) = or += dout (N, K)ᵀ x in (N, C) on the matrix unit. The depth is N, and it is taken in chunks. The narrower operand is
 * brought into its form once for all threads, a strip of it after the other; a task takes some columns of the wider one, keeps its part of
 * dweight in the L2 cache for all chunks, and brings what it multiplies into form there: so the wider operand is read once and never
 * written.
 */
final class WeightGradient {
  /** Bytes of dweight and the wider operand that one task keeps in an L2 cache of 2 MiB, and more than it takes of its thread's scratch. */
  static final int TASK_BYTES = 1 << 20;

  /** Blocks of the narrower operand's columns that one task takes, at most. */
  private static final int TASK_COLUMNS = 24;

  private static final int TASKS_PER_THREAD = 2;

  /** Blocks of depth in a chunk, at most: a strip of right, 32 KiB, stays in the L1 cache. */
  private static final int CHUNK_BLOCKS = 16;

  private static final int SUMS_BYTES = Blocks.SIZE * Float.BYTES;

  private final Tensor dweight;
  private final @Nullable Tensor dbias;
  private final Tensor dout;
  private final Tensor in;
  private final boolean adds;
  private final int k;
  private final int c;
  private final int depthBlocks;
  private final int chunks;

  /** Whether tasks take columns of {@code in}, and not of dout. */
  private final boolean cutsIn;

  /** Blocks of columns of the wider operand. */
  private final int wideBlocks;

  /** Blocks of columns of the narrower operand. */
  private final int narrowBlocks;

  private final TileProduct[] products;

  WeightGradient(Tensor dweight, @Nullable Tensor dbias, Tensor dout, Tensor in, Accumulation accumulation) {
    this.dweight = dweight;
    this.dbias = dbias;
    this.dout = dout;
    this.in = in;
    this.adds = accumulation == Accumulation.ADD;
    this.k = (int) dout.dimension(1);
    this.c = (int) in.dimension(1);
    this.depthBlocks = (int) Blocks.count(dout.dimension(0));
    this.chunks = Math.ceilDiv(depthBlocks, CHUNK_BLOCKS);
    this.cutsIn = c > k;
    this.wideBlocks = (int) Blocks.count(Math.max(k, c));
    this.narrowBlocks = (int) Blocks.count(Math.min(k, c));
    this.products = products();
  }

  /** Bytes that all threads share: the narrower of two operands of so many rows in its form, and sums of its columns. */
  static long sharedBytes(long rows, long narrowerColumns) {
    return ElementType.BF16_BLOCKS.bytes(rows, narrowerColumns) + Blocks.count(rows) * Blocks.count(narrowerColumns) * SUMS_BYTES;
  }

  /** {@link #sharedBytes(long, long)} of this gradient. */
  long sharedBytes() {
    return sharedBytes(dout.dimension(0), Math.min(k, c));
  }

  /** @param shared address of {@link #sharedBytes} bytes */
  void run(WorkerPool pool, long shared) {
    pool.run(depthBlocks, (block, workspace) -> packShared(shared, block, workspace.code()));
    if (cutsIn && dbias != null) {
      addUp(shared);
      putBias(sharedSums(shared, 0), 0, narrowBlocks);
    }
    int narrowTasks = Math.ceilDiv(narrowBlocks, TASK_COLUMNS);
    long stripBytes = Math.ceilDiv(narrowBlocks, narrowTasks) * CodeScratch.FLOAT_BLOCK_BYTES + (long) CHUNK_BLOCKS * Blocks.BYTES;
    int wideTasks = Math.ceilDiv(wideBlocks, Math.clamp(TASK_BYTES / stripBytes, 1, wideBlocks));
    if (pool.threads() > 1) {
      wideTasks = Math.clamp(Math.ceilDiv(TASKS_PER_THREAD * pool.threads(), narrowTasks), wideTasks, Math.max(wideTasks, wideBlocks));
    }
    new TaskGrid(wideBlocks, wideTasks, narrowBlocks, narrowTasks)
        .run(
            pool,
            (firstWide, endWide, firstNarrow, endNarrow, workspace) -> run(shared, firstWide, endWide, firstNarrow, endNarrow, workspace));
  }

  /** The first block of depth of a chunk. */
  private int start(int chunk) {
    return EvenCuts.start(depthBlocks, chunk, chunks);
  }

  /** Blocks of depth of a chunk. */
  private int length(int chunk) {
    return start(chunk + 1) - start(chunk);
  }

  /** Address of a chunk of the narrower operand: its strips, one after the other. */
  private long sharedChunk(long shared, int chunk) {
    return shared + (long) start(chunk) * narrowBlocks * Blocks.BYTES;
  }

  /** Address of the sums over a block of depth of the narrower operand's columns. */
  private long sharedSums(long shared, int block) {
    return shared + (long) depthBlocks * narrowBlocks * Blocks.BYTES + (long) block * narrowBlocks * SUMS_BYTES;
  }

  private void packShared(long shared, int block, CodeScratch scratch) {
    int chunk = (int) (((long) block * chunks + chunks - 1) / depthBlocks);
    long target = sharedChunk(shared, chunk) + (long) (block - start(chunk)) * Blocks.BYTES;
    if (cutsIn) {
      clear(sharedSums(shared, block), narrowBlocks);
    }
    pack(!cutsIn, block, 0, narrowBlocks, target, length(chunk), sharedSums(shared, block), scratch);
  }

  /**
   * Brings a block of depth of some columns into form: of {@code in} into right form, of dout into left form, its sums added up.
   *
   * @param length blocks of depth from a strip to the next
   */
  private void pack(boolean ofIn, int block, int first, int count, long target, int length, long sums, CodeScratch scratch) {
    Tensor operand = ofIn ? in : dout;
    long source = operand.address() + (block * Blocks.count(operand.dimension(1)) + first) * Blocks.BYTES;
    scratch.blocks(source, Blocks.BYTES, target, (long) length * Blocks.BYTES, count);
    if (ofIn) {
      Bfloats.interleave(scratch);
    } else {
      scratch.put(BlockProgram.Argument.SUMS, sums);
      scratch.put(BlockProgram.Argument.SUMS_STEP, SUMS_BYTES);
      Bfloats.transpose(scratch);
    }
  }

  private void run(long shared, int firstWide, int endWide, int firstNarrow, int endNarrow, Workspace workspace) {
    CodeScratch scratch = workspace.code();
    int strips = endWide - firstWide;
    long sums = scratch.large((long) strips * (SUMS_BYTES + CHUNK_BLOCKS * Blocks.BYTES));
    long packed = sums + (long) strips * SUMS_BYTES;
    clear(sums, strips);
    for (int chunk = 0; chunk < chunks; chunk++) {
      int length = length(chunk);
      for (int block = 0; block < length; block++) {
        pack(cutsIn, start(chunk) + block, firstWide, strips, packed + (long) block * Blocks.BYTES, length, sums, scratch);
      }
      long wide = packed - (long) firstWide * length * Blocks.BYTES;
      long narrow = sharedChunk(shared, chunk);
      if (cutsIn) {
        products[chunk].run(narrow, wide, firstNarrow, endNarrow, firstWide, endWide, workspace);
      } else {
        products[chunk].run(wide, narrow, firstWide, endWide, firstNarrow, endNarrow, workspace);
      }
    }
    if (!cutsIn && firstNarrow == 0) {
      putBias(sums, firstWide, endWide);
    }
    scratch.checkGuards();
  }

  /** Those of all chunks, which add up in dweight. */
  private TileProduct[] products() {
    long strideBytes = (long) c * Float.BYTES;
    TileOutput first = new TileOutput.Floats(dweight.address(), strideBytes, adds);
    TileOutput next = new TileOutput.Floats(dweight.address(), strideBytes, true);
    TileProduct[] all = new TileProduct[chunks];
    for (int chunk = 0; chunk < chunks; chunk++) {
      all[chunk] = new TileProduct(chunk == 0 ? first : next, k, c, length(chunk) * Blocks.SIZE, Epilogue.NONE);
    }
    return all;
  }

  private static void clear(long sums, int strips) {
    for (int i = 0; i < strips * Blocks.SIZE; i++) {
      Lanes.storeFloat(0, sums + (long) i * Float.BYTES);
    }
  }

  /** The sums over the first block of depth += those over the others. */
  private void addUp(long shared) {
    int floats = narrowBlocks * Blocks.SIZE;
    for (int i = 0; i < floats; i += Lanes.COUNT) {
      FloatVector sum = FloatVector.zero(Lanes.FLOATS);
      for (int block = 0; block < depthBlocks; block++) {
        long at = sharedSums(shared, block) + (long) i * Float.BYTES;
        sum = sum.add(FloatVector.fromMemorySegment(Lanes.FLOATS, Lanes.MEMORY, at, Lanes.ORDER));
      }
      sum.intoMemorySegment(Lanes.MEMORY, sharedSums(shared, 0) + (long) i * Float.BYTES, Lanes.ORDER);
    }
  }

  /** The sums of dout's columns are the gradient of the bias. */
  private void putBias(long sums, int firstStrip, int endStrip) {
    if (dbias != null) {
      int first = firstStrip * Blocks.SIZE;
      for (int i = first; i < Math.min(k, endStrip * Blocks.SIZE); i++) {
        float before = adds ? dbias.getFloat(i) : 0;
        dbias.setFloat(i, before + Lanes.loadFloat(sums + (long) (i - first) * Float.BYTES));
      }
    }
  }
}
