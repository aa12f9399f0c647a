package dev.minnow.checkpoint.gguf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.checkpoint.CheckpointException;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.Channels;
import java.util.List;
import org.junit.jupiter.api.Test;

class GgufWriterTest {
  private final Arena arena = Arena.ofAuto();

  private Tensor counting(long... shape) {
    Tensor tensor = Tensor.of(arena.allocate(Tensor.elementCount(shape) * 4), ElementType.F32, shape);
    for (long i = 0; i < tensor.elementCount(); i++) {
      tensor.setFloat(i, (float) i);
    }
    return tensor;
  }

  private static byte[] write(GgufWriter writer) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writer.writeTo(Channels.newChannel(out));
    return out.toByteArray();
  }

  @Test
  void writesTheBytesThatTheFormatAsksFor() throws IOException {
    GgufWriter writer =
        new GgufWriter().put("text", "\u00e9")
            .put("number", 7)
            .put("fraction", 0.5f)
            .put("flag", true)
            .put("texts", List.of("a", ""))
            .put("numbers", new int[] {1, -1})
            .add("m", GgmlType.F32, counting(2, 3), RowOrder.SAME)
            .add("h", GgmlType.F16, counting(2), RowOrder.SAME);
    GgufBytes expected =
        GgufBytes.start(2, 6)
            .text("text", "\u00e9")
            .number("number", 7)
            .fraction("fraction", 0.5f)
            .flag("flag", true)
            .texts("texts", "a", "")
            .numbers("numbers", 1, -1)
            .tensor("m", 0, 0, 3, 2)
            .tensor("h", 1, 32, 2)
            .pad(32)
            .f32(0)
            .f32(1)
            .f32(2)
            .f32(3)
            .f32(4)
            .f32(5)
            .zeros(8)
            .u16(0)
            .u16(0x3c00)
            .zeros(28);
    assertArrayEquals(expected.bytes(), write(writer));
  }

  @Test
  void anEmptyFileIsItsHeader() throws IOException {
    assertArrayEquals(GgufBytes.start(0, 0).zeros(8).bytes(), write(new GgufWriter()));
  }

  /** Row 2i + s of a head of width D is row s D/2 + i of memory. */
  @Test
  void rowsOfRotaryPairsAreInterleavedWithinHeads() throws IOException {
    byte[] bytes = write(new GgufWriter().add("q", GgmlType.F32, counting(12, 1), RowOrder.interleavedPairs(6)));
    GgufBytes rows = GgufBytes.start(1, 0).tensor("q", 0, 0, 1, 12).pad(32);
    for (int row : new int[] {0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11}) {
      rows.f32(row);
    }
    assertArrayEquals(rows.pad(32).bytes(), bytes);
  }

  /** Rows longer and shorter than what is encoded at a time. */
  @Test
  void writesTensorsOfAnySize() throws IOException {
    for (long[] shape : new long[][] {{1, 300_001}, {300_001, 1}, {700, 1000}}) {
      byte[] bytes = write(new GgufWriter().add("t", GgmlType.BF16, counting(shape), RowOrder.SAME));
      int start = Math.toIntExact(bytes.length - GgufFile.padded(2 * shape[0] * shape[1], 32));
      for (int i = 0; i < shape[0] * shape[1]; i += 997) {
        int high = bytes[start + 2 * i + 1] & 0xff;
        int low = bytes[start + 2 * i] & 0xff;
        assertEquals(i, Float.intBitsToFloat(high << 24 | low << 16), i / 128f, "element " + i);
      }
    }
  }

  @Test
  void refusesWhatAFileCannotHold() {
    GgufWriter writer = new GgufWriter().put("k", 1).add("t", GgmlType.F32, counting(1), RowOrder.SAME);
    assertThrows(IllegalArgumentException.class, () -> writer.put("k", "again"));
    assertThrows(IllegalArgumentException.class, () -> writer.put("", "empty"));
    assertThrows(IllegalArgumentException.class, () -> writer.put("negative", -1));
    assertThrows(IllegalArgumentException.class, () -> writer.add("t", GgmlType.F32, counting(1), RowOrder.SAME));
    assertThrows(IllegalArgumentException.class, () -> writer.add("n".repeat(64), GgmlType.F32, counting(1), RowOrder.SAME));
    assertThrows(IllegalArgumentException.class, () -> writer.add("d", GgmlType.F32, counting(1, 1, 1, 1, 1), RowOrder.SAME));
    assertThrows(IllegalArgumentException.class, () -> writer.add("r", GgmlType.Q8_0, counting(33), RowOrder.SAME));
    assertThrows(IllegalArgumentException.class, () -> writer.add("k", GgmlType.Q4_K, counting(256), RowOrder.SAME));
  }

  @Test
  void namesATensorWhoseNumbersDoNotFit() {
    Tensor tensor = counting(32);
    tensor.setFloat(3, Float.NaN);
    GgufWriter writer = new GgufWriter().add("blk.0", GgmlType.Q8_0, tensor, RowOrder.SAME);
    String message = assertThrows(CheckpointException.class, () -> write(writer)).getMessage();
    assertTrue(message.contains("\"blk.0\"") && message.contains("Q8_0"), message);
  }
}
