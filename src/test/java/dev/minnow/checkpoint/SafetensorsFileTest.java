package dev.minnow.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.memory.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SafetensorsFileTest {
  @TempDir
  private Path folder;

  static byte[] bytes(long headerLength, byte[] header, byte[] data) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(headerLength).array());
    out.writeBytes(header);
    out.writeBytes(data);
    return out.toByteArray();
  }

  static byte[] bytes(String header, int dataBytes) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return bytes(json.length, json, new byte[dataBytes]);
  }

  private Path write(byte[] content) {
    try {
      return Files.write(folder.resolve("model.safetensors"), content);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String tensor(String fields) {
    return "{\"a\":{" + fields + "}}";
  }

  private static Arguments malformed(String words, byte[] content) {
    return Arguments.of(words, content);
  }

  private static Arguments malformed(String words, String header, int dataBytes) {
    return malformed(words, bytes(header, dataBytes));
  }

  private static Arguments sized(String words, String type, String shape, String offsets, int dataBytes) {
    String fields = "\"dtype\":\"" + type + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets;
    return malformed(words, tensor(fields), dataBytes);
  }

  static Stream<Arguments> lengths() {
    byte[] empty = "{}".getBytes(StandardCharsets.UTF_8);
    return Stream.of(
        malformed("it has 0 bytes", new byte[0]),
        malformed("it has 7 bytes", new byte[7]),
        malformed("over the limit", bytes(100_000_001, empty, new byte[0])),
        malformed("length, 18446744073709551615, is over the limit", bytes(-1, empty, new byte[0])),
        malformed("length, 9223372036854775808, is over the limit", bytes(Long.MIN_VALUE, empty, new byte[0])),
        malformed("ends beyond the end", bytes(3, empty, new byte[0])),
        malformed("ends beyond the end", bytes(100_000_000, empty, new byte[0])),
        malformed("not valid JSON", bytes(1, empty, new byte[1])),
        malformed("not a JSON object", bytes(0, new byte[0], new byte[0])),
        malformed("PyTorch pickle", "PK\u0003\u0004\u0000\u0000\u0008\u0008archive/data.pkl".getBytes(StandardCharsets.ISO_8859_1)),
        malformed("PyTorch pickle", "\u0080\u0002}q\u0000(X\u0003\u0000\u0000\u0000".getBytes(StandardCharsets.ISO_8859_1)),
        malformed("Git LFS pointer", "version https://git-lfs.github.com/spec/v1\n".getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void theLengthOfAHeaderIsNoPickle() {
    assertFalse(Pickle.startsAs(new byte[] {(byte) 0x80, 2, 1, 0, 0, 0, 0, 0}));
    assertTrue(Pickle.startsAs(new byte[] {(byte) 0x80, 4, (byte) 0x95, 17, 0, 0, 0, 0}));
  }

  static Stream<Arguments> documents() {
    return Stream.of(
        malformed("not UTF-8", bytes(6, new byte[] {'{', '"', (byte) 0xff, '"', ':', '1'}, new byte[0])),
        malformed("not UTF-8", bytes(7, new byte[] {'{', '"', (byte) 0xc0, (byte) 0x80, '"', ':', '1'}, new byte[0])),
        malformed("not UTF-8", bytes(8, new byte[] {'{', '"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"', ':', '1'}, new byte[0])),
        malformed("not valid JSON", bytes(4, "{}".getBytes(StandardCharsets.UTF_16LE), new byte[0])),
        malformed("not valid JSON", "\ufeff{}", 0),
        malformed("not valid JSON", "{", 0),
        malformed("not valid JSON", "{'a':1}", 0),
        malformed("not valid JSON", "{a:1}", 0),
        malformed("not valid JSON", "{/**/}", 0),
        malformed("not valid JSON", "{\"__metadata__\":{},}", 0),
        malformed("not valid JSON", "{\"\\ud800\":1}", 0),
        malformed("not valid JSON", "{\"\\udc00\":1}", 0),
        malformed("not a JSON object", "", 0),
        malformed("not a JSON object", "[]", 0),
        malformed("not a JSON object", "null", 0),
        malformed("follows the JSON object", "{}{}", 0),
        malformed("not valid JSON", "{}x", 0),
        malformed("not valid JSON", "{}\u0000", 0),
        malformed("not described by an object", "{\"a\":[]}", 0),
        malformed("not described by an object", "{\"a\":null}", 0),
        malformed("not described by an object", "{\"a\":" + "[".repeat(100_000), 0),
        malformed("other than a string", "{\"__metadata__\":{\"a\":" + "{\"a\":".repeat(100_000), 0),
        malformed("not a list", tensor("\"dtype\":\"F32\",\"shape\":{\"a\":" + "[".repeat(100_000)), 0),
        malformed("not valid JSON", "{\"" + "n".repeat(100_000) + "\":1}", 0),
        malformed("is not an object of strings", "{\"__metadata__\":[]}", 0),
        malformed("other than a string at \"format\"", "{\"__metadata__\":{\"format\":1}}", 0),
        malformed("other than a string at \"shape\"",
            "{\"__metadata__\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4),
        malformed("names \"x\" twice", "{\"__metadata__\":{\"x\":\"1\",\"x\":\"2\"}}", 0),
        malformed("names \"__metadata__\" twice", "{\"__metadata__\":{},\"__metadata__\":{}}", 0),
        malformed("names \"a\" twice",
            "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,2]}}",
            2));
  }

  static Stream<Arguments> tensors() {
    return Stream.of(
        malformed("lacks its dtype", tensor("\"shape\":[1],\"data_offsets\":[0,4]"), 4),
        malformed("lacks its shape", tensor("\"dtype\":\"F32\",\"data_offsets\":[0,4]"), 4),
        malformed("lacks its data_offsets", tensor("\"dtype\":\"F32\",\"shape\":[1]"), 4),
        malformed("lacks its dtype", tensor(""), 0),
        malformed("unknown field \"strides\"", tensor("\"strides\":[1]"), 0),
        malformed("states its shape twice", tensor("\"shape\":[1],\"shape\":[1]"), 0),
        malformed("unknown dtype", tensor("\"dtype\":32,\"shape\":[1],\"data_offsets\":[0,4]"), 4),
        sized("unknown dtype \"F31\"", "F31", "[1]", "[0,4]", 4),
        sized("unknown dtype \"f32\"", "f32", "[1]", "[0,4]", 4),
        sized("not a list", "F32", "1", "[0,4]", 4),
        sized("\"-1\" in its shape, which is not a count", "F32", "[-1]", "[0,4]", 4),
        sized("not a count", "F32", "[-0]", "[0,0]", 0),
        sized("\"1.0\" in its shape, which is not a count", "F32", "[1.0]", "[0,4]", 4),
        sized("not a count", "F32", "[1e3]", "[0,4000]", 4000),
        sized("not a count", "F32", "[\"1\"]", "[0,4]", 4),
        sized("not a count", "F32", "[null]", "[0,4]", 4),
        sized("not a count", "F32", "[[1]]", "[0,4]", 4),
        sized("not a count", "F32", "[9223372036854775808]", "[0,4]", 4),
        sized("not a count", "F32", "[18446744073709551616]", "[0,4]", 4),
        sized("not valid JSON", "F32", "[" + "1".repeat(1000) + "]", "[0,4]", 4),
        sized("not valid JSON", "F32", "[01]", "[0,4]", 4),
        sized("not a count", "F32", "[1]", "[0,-4]", 4),
        sized("not a count", "F32", "[1]", "[0.0,4]", 4),
        sized("not a count", "F32", "[1]", "[\"0\",4]", 4),
        sized("1 data_offsets", "F32", "[1]", "[4]", 4),
        sized("0 data_offsets", "F32", "[1]", "[]", 4),
        sized("more than 2 numbers", "F32", "[1]", "[0,4,8]", 4),
        sized("more than 64 numbers", "F32", "[1" + ",1".repeat(64) + "]", "[0,4]", 4),
        sized("ends before it begins", "F32", "[1]", "[4,0]", 4),
        sized("has 4 bytes where its dtype and shape make 8", "F32", "[2]", "[0,4]", 4),
        sized("has 4 bytes where its dtype and shape make 2", "F16", "[1]", "[0,4]", 4),
        sized("make 0.5", "F4", "[1]", "[0,1]", 1),
        sized("make 4.5", "F6_E2M3", "[6]", "[0,4]", 4),
        sized("overflows", "U8", "[2,9223372036854775807]", "[0,4]", 4),
        sized("overflows", "F32", "[4611686018427387904]", "[0,0]", 0),
        sized("overflows", "U8", "[4294967296,4294967296]", "[0,0]", 0),
        sized("overflows", "U8", "[9223372036854775807,9223372036854775807,0]", "[0,0]", 0),
        sized("not a count", "U8", "[2,18446744073709551614]", "[0,4]", 4),
        sized("follows a gap", "F32", "[1]", "[4,8]", 8),
        sized("take 4 bytes, but 5 follow", "F32", "[1]", "[0,4]", 5),
        sized("take 4 bytes, but 3 follow", "F32", "[1]", "[0,4]", 3),
        sized("overflows", "U8", "[9223372036854775800]", "[0,9223372036854775800]", 8),
        sized("but 8 follow", "U8", "[1152921504606846975]", "[0,1152921504606846975]", 8),
        malformed("take 0 bytes, but 1 follow", "{}", 1),
        malformed("overlaps another",
            "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[2,6]}}",
            6),
        malformed("overlaps another",
            "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}",
            4),
        malformed("follows a gap",
            "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[5,6]}}",
            6));
  }

  @ParameterizedTest(name = "{index} {0}")
  @MethodSource({"lengths", "documents", "tensors"})
  void refusesWhatIsMalformedByName(String words, byte[] content) {
    Path file = write(content);
    String message = assertThrows(CheckpointException.class, () -> SafetensorsFile.open(file)).getMessage();
    assertTrue(message.contains(words), message);
    assertTrue(message.startsWith(file.toString()) && message.endsWith(".") && message.length() < 600, message);
    assertEquals(1, message.lines().count(), message);
  }

  @ParameterizedTest
  @MethodSource("dev.minnow.checkpoint.SafetensorsFileTest#whitespace")
  void acceptsWhitespaceAroundTheHeader(String header) {
    try (SafetensorsFile file = SafetensorsFile.open(write(bytes(header, 0)))) {
      assertEquals(Map.of(), file.entries());
    }
  }

  static Stream<String> whitespace() {
    return Stream.of("{}", "{}      ", "{}\r \t\n", "\t\n{}\r ");
  }

  @Test
  void acceptsNoDimensionsZeroDimensionsAndEveryType() {
    String header =
        Stream.of(StoredType.values())
            .map(type -> "\"" + type + "\":{\"dtype\":\"" + type + "\",\"shape\":[0,9],\"data_offsets\":[4,4]}")
            .collect(Collectors.joining(",", "{\"one\":{\"data_offsets\":[0,4],\"shape\":[],\"dtype\":\"F32\"},", "}"));
    try (SafetensorsFile file = SafetensorsFile.open(write(bytes(header, 4)))) {
      assertEquals(StoredType.values().length + 1, file.entries().size());
      assertEquals("F32[]", file.tensor("one").toString());
      assertEquals("F32[0, 9]", file.tensor("F32").toString());
      assertThrows(CheckpointException.class, () -> file.tensor("I64"));
      assertThrows(CheckpointException.class, () -> file.tensor("two"));
    }
  }

  @Test
  void tensorsMayLieInAnotherOrderThanTheirNames() {
    String header =
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[2,3]},\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}}";
    try (SafetensorsFile file = SafetensorsFile.open(write(bytes(header, 3)))) {
      assertEquals(Set.of("a", "b"), file.entries().keySet());
      assertEquals(2, file.entries().get("a").beginBytes());
    }
  }

  @Test
  void readsManyTinyTensorsAndRefusesTooMany() {
    assertEquals(100_000, open(100_000));
    assertTrue(assertThrows(CheckpointException.class, () -> open(262_145)).getMessage().contains("more than 262144"));
  }

  private int open(int count) {
    String header =
        IntStream.range(0, count)
            .mapToObj(i -> "\"t%d\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[%d,%d]}".formatted(i, i, i + 1))
            .collect(Collectors.joining(",", "{", "}"));
    try (SafetensorsFile file = SafetensorsFile.open(write(bytes(header, count)))) {
      return file.entries().size();
    }
  }

  @Test
  void widensHalfAndBrainFloatsExactly() {
    ByteBuffer data = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN);
    // F16: 1, -2, the smallest subnormal, the largest number, infinity; BF16: 1, -2.5, the same bits as pi, minus zero, infinity.
    for (int stored : new int[] {0x3c00, 0xc000, 0x0001, 0x7bff, 0x7c00, 0x3f80, 0xc020, 0x4049, 0x8000, 0x7f80}) {
      data.putShort((short) stored);
    }
    byte[] header =
        """
        {"half":{"dtype":"F16","shape":[5],"data_offsets":[0,10]},"brain":{"dtype":"BF16","shape":[5],"data_offsets":[10,20]}}"""
            .getBytes(StandardCharsets.UTF_8);
    try (SafetensorsFile file = SafetensorsFile.open(write(bytes(header.length, header, data.array())))) {
      float[] half = {1, -2, 0x1p-24f, 65504, Float.POSITIVE_INFINITY};
      assertArrayEquals(half, file.tensor("half").toFloats());
      float[] brain = {1, -2.5f, 3.140625f, -0.0f, Float.POSITIVE_INFINITY};
      assertArrayEquals(brain, file.tensor("brain").toFloats());
    }
  }

  @Test
  void readsUnalignedTensorsInPlaceUntilClosed() {
    byte[] header = "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} ".getBytes(StandardCharsets.UTF_8);
    byte[] data = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putFloat(1.5f).putFloat(-7).array();
    assertTrue(header.length % 4 != 0);
    SafetensorsFile file = SafetensorsFile.open(write(bytes(header.length, header, data)));
    Tensor tensor = file.tensor("a");
    assertArrayEquals(new float[] {1.5f, -7}, tensor.toFloats());
    assertThrows(IllegalArgumentException.class, () -> tensor.setFloat(0, 1), "a view of a file is read-only");
    file.close();
    file.close();
    assertThrows(IllegalStateException.class, () -> tensor.getFloat(0));
  }

  @Test
  void namesAFileThatIsNotThereOrNoFile() {
    for (Path path : List.of(folder.resolve("absent"), folder)) {
      String message = assertThrows(CheckpointException.class, () -> SafetensorsFile.open(path)).getMessage();
      assertTrue(message.contains(path.toString()), message);
    }
  }

  /** Bytes of a real file, changed, cut, repeated: either the file still says where everything is, or it is refused. */
  @Test
  void damagedFilesAreReadOrRefusedAndNothingElse() throws IOException {
    byte[] golden = Files.readAllBytes(Golden.path("hf-gpt2-tiny/model.safetensors"));
    Random random = new Random(1);
    int refused = 0;
    for (int round = 0; round < 1500; round++) {
      byte[] changed = golden.clone();
      // Mostly in the header, where nearly every byte means something.
      for (int changes = random.nextInt(1, 4); changes > 0; changes--) {
        changed[random.nextInt(8 + 2576)] =
            (byte) (random.nextBoolean() ? random.nextInt() : "0123456789[]{}\",:-.e".charAt(random.nextInt(20)));
      }
      int length = random.nextInt(8) == 0 ? random.nextInt(changed.length) : changed.length;
      Path path = write(Arrays.copyOf(changed, length));
      try (SafetensorsFile file = SafetensorsFile.open(path)) {
        for (TensorEntry entry : file.entries().values()) {
          assertTrue(entry.beginBytes() >= 0 && entry.endBytes() <= golden.length - 8 - 2576, entry.toString());
        }
      } catch (CheckpointException e) {
        assertEquals(1, String.valueOf(e.getMessage()).lines().count(), "round " + round);
        refused++;
      }
    }
    assertTrue(refused > 1000 && refused < 1500, "refused: " + refused);
  }
}
