package dev.minnow.kernel.meter;

import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.block.MatrixUnit;
import dev.minnow.kernel.lane.VectorSupport;
import dev.minnow.kernel.lane.VirtualMachine;
import dev.minnow.kernel.pool.WorkerPool;
import dev.minnow.memory.Blocks;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Opened;
import dev.minnow.memory.Slab;
import dev.minnow.memory.SlabLayout;
import dev.minnow.memory.Tensor;
import java.util.OptionalDouble;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How fast this machine multiplies and adds where nothing waits for memory, in the unit that a kernel multiplies matrices with: of vectors
 * in registers, or of blocks of bfloat16 from the L1 cache. This class loads where there are no vectors.
 */
public final class PeakMeter implements LimitMeter {
  /** Enough for a first figure while somebody waits for something else. */
  private static final long GLANCE_NANOS = 100_000_000;

  /** Slices of a round per thread: a thread that is held up leaves its share to the others. */
  private static final int SLICES_PER_THREAD = 16;

  /** Steps of one call of the loop on registers: some 6 microseconds, beside which the call costs nothing. */
  private static final int STEPS = 4000;

  /** Steps of a call to warm up: many short calls make the compiler replace the method, few long ones only the loop, which is slow. */
  private static final int WARM_UP_STEPS = 32;

  /** {@link #WARM_UP_STEPS} take 50 nanoseconds when compiled, tens of microseconds while vectors are objects on the heap. */
  private static final long COMPILED_STEPS_NANOS = 1000;

  private static final int CALLS_PER_SLICE = 16;

  /** Multiplies of {@link PeakProgram#OPERAND_BLOCKS} blocks of one slice, for each of a unit's least blocks: some 300 microseconds. */
  private static final int STEPS_PER_LEAST_BLOCK = 15;

  private static final double OPERATIONS_PER_BLOCK_STEP = 2.0 * Blocks.SIZE * Blocks.SIZE * Blocks.SIZE * PeakProgram.OPERAND_BLOCKS;

  private static final long OPERANDS_SEED = 1;

  private final Opened opened = new Opened();
  private final WorkerPool pool;
  private final WorkerPool.Slice slice;
  private final double operationsPerSlice;
  private final boolean compiled;

  /** Results go here, so that no compiler may drop the work. */
  @SuppressWarnings("UnusedVariable")
  private volatile float sink;

  /** Multiplies with as many threads as this kernel has, and in its unit; there must be vectors. */
  PeakMeter(Kernel kernel) {
    MatrixUnit unit = unitOf(kernel);
    try {
      pool = opened.add(new WorkerPool(kernel.threads(), unit), WorkerPool::close);
      if (unit == null) {
        compiled = WarmUp.untilCompiled(() -> sink = VectorPeak.multiplyAdd(WARM_UP_STEPS, sink), COMPILED_STEPS_NANOS);
        slice = (number, workspace) -> multiplyAdd();
        operationsPerSlice = VectorPeak.operations() * STEPS * CALLS_PER_SLICE;
      } else {
        int steps = STEPS_PER_LEAST_BLOCK * unit.leastBlocks;
        compiled = true;
        slice = multiplyBlocks(steps);
        operationsPerSlice = OPERATIONS_PER_BLOCK_STEP * steps;
      }
    } catch (RuntimeException | Error e) {
      opened.close();
      throw e;
    }
  }

  /** What a kernel multiplies matrices of bfloat16 with, or null. */
  static @Nullable MatrixUnit unitOf(Kernel kernel) {
    return Stream.of(MatrixUnit.values()).filter(unit -> unit.kernelName.equals(kernel.name())).findFirst().orElse(null);
  }

  /** Multiplies blocks of random numbers so often. */
  private WorkerPool.Slice multiplyBlocks(int steps) {
    SlabLayout layout = new SlabLayout();
    int left = layout.add("left", ElementType.BF16_BLOCKS, PeakProgram.OPERAND_BLOCKS * Blocks.SIZE, Blocks.SIZE);
    int right = layout.add("right", ElementType.BF16_BLOCKS, PeakProgram.OPERAND_BLOCKS * Blocks.SIZE, Blocks.SIZE);
    Slab operands = opened.add(layout.allocate(), Slab::close);
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(OPERANDS_SEED);
    long leftAddress = fill(operands.tensor(left), random);
    long rightAddress = fill(operands.tensor(right), random);
    return (number, workspace) -> UnitPeak.multiply(leftAddress, rightAddress, steps, workspace.code());
  }

  private static long fill(Tensor tensor, RandomGenerator random) {
    for (long i = 0; i < tensor.elementCount(); i++) {
      tensor.setFloat(i, (float) random.nextGaussian());
    }
    return tensor.address();
  }

  private void multiplyAdd() {
    float sum = 0;
    for (int call = 0; call < CALLS_PER_SLICE; call++) {
      sum += VectorPeak.multiplyAdd(STEPS, call);
    }
    sink = sum;
  }

  private int slices() {
    return SLICES_PER_THREAD * pool.threads();
  }

  /** Two for each multiply-add, of blocks or of float32 vectors at the vector kernel's width. */
  @Override
  public double work() {
    return operationsPerSlice * slices();
  }

  @Override
  public void run() {
    pool.run(slices(), slice);
  }

  /**
   * Billions of operations per second in the fastest round of a tenth of a second; empty where there are no vectors, or where they are not
   * compiled, so that they have no peak.
   */
  public static OptionalDouble gigaflopsAtAGlance(Kernel kernel) {
    if (VectorSupport.obstacle() != null || VirtualMachine.slowingFlag() != null) {
      return OptionalDouble.empty();
    }
    try (PeakMeter meter = new PeakMeter(kernel)) {
      return meter.compiled ? OptionalDouble.of(meter.work() / meter.leastNanos()) : OptionalDouble.empty();
    }
  }

  /** Nanoseconds of the fastest round. */
  private long leastNanos() {
    long least = Long.MAX_VALUE;
    long begin = System.nanoTime();
    for (long start = begin; start - begin < GLANCE_NANOS;) {
      run();
      long end = System.nanoTime();
      least = Math.min(least, end - start);
      start = end;
    }
    return least;
  }

  @Override
  public void close() {
    opened.close();
  }
}
