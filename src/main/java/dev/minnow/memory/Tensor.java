package dev.minnow.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A view of off-heap memory: a segment of exactly its elements, their type and a shape; elements are counted row by row, however they
 * lie. Immutable; the memory is not.
 */
public final class Tensor {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** So that bytes, at most 8 an element, can be counted in a long. */
  private static final long MOST_ELEMENTS = 1L << 59;

  /** Stays in the first-level cache. */
  private static final int EXCHANGED_AT_ONCE_BYTES = 16 << 10;

  private final MemorySegment segment;
  private final ElementType type;
  private final long[] shape;
  private final long elementCount;

  /** Counts what {@link #markWritten} says of this memory; all tensors of a slab share one. */
  private final AtomicLong version;

  private Tensor(MemorySegment segment, ElementType type, long[] shape, long elementCount, AtomicLong version) {
    this.segment = segment;
    this.type = type;
    this.shape = shape;
    this.elementCount = elementCount;
    this.version = version;
  }

  /**
   * A view of the first elements of {@code segment}.
   *
   * @throws IllegalArgumentException if the segment is not native or is shorter than the shape needs
   */
  public static Tensor of(MemorySegment segment, ElementType type, long... shape) {
    return of(segment, new AtomicLong(), type, shape);
  }

  static Tensor of(MemorySegment segment, AtomicLong version, ElementType type, long... shape) {
    if (!segment.isNative()) {
      throw new IllegalArgumentException("A tensor needs off-heap memory, this segment is on the Java heap.");
    }
    long count = elementCount(shape);
    long bytes = type.bytes(shape);
    if (bytes > segment.byteSize()) {
      throw new IllegalArgumentException(
          "A tensor of shape " + Arrays.toString(shape) + " needs " + bytes + " bytes, the segment has " + segment.byteSize() + ".");
    }
    return new Tensor(segment.asSlice(0, bytes), type, shape.clone(), count, version);
  }

  /**
   * The product of the dimensions; 1 for no dimensions.
   *
   * @throws IllegalArgumentException if a dimension is negative, or the product above 2^59
   */
  public static long elementCount(long... shape) {
    long count = 1;
    for (long dimension : shape) {
      if (dimension < 0) {
        throw new IllegalArgumentException("A shape has no negative dimension: " + Arrays.toString(shape) + ".");
      }
      if (dimension > 0 && count > MOST_ELEMENTS / dimension) {
        throw new IllegalArgumentException("A tensor of shape " + Arrays.toString(shape) + " does not fit in any memory.");
      }
      count *= dimension;
    }
    return count;
  }

  /** The same memory under another shape of as many elements. */
  public Tensor reshape(long... newShape) {
    if (elementCount(newShape) != elementCount || type == ElementType.BF16_BLOCKS) {
      throw new IllegalArgumentException(this + " cannot be viewed as " + Arrays.toString(newShape) + ".");
    }
    return new Tensor(segment, type, newShape.clone(), elementCount, version);
  }

  /**
   * Rows {@code from} (inclusive) to {@code to} (exclusive) of the first dimension, sharing memory. Of blocks, {@code from} begins one, and
   * rows after {@code to} in the last block become padding, for the caller to clear.
   */
  public Tensor rows(long from, long to) {
    if (shape.length == 0 || from < 0 || to < from || to > shape[0]) {
      throw new IndexOutOfBoundsException("Rows " + from + " to " + to + " of " + this + ".");
    }
    if (type == ElementType.BF16_BLOCKS && from % Blocks.SIZE != 0) {
      throw new IllegalArgumentException("Row " + from + " of " + this + " begins no block.");
    }
    long rowElements = shape[0] == 0 ? 0 : elementCount / shape[0];
    long[] newShape = shape.clone();
    newShape[0] = to - from;
    long[] before = shape.clone();
    before[0] = from;
    MemorySegment slice = segment.asSlice(type.bytes(before), type.bytes(newShape));
    return new Tensor(slice, type, newShape, (to - from) * rowElements, version);
  }

  public MemorySegment segment() {
    return segment;
  }

  /** Absolute address of element 0. */
  public long address() {
    return segment.address();
  }

  public ElementType type() {
    return type;
  }

  public int rank() {
    return shape.length;
  }

