package dev.minnow.checkpoint.gguf;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Bytes of a GGUF file, put together by hand from the format's description. */
public final class GgufBytes {
  public static final int UINT8 = 0;
  public static final int UINT32 = 4;
  public static final int INT32 = 5;
  public static final int FLOAT32 = 6;
  public static final int BOOL = 7;
  public static final int STRING = 8;
  public static final int ARRAY = 9;
  public static final int UINT64 = 10;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** The start of a file of version 3. */
  public static GgufBytes start(long tensors, long values) {
    return new GgufBytes().ascii("GGUF").u32(3).u64(tensors).u64(values);
  }

  public GgufBytes ascii(String text) {
    out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  public GgufBytes u8(int value) {
    out.write(value);
    return this;
  }

  public GgufBytes u16(int value) {
    return u8(value).u8(value >> 8);
  }

  public GgufBytes u32(long value) {
    return u16((int) value).u16((int) (value >> 16));
  }

  public GgufBytes u64(long value) {
    return u32(value).u32(value >> 32);
  }

  public GgufBytes f32(float value) {
    return u32(Float.floatToRawIntBits(value));
  }

  public GgufBytes string(String text) {
    return u64(text.getBytes(StandardCharsets.UTF_8).length).ascii(text);
  }

  /** A key with a text. */
  public GgufBytes text(String key, String value) {
    return string(key).u32(STRING).string(value);
  }

  /** A key with a UINT32. */
  public GgufBytes number(String key, long value) {
    return string(key).u32(UINT32).u32(value);
  }

  /** A key with a FLOAT32. */
  public GgufBytes fraction(String key, float value) {
    return string(key).u32(FLOAT32).f32(value);
  }

  /** A key with a BOOL. */
  public GgufBytes flag(String key, boolean value) {
    return string(key).u32(BOOL).u8(value ? 1 : 0);
  }

  /** A key with an array of texts. */
  public GgufBytes texts(String key, String... values) {
    string(key).u32(ARRAY).u32(STRING).u64(values.length);
    for (String value : values) {
      string(value);
    }
    return this;
  }

  /** A key with an array of INT32. */
  public GgufBytes numbers(String key, int... values) {
    string(key).u32(ARRAY).u32(INT32).u64(values.length);
    for (int value : values) {
      u32(value);
    }
    return this;
  }

  /** What a file says of one tensor. */
  public GgufBytes tensor(String name, int type, long offset, long... dimensions) {
    string(name).u32(dimensions.length);
    for (long dimension : dimensions) {
      u64(dimension);
    }
    return u32(type).u64(offset);
  }

  public GgufBytes zeros(int count) {
    out.writeBytes(new byte[count]);
    return this;
  }

  /** Zeros up to a multiple. */
  public GgufBytes pad(int alignment) {
    return zeros((alignment - out.size() % alignment) % alignment);
  }

  public byte[] bytes() {
    return out.toByteArray();
  }
}
