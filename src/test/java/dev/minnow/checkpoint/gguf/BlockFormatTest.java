package dev.minnow.checkpoint.gguf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Blocks that gguf-py 0.19, ggml's own Python library, decoded and encoded: the bits must be the same. */
class BlockFormatTest {
  private static final JsonNode GOLDEN = golden();

  private static JsonNode golden() {
    try (InputStream in = BlockFormatTest.class.getResourceAsStream("/golden/gguf/blocks.json")) {
      return new JsonMapper().readTree(Objects.requireNonNull(in));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static float[] floats(JsonNode array) {
    float[] floats = new float[array.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) array.get(i).doubleValue();
    }
    return floats;
  }

  @ParameterizedTest
  @EnumSource(names = {"Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q4_K", "Q5_K", "Q6_K", "F16", "BF16"})
  void decodesAsTheReference(GgmlType type) {
    byte[] blocks = HexFormat.of().parseHex(GOLDEN.at("/decode/" + type + "/blocks").textValue());
    float[] expected = floats(GOLDEN.at("/decode/" + type + "/floats"));
    assertEquals(expected.length, blocks.length / type.blockBytes() * type.blockElements());
    try (Arena arena = Arena.ofConfined()) {
      GgufTensor tensor = new GgufTensor("t", type, List.of((long) expected.length), arena.allocateFrom(ValueLayout.JAVA_BYTE, blocks));
      MemorySegment target = arena.allocate(4L * (expected.length + 2));
      tensor.decode(0, expected.length, target, 4);
      assertEquals(0, target.getAtIndex(ValueLayout.JAVA_FLOAT, 0));
      assertEquals(0, target.getAtIndex(ValueLayout.JAVA_FLOAT, expected.length + 1L));
      for (int i = 0; i < expected.length; i++) {
        assertEquals(expected[i], target.getAtIndex(ValueLayout.JAVA_FLOAT, i + 1L), type + " element " + i);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"Q4_0", "Q8_0", "F16", "BF16"})
  void encodesAsTheReference(GgmlType type) {
    float[] source = floats(GOLDEN.at("/encode/floats"));
    ByteBuffer blocks = ByteBuffer.allocate((int) type.bytes(source.length)).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0, element = 0; element < source.length; at += type.blockBytes(), element += type.blockElements()) {
      assertTrue(type.encoder().orElseThrow().encode(source, element, blocks, at));
    }
    assertEquals(GOLDEN.at("/encode/" + type).textValue(), HexFormat.of().formatHex(blocks.array()));
  }

  /** More than one chunk, from a place in the middle. */
  @Test
  void decodesFromAnyBlockOn() {
    int count = 3 * 4096 + 64;
    float[] source = new float[count];
    for (int i = 0; i < count; i++) {
      source[i] = i % 255 - 127;
    }
    GgmlType type = GgmlType.Q8_0;
    ByteBuffer blocks = ByteBuffer.allocate((int) type.bytes(count)).order(ByteOrder.LITTLE_ENDIAN);
    for (int block = 0; block < count / 32; block++) {
      type.encoder().orElseThrow().encode(source, 32 * block, blocks, 34 * block);
    }
    try (Arena arena = Arena.ofConfined()) {
      GgufTensor tensor =
          new GgufTensor("t", type, List.of((long) count), arena.allocateFrom(ValueLayout.JAVA_BYTE, blocks.array()));
      MemorySegment target = arena.allocate(4L * count);
      tensor.decode(32, count - 32, target, 32 * 4);
      assertEquals(0, target.getAtIndex(ValueLayout.JAVA_FLOAT, 31));
      for (int i = 32; i < count; i++) {
        assertEquals(source[i], target.getAtIndex(ValueLayout.JAVA_FLOAT, i), 1, "element " + i);
      }
    }
  }

  @Test
  void saysWhenATypeCannotHoldANumber() {
    ByteBuffer blocks = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 3e38f}) {
      float[] source = new float[32];
      source[7] = bad;
      assertFalse(GgmlType.Q8_0.encoder().orElseThrow().encode(source, 0, blocks, 0), "Q8_0 of " + bad);
      assertFalse(GgmlType.Q4_0.encoder().orElseThrow().encode(source, 0, blocks, 0), "Q4_0 of " + bad);
      assertFalse(GgmlType.F16.encoder().orElseThrow().encode(source, 7, blocks, 0), "F16 of " + bad);
    }
    assertFalse(GgmlType.BF16.encoder().orElseThrow().encode(new float[] {3.4e38f}, 0, blocks, 0));
  }
}
