package dev.minnow.kernel.lane;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector width of the {@code vector} kernel and how its vectors reach memory. All of it is constant for the compiler, which turns
 * vectors into registers only then.
 *
 * <p>No method of any kernel takes or returns a vector, and loops call the Vector API's own methods only: C2 inlines those whatever the
 * size of what it compiles, but gives up on others in the middle of a large method, and what a call hands over is an object on the heap,
 * a hundred times slower, for the life of the process.
 *
 * <p>The width is {@link VectorWidth}'s.
 */
public final class Lanes {
  public static final VectorSpecies<Float> FLOATS = VectorSpecies.of(float.class, VectorShape.forBitSize(VectorWidth.bits()));
  public static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, FLOATS.vectorShape());

  /** Floats in one vector. */
  public static final int COUNT = FLOATS.length();

  /** As many as a vector has floats. */
  public static final VectorSpecies<Short> SHORTS = VectorSpecies.of(short.class, VectorShape.forBitSize(COUNT * Short.SIZE));

  /** Whether 16 registers of this width are counted on, not 32: 256 bits are taken to be AVX2's. */
  public static final boolean IN_SIXTEEN_REGISTERS = COUNT == 8;

  private static final VectorShuffle<Float> EIGHT_LANES_ON = lanesOn(8);
  private static final VectorShuffle<Float> FOUR_LANES_ON = lanesOn(4);
  private static final VectorShuffle<Float> TWO_LANES_ON = lanesOn(2);
  private static final VectorShuffle<Float> ONE_LANE_ON = lanesOn(1);

  /** Bytes of one vector. */
  public static final int BYTES = COUNT * Float.BYTES;

  /** Of tensors and of every CPU that Java vectors run on. */
  public static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

  /** One float anywhere in {@link #MEMORY}; unaligned, because an alignment test costs more than it finds. */
  static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ORDER);

  public static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ORDER);
  static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ORDER);
  public static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ORDER);

  /**
   * The whole address space; an offset in it is an absolute address. Loops load and store through this constant after the extents and
   * the liveness of the arguments were checked: with a segment that is a parameter they drop to an eighth of the speed once heap, native
   * and mapped segments have met in the same process, because all share the type profile inside the access.
   */
  public static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private Lanes() {}

  /** For each lane the one so far on, around the end. */
  private static VectorShuffle<Float> lanesOn(int distance) {
    return VectorShuffle.iota(FLOATS, distance, 1, true);
  }

  /**
   * The address itself, which the compiler then knows to be far from overflow: it drops the range checks of loads and stores at small
   * distances from it. Without, it moves those checks out of a loop, which costs more than a short loop itself.
   */
  public static long bounded(long address) {
    return address & (-1L >>> 2);
  }

  public static float loadFloat(long address) {
    return MEMORY.get(FLOAT, address);
  }

  /** The int of this index of those that begin at {@code address}. */
  public static int loadInt(long address, int index) {
    return MEMORY.get(INT, address + (long) index * Integer.BYTES);
  }

  public static void storeFloat(float value, long address) {
    MEMORY.set(FLOAT, address, value);
  }

  /**
   * The sum of one vector's floats in scratch: halves are added until one is left. {@code reduceLanes(ADD)} promises no order and may round
   * otherwise in the interpreter than compiled.
   */
  public static float sum(float[] scratch, int at) {
    FloatVector sums = FloatVector.fromArray(FLOATS, scratch, at);
    if (COUNT > 8) {
      sums = sums.add(sums.rearrange(EIGHT_LANES_ON));
    }
    if (COUNT > 4) {
      sums = sums.add(sums.rearrange(FOUR_LANES_ON));
    }
    sums = sums.add(sums.rearrange(TWO_LANES_ON));
    return sums.add(sums.rearrange(ONE_LANE_ON)).lane(0);
  }

  /** Elements, of {@code count}, that whole vectors cover. */
  public static int wholeVectors(int count) {
    return count & -COUNT;
  }

  /** Elements of the whole vectors that cover {@code count}. */
  public static int padded(int count) {
    return count + COUNT - 1 & -COUNT;
  }
}
