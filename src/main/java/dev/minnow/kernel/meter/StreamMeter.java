package dev.minnow.kernel.meter;

import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.pool.WorkerPool;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Opened;
import dev.minnow.memory.Slab;
import dev.minnow.memory.SlabLayout;
import dev.minnow.memory.Tensor;

/**
 * How fast this machine's memory is read: a block from one end to the other by all threads together. A round leaves nothing in the caches
 * of what was there before.
 */
final class StreamMeter implements LimitMeter {
  /** Floats of the block: 512 MiB, which is more than caches hold and takes some tens of milliseconds. */
  private static final long STREAM_FLOATS = 128L << 20;

  /** Floats that one call reads: 64 KiB. */
  private static final int CALL_FLOATS = 16 * 1024;

  /** Floats of a slice of the block: 1 MiB. */
  private static final int SLICE_FLOATS = 16 * CALL_FLOATS;

  /** {@link #CALL_FLOATS} from a cache take 2 microseconds when compiled. */
  private static final long COMPILED_CALL_NANOS = 20_000;

  private final Opened opened = new Opened();
  private final long address;
  private final WorkerPool pool;

  /** Results go here, so that no compiler may drop the work. */
  @SuppressWarnings("UnusedVariable")
  private volatile float sink;

  /** Reads with as many threads as this kernel has, and with vectors, which there must be. */
  StreamMeter(Kernel kernel) {
    SlabLayout layout = new SlabLayout();
    int index = layout.add("stream", ElementType.F32, STREAM_FLOATS);
    try {
      Tensor stream = opened.add(layout.allocate(), Slab::close).tensor(index);
      // Pages that were never written are all the same page of zeros, which fits any cache.
      stream.segment().fill((byte) 1);
      address = stream.address();
      pool = opened.add(new WorkerPool(kernel.threads()), WorkerPool::close);
    } catch (RuntimeException | Error e) {
      opened.close();
      throw e;
    }
    WarmUp.untilCompiled(() -> sink = VectorStream.read(address, CALL_FLOATS), COMPILED_CALL_NANOS);
  }

  /** Bytes of the block. */
  @Override
  public double work() {
    return (double) STREAM_FLOATS * Float.BYTES;
  }

  /** Reads all of the block once. */
  @Override
  public void run() {
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

  @Override
  public void close() {
    opened.close();
  }
}
