package dev.minnow.kernel.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowSlicesTest {
  @ParameterizedTest
  @CsvSource({"1, 1", "5, 100000", "16385, 1", "2147483647, 1", "2147483642, 3", "2147483647, 2147483647"})
  void everyRowIsInOneSlice(int rows, int width) {
    RowSlices slices = RowSlices.of(rows, width);
    int last = slices.count() - 1;
    assertEquals(0, slices.first(0));
    for (int slice : new int[] {0, last / 2, Math.max(0, last - 1)}) {
      if (slice < last) {
        assertEquals(slices.first(slice + 1), slices.end(slice));
      }
    }
    assertTrue(slices.first(last) < rows, "the last slice is empty");
    assertEquals(rows, slices.end(last));
  }
}
