package dev.minnow.kernel.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.minnow.memory.ElementType;
import dev.minnow.memory.Tensor;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class ArgumentTest {
  /** 2^31 - 2^16. */
  private static final long MOST = 2_147_418_112;

  @Test
  void dimensionsThatKernelsCannotCountInBlocksAreRefused() {
    Argument.requireFloats("linear", "in", unread(MOST), MOST, 1);
    String message =
        assertThrows(IllegalArgumentException.class, () -> Argument.requireFloats("linear", "in", unread(MOST + 1), MOST + 1, 1))
            .getMessage();
    assertEquals("The argument in of linear is F32[2147418113, 1]: expected dimensions from 1 to 2147418112.", message);
  }

  /** Says that it has so many rows; no check of dimensions reads them. */
  private static Tensor unread(long rows) {
    return Tensor.of(MemorySegment.ofAddress(1 << 20).reinterpret(rows * Float.BYTES), ElementType.F32, rows, 1);
  }
}
