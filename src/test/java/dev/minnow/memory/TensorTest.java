package dev.minnow.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TensorTest {
  private final Arena arena = Arena.ofConfined();

  @AfterEach
  void close() {
    arena.close();
  }

  private Tensor floats(long... shape) {
    return Tensor.of(arena.allocate(Tensor.elementCount(shape) * 4), ElementType.F32, shape);
  }

  @Test
  void elementsAreRowMajorAndLittleEndian() {
    Tensor tensor = floats(2, 3);
    tensor.setFloats(0, 1, 2, 3, 4, 5);
    assertEquals(5, tensor.rows(1, 2).getFloat(2));
    tensor.setFloat(0, 1);
    byte[] bytes = tensor.segment().asSlice(0, 4).toArray(ValueLayout.JAVA_BYTE);
    assertArrayEquals(new byte[] {0, 0, (byte) 0x80, 0x3F}, bytes);
  }

  @Test
  void viewIsOfTheFirstElementsOfASegmentAtAnyAddress() {
    MemorySegment segment = arena.allocate(64).asSlice(3);
    Tensor tensor = Tensor.of(segment, ElementType.I32, 3);
    tensor.setInts(7, 8, 9);
    assertEquals(12, tensor.segment().byteSize());
    assertEquals(segment.address(), tensor.address());
    assertArrayEquals(new int[] {7, 8, 9}, tensor.toInts());
  }

  @Test
  void shortSegmentsAndThoseOnTheHeapAreRefused() {
    MemorySegment segment = arena.allocate(23);
    Exception e = assertThrows(IllegalArgumentException.class, () -> Tensor.of(segment, ElementType.F32, 2, 3));
    assertEquals("A tensor of shape [2, 3] needs 24 bytes, the segment has 23.", e.getMessage());
    MemorySegment heap = MemorySegment.ofArray(new float[6]);
    assertThrows(IllegalArgumentException.class, () -> Tensor.of(heap, ElementType.F32, 2, 3));
  }

  @Test
  void impossibleShapesAreRefused() {
    assertEquals(1, Tensor.elementCount(new long[0]));
    assertEquals(0, Tensor.elementCount(5, 0));
    assertThrows(IllegalArgumentException.class, () -> Tensor.elementCount(2, -1));
    assertThrows(IllegalArgumentException.class, () -> Tensor.elementCount(1L << 32, 1L << 32));
    assertThrows(IllegalArgumentException.class, () -> Tensor.elementCount(Long.MAX_VALUE, 3));
    assertThrows(IllegalArgumentException.class, () -> Tensor.elementCount((1L << 59) + 1));
  }

  @Test
  void shapeCannotBeChangedFromOutside() {
    long[] shape = {2, 3};
    Tensor tensor = floats(shape);
    shape[0] = 9;
    tensor.shape()[1] = 9;
    assertArrayEquals(new long[] {2, 3}, tensor.shape());
    assertEquals(2, tensor.rank());
    assertEquals(3, tensor.dimension(1));
    assertEquals(6, tensor.elementCount());
  }

  @Test
  void rowsShareMemory() {
    Tensor tensor = floats(3, 2);
    tensor.rows(1, 3).setFloats(1, 2, 3, 4);
    assertArrayEquals(new float[] {0, 0, 1, 2, 3, 4}, tensor.toFloats());
    assertArrayEquals(new long[] {0, 2}, tensor.rows(3, 3).shape());
  }

  @Test
  void rowsOutsideAreRefused() {
    Tensor tensor = floats(3, 2);
    assertThrows(IndexOutOfBoundsException.class, () -> tensor.rows(-1, 2));
    assertThrows(IndexOutOfBoundsException.class, () -> tensor.rows(2, 1));
    Exception e = assertThrows(IndexOutOfBoundsException.class, () -> tensor.rows(0, 4));
    assertEquals("Rows 0 to 4 of F32[3, 2].", e.getMessage());
    assertThrows(IndexOutOfBoundsException.class, () -> floats().rows(0, 1));
  }

  @Test
  void reshapeKeepsMemoryAndCount() {
    Tensor tensor = floats(3, 2);
    tensor.reshape(6).setFloat(5, 1);
    assertEquals(1, tensor.getFloat(5));
    Exception e = assertThrows(IllegalArgumentException.class, () -> tensor.reshape(5));
    assertEquals("F32[3, 2] cannot be viewed as [5].", e.getMessage());
  }

  @Test
  void elementsOutsideAreRefused() {
    Tensor tensor = floats(3).rows(0, 2);
    assertThrows(IndexOutOfBoundsException.class, () -> tensor.getFloat(2));
    assertThrows(IndexOutOfBoundsException.class, () -> tensor.setFloat(-1, 0));
  }

  /** More than is exchanged at once, and no multiple of it. */
  @Test
  void largeTensorsAreExchangedWholly() {
    Tensor one = floats(10_001);
    Tensor other = floats(10_001);
    for (int i = 0; i < 10_001; i++) {
      one.setFloat(i, i);
      other.setFloat(i, -i - 1);
    }
    long version = one.version();
    one.exchange(other);
    for (int i = 0; i < 10_001; i++) {
      assertEquals(-i - 1, one.getFloat(i));
      assertEquals(i, other.getFloat(i));
    }
    assertEquals(version + 1, one.version());
  }

  @Test
  void copiesNeedTheSameTypeAndCount() {
    Tensor tensor = floats(2, 2);
    Tensor source = floats(4);
    source.setFloats(1, 2, 3, 4);
    long version = tensor.version();
    tensor.copyFrom(source);
    assertEquals(version + 1, tensor.version());
    assertArrayEquals(new float[] {1, 2, 3, 4}, tensor.toFloats());
    tensor.clear();
    assertArrayEquals(new float[4], tensor.toFloats());
    tensor.exchange(source);
    assertArrayEquals(new float[] {1, 2, 3, 4}, tensor.toFloats());
    assertArrayEquals(new float[4], source.toFloats());
    assertThrows(IllegalArgumentException.class, () -> tensor.exchange(floats(3)));
    Tensor ids = Tensor.of(arena.allocate(16), ElementType.I32, 4);
    assertThrows(IllegalArgumentException.class, () -> tensor.copyFrom(ids));
    assertThrows(IllegalArgumentException.class, () -> tensor.copyFrom(floats(3)));
    assertThrows(IllegalArgumentException.class, () -> tensor.setFloats(1, 2, 3));
    assertThrows(IllegalArgumentException.class, () -> ids.setInts(1, 2, 3, 4, 5));
  }
}
