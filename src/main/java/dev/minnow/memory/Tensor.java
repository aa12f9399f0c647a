package dev.minnow.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A row-major view of off-heap memory: a segment of exactly its elements, their type and a shape. Immutable; the memory is not. */
public final class Tensor {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** So that bytes, at most 8 an element, can be counted in a long. */
  private static final long MOST_ELEMENTS = 1L << 59;

  private final MemorySegment segment;
  private final ElementType type;
  private final long[] shape;
  private final long elementCount;

  private Tensor(MemorySegment segment, ElementType type, long[] shape, long elementCount) {
    this.segment = segment;
    this.type = type;
    this.shape = shape;
    this.elementCount = elementCount;
  }

  /**
   * A view of the first elements of {@code segment}.
   *
   * @throws IllegalArgumentException if the segment is not native or is shorter than the shape needs
   */
  public static Tensor of(MemorySegment segment, ElementType type, long... shape) {
    if (!segment.isNative()) {
      throw new IllegalArgumentException("A tensor needs off-heap memory, this segment is on the Java heap.");
    }
    long count = elementCount(shape);
    long bytes = count * type.bytes();
    if (bytes > segment.byteSize()) {
      throw new IllegalArgumentException(
          "A tensor of shape " + Arrays.toString(shape) + " needs " + bytes + " bytes, the segment has " + segment.byteSize() + ".");
    }
    return new Tensor(segment.asSlice(0, bytes), type, shape.clone(), count);
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
    if (elementCount(newShape) != elementCount) {
      throw new IllegalArgumentException(this + " cannot be viewed as " + Arrays.toString(newShape) + ".");
    }
    return new Tensor(segment, type, newShape.clone(), elementCount);
  }

  /** Rows {@code from} (inclusive) to {@code to} (exclusive) of the first dimension, sharing memory. */
  public Tensor rows(long from, long to) {
    if (shape.length == 0 || from < 0 || to < from || to > shape[0]) {
      throw new IndexOutOfBoundsException("Rows " + from + " to " + to + " of " + this + ".");
    }
    long rowElements = shape[0] == 0 ? 0 : elementCount / shape[0];
    long[] newShape = shape.clone();
    newShape[0] = to - from;
    long bytes = type.bytes();
    MemorySegment slice = segment.asSlice(from * rowElements * bytes, (to - from) * rowElements * bytes);
    return new Tensor(slice, type, newShape, (to - from) * rowElements);
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

  /** False once the slab that holds the memory was closed. */
  public boolean isAlive() {
    return segment.scope().isAlive();
  }

  public float getFloat(long element) {
    return segment.get(FLOAT, element * Float.BYTES);
  }

  public void setFloat(long element, float value) {
    segment.set(FLOAT, element * Float.BYTES, value);
  }

  public int getInt(long element) {
    return segment.get(INT, element * Integer.BYTES);
  }

  public void setInt(long element, int value) {
    segment.set(INT, element * Integer.BYTES, value);
  }

  /** Copies all elements in; for tests, small tensors and token ids. */
  public void setFloats(float... values) {
    requireLength(values.length);
    MemorySegment.copy(values, 0, segment, FLOAT, 0, values.length);
  }

  /** Copies all elements in. */
  public void setInts(int... values) {
    requireLength(values.length);
    MemorySegment.copy(values, 0, segment, INT, 0, values.length);
  }

  /** A heap copy of all elements. */
  public float[] toFloats() {
    return segment.toArray(FLOAT);
  }

  /** Copies all elements out. */
  public void copyTo(float[] destination) {
    requireLength(destination.length);
    MemorySegment.copy(segment, FLOAT, 0, destination, 0, destination.length);
  }

  /** A heap copy of all elements. */
  public int[] toInts() {
    return segment.toArray(INT);
  }

  /** Copies the elements of a tensor of the same type and count. */
  public void copyFrom(Tensor source) {
    if (source.type != type) {
      throw new IllegalArgumentException(source + " is not of the element type of " + this + ".");
    }
    requireLength(source.elementCount);
    MemorySegment.copy(source.segment, 0, segment, 0, segment.byteSize());
  }

  /** Sets every byte to zero. */
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
