package dev.minnow.kernel;

import dev.minnow.memory.ElementType;
import dev.minnow.memory.Slab;
import dev.minnow.memory.SlabLayout;
import dev.minnow.memory.Tensor;

/**
 * How fast this machine's memory is read: a block far larger than the caches, from one end to the other by all threads together. Programs
 * beside this one take from it, so a rate that is held against another is measured by turns with it.
 */
public final class StreamMeter implements AutoCloseable {
  /** Floats of the block: 512 MiB. */
  private static final long STREAM_FLOATS = 128L << 20;

  /** Floats that one call reads: 64 KiB. */
  private static final int CALL_FLOATS = 16 * 1024;

  /** Floats of a slice of the block: 1 MiB. */
  private static final int SLICE_FLOATS = 16 * CALL_FLOATS;

  /** {@link #CALL_FLOATS} from a cache take 2 microseconds when compiled. */
  private static final long COMPILED_CALL_NANOS = 20_000;

  private final WorkerPool pool;
  private final Slab slab;
  private final long address;

  /** Results go here, so that no compiler may drop the work. */
  @SuppressWarnings("UnusedVariable")
  private volatile float sink;

  /**
   * Reads with as many threads as this kernel has.
   *
   * @throws IllegalStateException where there are no vectors, which it reads with
   */
  public StreamMeter(Kernel kernel) {
    KernelChoice.requireVectors("What this machine can do at most cannot be measured");
    SlabLayout layout = new SlabLayout();
    int index = layout.add("stream", ElementType.F32, STREAM_FLOATS);
    slab = layout.allocate();
    Tensor stream = slab.tensor(index);
    // Pages that were never written are all the same page of zeros, which fits any cache.
    stream.segment().fill((byte) 1);
    address = stream.address();
    pool = new WorkerPool(kernel.threads());
    WarmUp.untilCompiled(() -> sink = VectorStream.read(address, CALL_FLOATS), COMPILED_CALL_NANOS, WarmUp.PATIENCE_NANOS);
  }

  /** Bytes of the block: what one {@link #read} reads. */
  public long bytes() {
    return STREAM_FLOATS * Float.BYTES;
  }

  /** Reads all of the block once. */
  public void read() {
    pool.run((int) (STREAM_FLOATS / SLICE_FLOATS), (slice, workspace) -> readSlice(slice));
  }

  private void readSlice(int slice) {
    long from = address + (long) slice * SLICE_FLOATS * Float.BYTES;
    float sum = 0;
    for (int at = 0; at < SLICE_FLOATS; at += CALL_FLOATS) {
      sum += VectorStream.read(from + (long) at * Float.BYTES, CALL_FLOATS);
    }
    sink = sum;
  }

  /** Stops the threads and frees the block. */
  @Override
  public void close() {
    pool.close();
    slab.close();
  }
}
