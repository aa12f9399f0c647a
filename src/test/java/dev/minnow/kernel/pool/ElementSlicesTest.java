package dev.minnow.kernel.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.minnow.memory.ElementType;
import dev.minnow.memory.Tensor;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ElementSlicesTest {
  @ParameterizedTest
  @ValueSource(strings = {"10", "10,0,10", "0,0,7,0", "3,0,0,0,40000,0,1", "0", "100000,1", "1,1,1,1,1,1,1"})
  void slicesAreAllElementsInOrder(String counts) {
    long[] sizes = Stream.of(counts.split(",")).mapToLong(Long::parseLong).toArray();
    List<String> expected = new ArrayList<>();
    List<String> found = new ArrayList<>();
    try (Arena arena = Arena.ofConfined()) {
      List<Tensor> tensors =
          LongStream.of(sizes).mapToObj(size -> Tensor.of(arena.allocate(Math.max(1, size) * Float.BYTES), ElementType.F32, size)).toList();
      ElementSlices slices = ElementSlices.of(tensors, tensor -> tensor);
      for (int tensor = 0; tensor < sizes.length; tensor++) {
        for (long first = 0; first < sizes[tensor];) {
          int size = (int) Math.min(RowSlices.SLICE_ELEMENTS, sizes[tensor] - first);
          expected.add(size + " from " + first + " of " + tensor);
          first += size;
        }
      }
      for (int slice = 0; slice < slices.count(); slice++) {
        int tensor = slices.tensor(slice);
        found.add(slices.size(slice, tensor) + " from " + slices.first(slice, tensor) + " of " + tensor);
      }
    }
    assertEquals(expected, found);
  }
}