  public long dimension(int axis) {
    return shape[axis];
  }

  public long[] shape() {
    return shape.clone();
  }

  public long elementCount() {
    return elementCount;
  }

  /** Changes with every {@link #markWritten}; copies of the elements in another form are good as long as it stays the same. */
  public long version() {
    return version.get();
  }

  /** Says that the elements of this memory were changed for good, and copies in other forms are out of date. */
  public void markWritten() {
    version.incrementAndGet();
  }

  /** False once the slab that holds the memory was closed. */
  public boolean isAlive() {
    return segment.scope().isAlive();
  }

  public float getFloat(long element) {
    return type == ElementType.BF16_BLOCKS ? Bfloat16.toFloat(segment.get(SHORT, blockOffsetBytes(element)))
        : segment.get(FLOAT, element * Float.BYTES);
  }

  public void setFloat(long element, float value) {
    if (type == ElementType.BF16_BLOCKS) {
      segment.set(SHORT, blockOffsetBytes(element), Bfloat16.of(value));
    } else {
      segment.set(FLOAT, element * Float.BYTES, value);
    }
  }

  private long blockOffsetBytes(long element) {
    return Blocks.offsetBytes(element / shape[1], element % shape[1], shape[1]);
  }

  public int getInt(long element) {
    return segment.get(INT, element * Integer.BYTES);
  }

  public void setInt(long element, int value) {
    segment.set(INT, element * Integer.BYTES, value);
  }

  /** Copies all elements in; for tests and small tensors. */
  public void setFloats(float... values) {
    requireLength(values.length);
    for (int i = 0; i < values.length; i++) {
      setFloat(i, values[i]);
    }
  }

  /** Copies all elements in. */
  public void setInts(int... values) {
    requireLength(values.length);
    MemorySegment.copy(values, 0, segment, INT, 0, values.length);
  }

  /** A heap copy of all elements. */
  public float[] toFloats() {
    float[] values = new float[Math.toIntExact(elementCount)];
    copyTo(values);
    return values;
  }

  /** Copies all elements out. */
  public void copyTo(float[] destination) {
    requireLength(destination.length);
    if (type == ElementType.F32) {
      MemorySegment.copy(segment, FLOAT, 0, destination, 0, destination.length);
    } else {
      for (int i = 0; i < destination.length; i++) {
        destination[i] = getFloat(i);
      }
    }
  }

  /** A heap copy of all elements. */
  public int[] toInts() {
    return segment.toArray(INT);
  }

  /** Copies the elements of a tensor of the same type and count; of blocks, of the same shape. */
  public void copyFrom(Tensor source) {
    if (source.type != type || type == ElementType.BF16_BLOCKS && !Arrays.equals(source.shape, shape)) {
      throw new IllegalArgumentException(source + " does not lie as " + this + ".");
    }
    requireLength(source.elementCount);
    MemorySegment.copy(source.segment, 0, segment, 0, segment.byteSize());
    markWritten();
  }

  /** Exchanges all elements with those of another tensor of the same type and count, which lies elsewhere; of blocks, of the same shape. */
  public void exchange(Tensor other) {
    if (other.type != type || type == ElementType.BF16_BLOCKS && !Arrays.equals(other.shape, shape)) {
      throw new IllegalArgumentException(other + " does not lie as " + this + ".");
    }
    requireLength(other.elementCount);
    byte[] held = new byte[(int) Math.min(EXCHANGED_AT_ONCE_BYTES, segment.byteSize())];
    for (long at = 0; at < segment.byteSize(); at += held.length) {
      int size = (int) Math.min(held.length, segment.byteSize() - at);
      MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, at, held, 0, size);
      MemorySegment.copy(other.segment, at, segment, at, size);
      MemorySegment.copy(held, 0, other.segment, ValueLayout.JAVA_BYTE, at, size);
    }
    markWritten();
    other.markWritten();
  }

  /** Sets every element, and what completes blocks, to zero. */
  public void clear() {
    segment.fill((byte) 0);
  }

  private void requireLength(long count) {
    if (count != elementCount) {
      throw new IllegalArgumentException(count + " elements do not fill " + this + ".");
    }
  }

  @Override
  public String toString() {
    return type + Arrays.toString(shape);
  }
}
