package dev.minnow.kernel;

import dev.minnow.memory.Blocks;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Slab;
import dev.minnow.memory.SlabLayout;
import dev.minnow.memory.Tensor;
import java.util.OptionalDouble;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;

/**
 * The limits of this machine that rates are held against, measured: multiplies in the unit that a kernel multiplies matrices with, of
 * vectors in registers or of blocks of bfloat16 from the L1 cache. Each figure is the best of many rounds, because other processes only
 * ever take time away. This class loads where there are no vectors.
 */
public final class PeakMeter implements AutoCloseable {
  /** Enough for a first figure while somebody waits for something else. */
  private static final long GLANCE_NANOS = 100_000_000;

  /** When a glance stops waiting for the compiler, which an interpreter does not have. */
  private static final long GLANCE_WARM_UP_NANOS = 1_000_000_000L;

  /** As long as compilers and clock rates need to settle, and long enough for a quiet moment on a busy machine. */
  private static final long MEASURING_NANOS = 600_000_000;

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

  private final WorkerPool pool;
  private final @Nullable MatrixUnit unit;

  /** Results go here, so that no compiler may drop the work. */
  @SuppressWarnings("UnusedVariable")
  private volatile float sink;

  /**
   * Measures with as many threads as this kernel has, and in its unit.
   *
   * @throws IllegalStateException where there are no vectors, which all of it is measured with
   */
  public PeakMeter(Kernel kernel) {
    KernelChoice.requireVectors("What this machine can do at most cannot be measured");
    this.unit = MatrixUnit.of(kernel);
    this.pool = new WorkerPool(kernel.threads(), unit);
  }

  /**
   * Billions of operations per second, two for each multiply-add: of blocks of random numbers, or of float32 vectors at the vector kernel's
   * width.
   */
  public double gigaflops() {
    if (unit != null) {
      return blockGigaflops(unit, MEASURING_NANOS);
    }
    warmUpVectors(WarmUp.PATIENCE_NANOS);
    return vectorGigaflops(MEASURING_NANOS);
  }

  /**
   * {@link #gigaflops} in a fraction of a second, a few percent less exact; empty where there are no vectors, or where they are not
   * compiled, so that they have no peak.
   */
  public static OptionalDouble gigaflopsAtAGlance(Kernel kernel) {
    if (!KernelChoice.hasVectors()) {
      return OptionalDouble.empty();
    }
    try (PeakMeter meter = new PeakMeter(kernel)) {
      return meter.glance();
    }
  }

  private OptionalDouble glance() {
    if (unit != null) {
      return OptionalDouble.of(blockGigaflops(unit, GLANCE_NANOS));
    }
    return warmUpVectors(GLANCE_WARM_UP_NANOS) ? OptionalDouble.of(vectorGigaflops(GLANCE_NANOS)) : OptionalDouble.empty();
  }

  private double blockGigaflops(MatrixUnit unit, long nanos) {
    SlabLayout layout = new SlabLayout();
    int left = layout.add("left", ElementType.BF16_BLOCKS, PeakProgram.OPERAND_BLOCKS * Blocks.SIZE, Blocks.SIZE);
    int right = layout.add("right", ElementType.BF16_BLOCKS, PeakProgram.OPERAND_BLOCKS * Blocks.SIZE, Blocks.SIZE);
    try (Slab slab = layout.allocate()) {
      RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(OPERANDS_SEED);
      long leftAddress = fill(slab.tensor(left), random);
      long rightAddress = fill(slab.tensor(right), random);
      int steps = STEPS_PER_LEAST_BLOCK * unit.leastBlocks;
      int slices = SLICES_PER_THREAD * pool.threads();
      return bestRate(
          OPERATIONS_PER_BLOCK_STEP * steps * slices, slices,
          (slice, workspace) -> Bfloats.multiplyFromCache(
              workspace.tiles().left(leftAddress, 0, 1).right(rightAddress, 0, 1).depth(steps)),
          nanos);
    }
  }

  private static long fill(Tensor tensor, RandomGenerator random) {
    for (long i = 0; i < tensor.elementCount(); i++) {
      tensor.setFloat(i, (float) random.nextGaussian());
    }
    return tensor.address();
  }

  private boolean warmUpVectors(long nanos) {
    return WarmUp.untilCompiled(() -> sink = VectorPeak.multiplyAdd(WARM_UP_STEPS, sink), COMPILED_STEPS_NANOS, nanos);
  }

  private double vectorGigaflops(long nanos) {
    int slices = SLICES_PER_THREAD * pool.threads();
    double operations = VectorPeak.operations() * STEPS * CALLS_PER_SLICE * slices;
    return bestRate(operations, slices, (slice, scratch) -> multiplyAdd(), nanos);
  }

  /** Work per nanosecond of the fastest round. */
  private double bestRate(double work, int slices, WorkerPool.Slice body, long nanos) {
    double best = 0;
    long begin = System.nanoTime();
    for (long start = begin; start - begin < nanos;) {
      pool.run(slices, body);
      long end = System.nanoTime();
      best = Math.max(best, work / (end - start));
      start = end;
    }
    return best;
  }

  private void multiplyAdd() {
    float sum = 0;
    for (int call = 0; call < CALLS_PER_SLICE; call++) {
      sum += VectorPeak.multiplyAdd(STEPS, call);
    }
    sink = sum;
  }

  /** Stops the threads. */
  @Override
  public void close() {
    pool.close();
  }
}
