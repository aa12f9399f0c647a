package dev.minnow.checkpoint.gguf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.checkpoint.CheckpointException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GgufFileTest {
  private static final String ALIGNMENT = "general.alignment";

  @TempDir
  private Path folder;

  private Path write(byte[] bytes) {
    try {
      return Files.write(folder.resolve("model.gguf"), bytes);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Arguments malformed(String words, GgufBytes bytes) {
    return Arguments.of(words, bytes.bytes());
  }

  private static GgufBytes raw() {
    return new GgufBytes();
  }

  static Stream<Arguments> headers() {
    return Stream.of(
        malformed("ends within the four letters", raw()),
        malformed("ends within the four letters", raw().ascii("GGU")),
        malformed("does not begin with the letters GGUF", raw().ascii("FUGG").u32(3).u64(0).u64(0)),
        malformed("ends within the version", raw().ascii("GGUF").u16(3)),
        malformed("of version 1,", raw().ascii("GGUF").u32(1).u64(0).u64(0)),
        malformed("of version 4,", raw().ascii("GGUF").u32(4).u64(0).u64(0)),
        malformed("of version 4294967295,", raw().ascii("GGUF").u32(-1).u64(0).u64(0)),
        malformed("big-endian", raw().ascii("GGUF").u32(3 << 24).u64(0).u64(0)),
        malformed("big-endian", raw().ascii("GGUF").u32(0).u64(0).u64(0)),
        malformed("ends within the number of tensors", raw().ascii("GGUF").u32(3).u32(0)),
        malformed("18446744073709551615 tensors, over the limit", GgufBytes.start(-1, 0)),
        malformed("9223372036854775808 tensors, over the limit", GgufBytes.start(Long.MIN_VALUE, 0)),
        malformed("1 tensors, more than the 8 bytes", GgufBytes.start(1, 0)),
        malformed("18446744073709551615 metadata values, over the limit", GgufBytes.start(0, -1)),
        malformed("1 metadata values, more than the 0 bytes", GgufBytes.start(0, 1)),
        malformed("ends within the number of metadata values", raw().ascii("GGUF").u32(3).u64(0).u32(0)));
  }

  static Stream<Arguments> values() {
    return Stream.of(
        malformed("18446744073709551615 bytes of metadata key 0", GgufBytes.start(0, 1).u64(-1).zeros(40)),
        malformed("9223372036854775807 bytes of metadata key 0", GgufBytes.start(0, 1).u64(Long.MAX_VALUE).zeros(40)),
        malformed("41 bytes of metadata key 0, more than the 40 bytes", GgufBytes.start(0, 1).u64(41).zeros(40)),
        malformed("metadata key 0 is empty", GgufBytes.start(0, 1).string("").u32(0).zeros(40)),
        malformed("metadata key 0 is not UTF-8", GgufBytes.start(0, 1).u64(1).u8(0xff).u32(0).zeros(40)),
        malformed("65536 bytes of metadata key 0, over the limit", GgufBytes.start(0, 1).string("k".repeat(65_536)).zeros(40)),
        malformed("keys of its metadata are longer than 1048576 characters together", keys(20)),
        malformed("\"k\" has the unknown type 13", GgufBytes.start(0, 1).string("k").u32(13).zeros(40)),
        malformed("\"k\" has the unknown type 4294967295", GgufBytes.start(0, 1).string("k").u32(-1).zeros(40)),
        malformed("names \"k\" twice", GgufBytes.start(0, 2).number("k", 1).number("k", 2)),
        malformed("ends within the value of \"kkk\"", GgufBytes.start(0, 1).string("kkk").u32(GgufBytes.UINT64).u32(0)),
        malformed("truth value of 2", GgufBytes.start(0, 1).string("k").u32(GgufBytes.BOOL).u8(2)),
        malformed("18446744073709551615 bytes of the value", GgufBytes.start(0, 1).string("k").u32(GgufBytes.STRING).u64(-1)),
        malformed("1 bytes of the value of \"k\", more than the 0", GgufBytes.start(0, 1).string("k").u32(GgufBytes.STRING).u64(1)),
        malformed("18446744073709551615 elements", array(GgufBytes.UINT8, -1)),
        malformed("9223372036854775808 elements", array(GgufBytes.UINT8, Long.MIN_VALUE)),
        malformed("over the limit of 1073741824", array(GgufBytes.STRING, 1L << 61)),
        malformed("9 elements of the value of \"k\", more than the 8", array(GgufBytes.UINT8, 9).zeros(8)),
        malformed("2 elements of the value of \"k\", more than the 15", array(GgufBytes.STRING, 2).zeros(15)),
        malformed("1073741824 elements of the value of \"k\", more", array(GgufBytes.UINT64, 1 << 30).zeros(8)),
        malformed("bytes of the value of \"k\", more than", array(GgufBytes.STRING, 2).string("a").u64(100)),
        malformed("array of arrays", array(GgufBytes.ARRAY, 1).u32(GgufBytes.UINT8).u64(0).zeros(20)),
        malformed("unknown type 13", array(13, 1).zeros(20)),
        malformed("truth value of 255", array(GgufBytes.BOOL, 2).u8(1).u8(255)),
        malformed("\"general.alignment\" must be a power of two", GgufBytes.start(0, 1).number(ALIGNMENT, 13)),
        malformed("must be a power of two", GgufBytes.start(0, 1).number(ALIGNMENT, 0)),
        malformed("but it is 1073741824", GgufBytes.start(0, 1).number(ALIGNMENT, 1 << 30)),
        malformed("but it is 2147483648", GgufBytes.start(0, 1).number(ALIGNMENT, 1L << 31)),
        malformed("must be of type UINT32", GgufBytes.start(0, 1).string(ALIGNMENT).u32(GgufBytes.UINT64).u64(32)),
        malformed("must be of type UINT32", GgufBytes.start(0, 1).text(ALIGNMENT, "32")));
  }

  /** So many keys of 60,000 characters each. */
  private static GgufBytes keys(int count) {
    GgufBytes bytes = GgufBytes.start(0, count);
    for (int i = 0; i < count; i++) {
      bytes.number((char) ('a' + i) + "k".repeat(59_999), i);
    }
    return bytes;
  }

  private static GgufBytes array(int elementType, long count) {
    return GgufBytes.start(0, 1).string("k").u32(GgufBytes.ARRAY).u32(elementType).u64(count);
  }

  private static GgufBytes one(String name, int type, long offset, long... dimensions) {
    return GgufBytes.start(1, 0).tensor(name, type, offset, dimensions).pad(32);
  }

  static Stream<Arguments> tensors() {
    long large = 4L * Integer.MAX_VALUE;
    return Stream.of(
        malformed("64 bytes of the name of tensor 0, over the limit of 63", one("n".repeat(64), 0, 0, 1).zeros(64)),
        malformed("18446744073709551615 bytes of the name", GgufBytes.start(1, 0).u64(-1).zeros(64)),
        malformed("the name of tensor 0 is not UTF-8", GgufBytes.start(1, 0).u64(1).u8(0xc0).zeros(64)),
        malformed("5 dimensions", one("a", 0, 0, 1, 1, 1, 1, 1).zeros(64)),
        malformed("4294967295 dimensions", GgufBytes.start(1, 0).string("a").u32(-1).zeros(64)),
        malformed("a dimension of 18446744073709551615", one("a", 0, 0, -1).zeros(64)),
        malformed("a dimension of 0", one("a", 0, 0, 4, 0).zeros(64)),
        malformed("overflows", one("a", 0, 0, large, large, large, large).zeros(64)),
        malformed("overflows", one("a", 0, 0, 1L << 62, 2).zeros(64)),
        malformed("overflows", one("a", 0, 0, 1L << 62).zeros(64)),
        malformed("unknown or withdrawn type 40", one("a", 40, 0, 32).zeros(64)),
        malformed("unknown or withdrawn type 4294967295", one("a", -1, 0, 32).zeros(64)),
        malformed("unknown or withdrawn type 4", one("a", 4, 0, 32).zeros(64)),
        malformed("unknown or withdrawn type 31", one("a", 31, 0, 32).zeros(64)),
        malformed("unknown or withdrawn type 36", one("a", 36, 0, 32).zeros(64)),
        malformed("rows of 33 elements, no multiple of the 32", one("a", 8, 0, 33).zeros(64)),
        malformed("rows of 128 elements, no multiple of the 256", one("a", 12, 0, 128).zeros(144)),
        malformed("begins at byte 18446744073709551615 of the data", one("a", 0, -1, 8).zeros(64)),
        malformed("begins at byte 32 of the data, where 0 is its place", one("a", 0, 32, 8).zeros(64)),
        malformed("two tensors \"a\"", GgufBytes.start(2, 0).tensor("a", 0, 0, 8).tensor("a", 0, 32, 8).pad(32).zeros(64)),
        malformed("tensor \"b\" begins at byte 64 of the data, where 32",
            GgufBytes.start(2, 0).tensor("a", 0, 0, 8).tensor("b", 0, 64, 8).pad(64).zeros(128)),
        malformed("tensor \"b\" begins at byte 0 of the data, where 32",
            GgufBytes.start(2, 0).tensor("a", 0, 0, 8).tensor("b", 0, 0, 8).pad(32).zeros(64)),
        malformed("tensor \"b\" begins at byte 4 of the data, where 32",
            GgufBytes.start(2, 0).tensor("a", 0, 0, 1).tensor("b", 0, 4, 1).pad(32).zeros(64)),
        malformed("ends beyond the end", one("a", 0, 0, 8).zeros(31)),
        malformed("ends beyond the end", one("a", 8, 0, 32).zeros(33)),
        malformed("ends beyond the end", GgufBytes.start(1, 0).tensor("a", 0, 0, 8)),
        malformed("ends beyond the end", one("a", 24, 0, Long.MAX_VALUE).zeros(64)),
        malformed("ends beyond the end", GgufBytes.start(2, 0).tensor("a", 0, 0, 8).tensor("b", 0, 32, 8).pad(32).zeros(63)));
  }

  @ParameterizedTest(name = "{index} {0}")
  @MethodSource({"headers", "values", "tensors"})
  void refusesWhatIsMalformedByName(String words, byte[] content) {
    Path file = write(content);
    String message =
        assertTimeoutPreemptively(
            Duration.ofSeconds(2), () -> assertThrows(CheckpointException.class, () -> GgufFile.open(file)).getMessage());
    assertTrue(message.contains(words), message);
    assertTrue(message.startsWith(file.toString()) && message.endsWith(".") && message.length() < 600, message);
    assertEquals(1, message.lines().count(), message);
  }

  @Test
  void readsAFileWithoutTensorsAndWithoutPadding() {
    byte[] bytes = GgufBytes.start(0, 1).text("general.name", "nothing").bytes();
    assertTrue(bytes.length % 32 != 0);
    try (GgufFile file = GgufFile.open(write(bytes))) {
      assertEquals(Set.of("general.name"), file.metadata().keys());
      assertEquals(0, file.tensors().size());
    }
    try (GgufFile file = GgufFile.open(write(GgufBytes.start(0, 0).bytes()))) {
      assertEquals(Set.of(), file.metadata().keys());
    }
  }

  @Test
  void readsVersionTwoTrailingBytesAndAnAlignmentOfOne() {
    byte[] bytes =
        new GgufBytes().ascii("GGUF")
            .u32(2)
            .u64(2)
            .u64(1)
            .number(ALIGNMENT, 1)
            .tensor("a", 24, 0, 3)
            .tensor("b", 0, 3, 2)
            .u8(1)
            .u8(2)
            .u8(3)
            .f32(5)
            .f32(-7)
            .ascii("more")
            .bytes();
    try (GgufFile file = GgufFile.open(write(bytes))) {
      assertEquals(List.of("a", "b"), List.copyOf(file.tensors().keySet()));
      assertEquals(GgmlType.I8, file.tensors().get("a").type());
      assertArrayEquals(new byte[] {1, 2, 3}, file.tensors().get("a").bytes().toArray(ValueLayout.JAVA_BYTE));
      assertEquals(-7, file.tensors().get("b").bytes().get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4));
    }
  }

  @Test
  void shapesAreRowMajorAndFollowEachOtherPadded() {
    byte[] bytes = GgufBytes.start(2, 0).tensor("a", 0, 0, 3, 2).tensor("b", 8, 32, 64).pad(32).f32(1).zeros(31 - 3).zeros(68).bytes();
    try (GgufFile file = GgufFile.open(write(bytes))) {
      assertEquals(List.of(2L, 3L), file.tensors().get("a").shape());
      assertEquals(24, file.tensors().get("a").bytes().byteSize());
      assertEquals(68, file.tensors().get("b").bytes().byteSize());
    }
  }

  @Test
  void tensorsAreReadUntilTheFileIsClosed() {
    GgufFile file = GgufFile.open(write(GgufBytes.start(1, 0).tensor("a", 0, 0, 2).pad(32).f32(5).f32(-7).bytes()));
    GgufTensor tensor = file.tensors().get("a");
    float[] values = new float[2];
    tensor.decode(0, 2, MemorySegment.ofArray(values), 0);
    assertArrayEquals(new float[] {5, -7}, values);
    file.close();
    file.close();
    assertThrows(IllegalStateException.class, () -> tensor.decode(0, 2, MemorySegment.ofArray(values), 0));
  }

  @Test
  void metadataIsReadByKind() {
    GgufBytes bytes =
        GgufBytes.start(0, 11)
            .text("text", "\u00e9")
            .number("number", 4_000_000_000L)
            .string("wide")
            .u32(GgufBytes.UINT64)
            .u64(7)
            .string("huge")
            .u32(GgufBytes.UINT64)
            .u64(-1)
            .string("byte")
            .u32(GgufBytes.UINT8)
            .u8(255)
            .string("signed")
            .u32(1)
            .u8(255)
            .string("short")
            .u32(2)
            .u16(65_535)
            .fraction("fraction", 0.5f)
            .flag("flag", true)
            .texts("texts", "a", "")
            .numbers("numbers", -1, 3);
    try (GgufFile file = GgufFile.open(write(bytes.bytes()))) {
      GgufMetadata metadata = file.metadata();
      assertEquals(Optional.of("\u00e9"), metadata.text("text"));
      assertEquals(OptionalInt.of(7), metadata.wholeNumber("wide", 0));
      assertEquals(OptionalInt.of(255), metadata.wholeNumber("byte", 0));
      assertEquals(OptionalInt.of(-1), metadata.wholeNumber("signed", -1));
      assertEquals(OptionalInt.of(65_535), metadata.wholeNumber("short", 0));
      assertEquals(Optional.of(0.5f), metadata.number("fraction"));
      assertEquals(Optional.of(true), metadata.flag("flag"));
      assertEquals(Optional.of(List.of("a", "")), metadata.texts("texts"));
      assertArrayEquals(new int[] {-1, 3}, metadata.wholeNumbers("numbers").orElseThrow());
      assertEquals(Optional.empty(), metadata.text("absent"));
      assertWrong("\"number\" must be a whole number from 0 to 2147483647, but it is 4000000000", () -> metadata.wholeNumber("number", 0));
      assertWrong("but it is 18446744073709551615", () -> metadata.wholeNumber("huge", 0));
      assertWrong("\"text\" must be a whole number, but it is STRING", () -> metadata.count("text"));
      assertWrong("\"absent\" must be a whole number, but it is missing", () -> metadata.count("absent"));
      assertWrong("\"wide\" must be a text, but it is UINT64", () -> metadata.text("wide"));
      assertWrong("\"wide\" must be an array", () -> metadata.texts("wide"));
      assertWrong("\"numbers\" must be an array of texts", () -> metadata.texts("numbers"));
      assertWrong("\"texts\" must be an array of whole numbers", () -> metadata.wholeNumbers("texts"));
      assertWrong("\"text\" must be true or false", () -> metadata.flag("text"));
      assertWrong("\"wide\" must be a number with a fraction", () -> metadata.number("wide"));
    }
  }

  private static void assertWrong(String words, Runnable reading) {
    String message = assertThrows(CheckpointException.class, reading::run).getMessage();
    assertTrue(message.contains(words), message);
  }
}
