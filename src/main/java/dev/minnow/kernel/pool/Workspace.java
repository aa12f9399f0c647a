package dev.minnow.kernel.pool;

import dev.minnow.kernel.block.MatrixUnit;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The packing scratch of one thread: arrays that every slice uses that the thread runs. What they hold is lost with the slice, but for
 * {@link #right()} within one matrix product ({@link #holdsRight}). They lie on the heap because C2 compiles loops over {@code float[]}
 * best. Their sizes are fixed, whatever the model; attention alone takes another one where heads are wide ({@link #atLeast}). The large
 * ones are made when one is first asked for: a pool whose slices need none takes little of the heap, however many threads it has.
 *
 * <p>Use starts at {@link #ALIGNED}: vectors that stay inside cache lines load faster, and an array that the collector gives pages of its
 * own is aligned there. Elsewhere it is not, which costs products of panels some 5 %.
 */
public final class Workspace {
  /** The first index that is a multiple of 64 bytes: a 16-byte array header and 12 floats. */
  public static final int ALIGNED = 12;

  /** Floats that a caller may use in {@link #left()}: 100 KiB. */
  static final int LEFT_FLOATS = 25 * 1024;

  /**
   * Floats that a caller may use in {@link #right()}: 784 KiB of an L2 cache of 1 MiB, or of 2, for 12 panels of 512 steps and their gaps.
   * On a Zen 5 with 1 MiB, 512 KiB made matrix products 4 % slower.
   */
  public static final int RIGHT_FLOATS = 196 * 1024;

  /** Floats that a caller may use in {@link #tile}: 4 KiB. */
  static final int TILE_FLOATS = 1024;

  /** Length of {@link #ints}. */
  static final int INTS = 192;

  /** Elements of a row that a loop over rows takes at a time: 4 KiB, so that a few regions stay in the L1 cache. */
  public static final int REGION_FLOATS = 1024;

  /**
   * A region and two cache lines, which processors fetch together: loads of one region would wait for stores to another at the same
   * distance modulo 4 KiB.
   */
  private static final int REGION_STRIDE = REGION_FLOATS + 2 * 16;

  private static final int REGIONS = 4;

  /** Scratch for one tile of results, {@link #TILE_FLOATS} from {@link #ALIGNED}. */
  public final float[] tile = new float[ALIGNED + TILE_FLOATS];

  /** {@link #tile} for machine code. */
  public final MemorySegment tileMemory = MemorySegment.ofArray(tile);

  /** Scratch for parts of rows: {@link #REGION_FLOATS} from each {@link #region}, and a vector more that may be touched. */
  public final float[] regions = new float[ALIGNED + REGIONS * REGION_STRIDE];

  private final MemorySegment regionsMemory = MemorySegment.ofArray(regions);

  /** One vector of the widest kind. */
  public final double[] doubles = new double[8];

  /** Small scratch of integers. */
  public final int[] ints = new int[INTS];

  /** {@link #ints} for machine code. */
  public final MemorySegment intsMemory = MemorySegment.ofArray(ints);

  /** Bytes of all arrays of fixed size. */
  public static final long BYTES =
      (long) Float.BYTES * (4 * ALIGNED + LEFT_FLOATS + RIGHT_FLOATS + TILE_FLOATS + REGIONS * REGION_STRIDE)
          + 8 * Double.BYTES
          + INTS * Integer.BYTES;

  private float[] left = {};
  private float[] right = {};
  private @Nullable MemorySegment leftMemory;
  private @Nullable MemorySegment rightMemory;
  private long rightRun;
  private int rightColumn;
  private int rightStep;
  private float[] wide = {};
  private MemorySegment wideMemory = MemorySegment.ofArray(wide);
  private final @Nullable MatrixUnit unit;
  private final AtomicInteger withLarge;
  private @Nullable CodeScratch code;
  private @Nullable Object kept;

  /**
   * That of a thread which multiplies matrices of bfloat16 with this unit, if at all.
   *
   * @param withLarge counts the workspaces of a pool that have their large arrays
   */
  Workspace(@Nullable MatrixUnit unit, AtomicInteger withLarge) {
    this.unit = unit;
    this.withLarge = withLarge;
  }

  /** Scratch of which a part at a time stays in the L1 cache, {@link #LEFT_FLOATS} from {@link #ALIGNED}. */
  public float[] left() {
    if (left.length == 0) {
      makeLarge();
    }
    return left;
  }

  /** Large scratch that stays in the L2 cache, {@link #RIGHT_FLOATS} from {@link #ALIGNED}. */
  public float[] right() {
    if (right.length == 0) {
      makeLarge();
    }
    return right;
  }

  /** {@link #left()} for machine code. */
  public MemorySegment leftMemory() {
    return leftMemory != null ? leftMemory : MemorySegment.ofArray(left());
  }

  /** {@link #right()} for machine code. */
  public MemorySegment rightMemory() {
    return rightMemory != null ? rightMemory : MemorySegment.ofArray(right());
  }

  private void makeLarge() {
    float[] newLeft;
    float[] newRight;
    try {
      newLeft = new float[ALIGNED + LEFT_FLOATS];
      newRight = new float[ALIGNED + RIGHT_FLOATS];
    } catch (OutOfMemoryError e) {
      throw new IllegalStateException(
          "The Java heap has room for the scratch of " + withLarge
              + " threads and no more; lower --threads, or give the JVM a larger heap with -Xmx.",
          e);
    }
    left = newLeft;
    right = newRight;
    leftMemory = MemorySegment.ofArray(left);
    rightMemory = MemorySegment.ofArray(right);
    withLarge.incrementAndGet();
  }

  /** First index of a region, counted from 0, of {@link #regions}. */
  public static int region(int number) {
    return ALIGNED + number * REGION_STRIDE;
  }

  /** Scratch of at least this many floats, for attention heads too wide for the fixed scratch. */
  public float[] atLeast(int floats) {
    if (wide.length < floats) {
      wide = new float[floats];
      wideMemory = MemorySegment.ofArray(wide);
    }
    return wide;
  }

  /** {@link #right()}, {@link #regions} or what {@link #atLeast} gave, for machine code. */
  @SuppressWarnings("ReferenceEquality")
  public MemorySegment memory(float[] array) {
    if (array == right) {
      return rightMemory();
    }
    if (array == wide) {
      return wideMemory;
    }
    if (array == regions) {
      return regionsMemory;
    }
    throw new IllegalArgumentException("machine code takes other arrays by their own names");
  }

  /**
   * Whether {@link #right()} holds what was asked for in the call before, so that it need not be packed again; from now on it is taken to
   * hold what is asked for here.
   *
   * @param run a number, above 0, of one run of one matrix product, in which no one else uses the scratch
   * @param column the block's first column
   * @param k its first step
   */
  public boolean holdsRight(long run, int column, int k) {
    boolean held = rightRun == run && rightColumn == column && rightStep == k;
    rightRun = run;
    rightColumn = column;
    rightStep = k;
    return held;
  }

  /**
   * What an operation keeps for this thread from one slice to the next, made where there is none; another kind of thing takes its place.
   */
  public <T> T kept(Class<T> kind, Supplier<T> maker) {
    if (!kind.isInstance(kept)) {
      kept = maker.get();
    }
    return kind.cast(kept);
  }

  /** Arguments of machine code and memory for its operands, made at the first call. */
  public CodeScratch code() {
    if (code == null) {
      code = new CodeScratch(unit);
    }
    return code;
  }

  /** Frees what lies off the heap; another slice would have it made anew. */
  void free() {
    if (code != null) {
      code.free();
    }
    code = null;
    kept = null;
  }
}
