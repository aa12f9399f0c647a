package dev.minnow.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.memory.ElementType;
import dev.minnow.memory.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {
  private final Arena arena = Arena.ofAuto();

  private Tensor counting(long... shape) {
    Tensor tensor = Tensor.of(arena.allocate(Math.max(1, Tensor.elementCount(shape)) * 4), ElementType.F32, shape);
    for (long i = 0; i < tensor.elementCount(); i++) {
      tensor.setFloat(i, (float) i);
    }
    return tensor;
  }

  private static byte[] write(SafetensorsWriter writer) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writer.writeTo(Channels.newChannel(out));
    return out.toByteArray();
  }

  /** The bytes that the format's own writer makes. */
  private static byte[] golden(int headerLength, String header, float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(8 + headerLength + 4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(headerLength).put((header + " ".repeat(headerLength - header.length())).getBytes(StandardCharsets.UTF_8));
    for (float value : values) {
      bytes.putFloat(value);
    }
    return bytes.array();
  }

  @Test
  void writesTheBytesOfTheReferenceWriter() throws IOException {
    assertArrayEquals(golden(8, "{}"), write(new SafetensorsWriter()));
    assertArrayEquals(
        golden(40, "{\"__metadata__\":{\"framework\":\"pt\"}}"), write(new SafetensorsWriter().metadata("framework", "pt")));
    assertArrayEquals(
        golden(64, "{\"attn.0\":{\"dtype\":\"F32\",\"shape\":[1,2,3],\"data_offsets\":[0,24]}}", 0, 1, 2, 3, 4, 5),
        write(new SafetensorsWriter().add("attn.0", counting(1, 2, 3))));
    assertArrayEquals(
        golden(72, "{\"attn0\":{\"dtype\":\"F32\",\"shape\":[1,1,2,3],\"data_offsets\":[0,24]}}", 0, 1, 2, 3, 4, 5),
        write(new SafetensorsWriter().add("attn0", counting(1, 1, 2, 3))));
  }

  @Test
  void ordersByTypeAndThenByTheBytesOfTheName(@TempDir Path folder) throws IOException {
    Tensor ids = Tensor.of(arena.allocate(4), ElementType.I32, 1);
    ids.setInts(7);
    SafetensorsWriter writer = new SafetensorsWriter().add("aa", ids);
    // By UTF-16 units the last two would stand the other way round.
    List<String> names = List.of("", "A \"quoted\"\n\u0001 name", "b", "b.1", "b.10", "b.2", "\uff5e", "\ud83d\udc1f");
    names.reversed().forEach(name -> writer.add(name, counting()));
    byte[] bytes = write(writer);
    assertEquals(0, bytes.length % 4);
    try (SafetensorsFile file = SafetensorsFile.open(Files.write(folder.resolve("file"), bytes))) {
      assertEquals(names, List.copyOf(file.entries().keySet()).subList(0, names.size()));
      assertEquals("aa", List.copyOf(file.entries().keySet()).getLast());
      assertEquals(StoredType.I32, file.entries().get("aa").type());
      assertEquals(7, ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(bytes.length - 4));
    }
  }

  @Test
  void rewritesAFileOfTransformersByteForByte() throws IOException {
    Path golden = Golden.path("hf-gpt2-tiny/model.safetensors");
    try (SafetensorsFile file = SafetensorsFile.open(golden)) {
      SafetensorsWriter writer = new SafetensorsWriter().metadata("format", "pt");
      file.tensors().forEach(writer::add);
      assertArrayEquals(Files.readAllBytes(golden), write(writer));
    }
  }

  /** Sizes around the tile of 64, none, and one whose transpose takes several chunks of 8 MiB. */
  @Test
  void transposesMatricesOfAnyShape() throws IOException {
    long[][] shapes = {{1, 1}, {1, 130}, {130, 1}, {63, 65}, {64, 64}, {65, 129}, {17, 3}, {0, 5}, {5, 0}, {3, 1_500_001}, {2_100_001, 2}};
    for (long[] shape : shapes) {
      byte[] bytes = write(new SafetensorsWriter().addTransposed("m", counting(shape), StoredType.F32));
      ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      int start = 8 + Math.toIntExact(buffer.getLong(0));
      assertEquals(start + 4 * shape[0] * shape[1], bytes.length, Arrays.toString(shape));
      for (int column = 0; column < shape[1]; column++) {
        for (int row = 0; row < shape[0]; row++) {
          float value = buffer.getFloat(start + 4 * (column * (int) shape[0] + row));
          if (value != (float) (row * shape[1] + column)) {
            assertEquals((float) (row * shape[1] + column), value, Arrays.toString(shape) + " at " + row + ", " + column);
          }
        }
      }
    }
  }

  @Test
  void floatsAreRoundedToTheNearestNarrowOnes() throws IOException {
    Tensor tensor = counting(2, 2);
    float[] values = {1 + 0x1p-11f, 1 + 0x1p-8f, -0x1.8p-24f, 65504};
    for (int i = 0; i < values.length; i++) {
      tensor.setFloat(i, values[i]);
    }
    // Halfway goes to even; the transpose swaps the two in the middle.
    assertArrayEquals(new short[] {0x3c00, 0x3c04, (short) 0x8002, 0x7bff},
        halves(new SafetensorsWriter().add("t", tensor, StoredType.F16)));
    assertArrayEquals(
        new short[] {0x3f80, (short) 0xb3c0, 0x3f80, 0x4780}, halves(new SafetensorsWriter().addTransposed("t", tensor, StoredType.BF16)));
    tensor.setFloat(2, 65520);
    SafetensorsWriter tooLarge = new SafetensorsWriter().add("large", tensor, StoredType.F16);
    assertTrue(assertThrows(CheckpointException.class, () -> write(tooLarge)).getMessage().contains("\"large\" has the number 65520.0"));
    assertThrows(IllegalArgumentException.class, () -> new SafetensorsWriter().add("t", tensor, StoredType.I32));
  }

  private static short[] halves(SafetensorsWriter writer) throws IOException {
    byte[] bytes = write(writer);
    short[] halves = new short[4];
    ByteBuffer.wrap(bytes, bytes.length - 8, 8).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().get(halves);
    return halves;
  }

  @Test
  void refusesNamesThatAFileCannotHave() {
    SafetensorsWriter writer = new SafetensorsWriter().add("a", counting(1));
    assertThrows(IllegalArgumentException.class, () -> writer.add("a", counting(1)));
    assertThrows(IllegalArgumentException.class, () -> writer.add("__metadata__", counting(1)));
    assertThrows(IllegalArgumentException.class, () -> writer.addTransposed("b", counting(1), StoredType.F32));
  }
}
