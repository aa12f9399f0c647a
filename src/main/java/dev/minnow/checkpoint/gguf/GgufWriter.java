package dev.minnow.checkpoint.gguf;

import dev.minnow.checkpoint.CheckpointException;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Tensor;
import dev.minnow.tokenizer.WholeFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a GGUF file of version 3, aligned to 32 bytes: metadata and tensors in the order in which they were added. Tensors are read when
 * the file is written, encoded some rows at a time, and never copied as a whole.
 */
public final class GgufWriter {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Elements that are encoded at a time, unless one row has more: 1 MiB of floats, few calls of the channel. */
  private static final int CHUNK_ELEMENTS = 1 << 18;

  private record Source(String name, GgmlType type, Tensor tensor, RowOrder order) {
    long bytes() {
      return type.bytes(tensor.elementCount());
    }
  }

  private final Map<String, byte[]> metadata = new LinkedHashMap<>();
  private final Map<String, Source> sources = new LinkedHashMap<>();

  /** Adds a text. */
  public GgufWriter put(String key, String value) {
    return put(key, new Bytes().type(GgufValueType.STRING).string(value));
  }

  /** Adds a number as UINT32, as most numbers of the format are. */
  public GgufWriter put(String key, int value) {
    if (value < 0) {
      throw new IllegalArgumentException("The value of " + key + " must not be negative, as " + value + " is.");
    }
    return put(key, new Bytes().type(GgufValueType.UINT32).int32(value));
  }

  /** Adds a number as FLOAT32. */
  public GgufWriter put(String key, float value) {
    return put(key, new Bytes().type(GgufValueType.FLOAT32).int32(Float.floatToRawIntBits(value)));
  }

  /** Adds a truth value. */
  public GgufWriter put(String key, boolean value) {
    return put(key, new Bytes().type(GgufValueType.BOOL).int8(value ? 1 : 0));
  }

  /** Adds an array of texts. */
  public GgufWriter put(String key, List<String> values) {
    Bytes bytes = new Bytes().type(GgufValueType.ARRAY).type(GgufValueType.STRING).int64(values.size());
    values.forEach(bytes::string);
    return put(key, bytes);
  }

  /** Adds an array of INT32. */
  public GgufWriter put(String key, int[] values) {
    Bytes bytes = new Bytes().type(GgufValueType.ARRAY).type(GgufValueType.INT32).int64(values.length);
    for (int value : values) {
      bytes.int32(value);
    }
    return put(key, bytes);
  }

  private GgufWriter put(String key, Bytes value) {
    if (key.isEmpty() || metadata.put(key, value.toByteArray()) != null) {
      throw new IllegalArgumentException("A file cannot have another key \"" + key + "\".");
    }
    return this;
  }

  /**
   * Adds a tensor.
   *
   * @param type that it is stored as; rows must be a whole number of its blocks
   * @param tensor F32, of 1 to 4 dimensions, the last of which is a row
   * @param order of its rows in the file
   */
  public GgufWriter add(String name, GgmlType type, Tensor tensor, RowOrder order) {
    int nameBytes = name.getBytes(StandardCharsets.UTF_8).length;
    if (nameBytes > GgufFile.LONGEST_TENSOR_NAME_BYTES || tensor.rank() < 1 || tensor.rank() > GgufFile.MOST_DIMENSIONS) {
      throw new IllegalArgumentException("No file holds " + tensor + " under the name \"" + name + "\".");
    }
    if (tensor.type() != ElementType.F32 || rowElements(tensor) % type.blockElements() != 0 || !type.isWritable()) {
      throw new IllegalArgumentException(tensor + " cannot be written as " + type + ".");
    }
    if (sources.put(name, new Source(name, type, tensor, order)) != null) {
      throw new IllegalArgumentException("A file cannot have another tensor \"" + name + "\".");
    }
    return this;
  }

  private static long rowElements(Tensor tensor) {
    return tensor.dimension(tensor.rank() - 1);
  }

  /** How many tensors were added. */
  public int tensorCount() {
    return sources.size();
  }

  /**
   * Writes the whole file; the tensors must not change meanwhile.
   *
   * @throws CheckpointException naming a tensor with numbers that its type cannot hold
   */
  public void writeTo(WritableByteChannel target) throws IOException {
    byte[] header = header();
    WholeFile.write(target, ByteBuffer.wrap(header));
    WholeFile.write(target, ByteBuffer.allocate(padding(header.length)));
    for (Source source : sources.values()) {
      write(source, target);
      WholeFile.write(target, ByteBuffer.allocate(padding(source.bytes())));
    }
  }

  private static int padding(long bytes) {
    return (int) (GgufFile.padded(bytes, GgufFile.DEFAULT_ALIGNMENT) - bytes);
  }

  private byte[] header() {
    Bytes bytes = new Bytes().int32(GgufFile.MAGIC).int32(GgufFile.VERSION).int64(sources.size()).int64(metadata.size());
    metadata.forEach((key, value) -> bytes.string(key).raw(value));
    long offset = 0;
    for (Source source : sources.values()) {
      bytes.string(source.name()).int32(source.tensor().rank());
      for (int i = source.tensor().rank() - 1; i >= 0; i--) {
        bytes.int64(source.tensor().dimension(i));
      }
      bytes.int32(source.type().id()).int64(offset);
      offset = GgufFile.padded(offset + source.bytes(), GgufFile.DEFAULT_ALIGNMENT);
    }
    return bytes.toByteArray();
  }

  private static void write(Source source, WritableByteChannel target) throws IOException {
    int row = Math.toIntExact(rowElements(source.tensor()));
    long rows = row == 0 ? 0 : source.tensor().elementCount() / row;
    int chunkRows = (int) Math.clamp(CHUNK_ELEMENTS / Math.max(row, 1), 1, Math.max(rows, 1));
    float[] elements = new float[Math.multiplyExact(chunkRows, row)];
    ByteBuffer blocks = ByteBuffer.allocate(Math.toIntExact(source.type().bytes(elements.length))).order(ByteOrder.LITTLE_ENDIAN);
    for (long from = 0; from < rows; from += chunkRows) {
      int count = (int) Math.min(chunkRows, rows - from);
      for (int i = 0; i < count; i++) {
        MemorySegment.copy(
            source.tensor().segment(), FLOAT, source.order().row(from + i) * row * Float.BYTES, elements, i * row, row);
      }
      encode(source, elements, count * row, blocks);
      WholeFile.write(target, blocks.clear().limit((int) source.type().bytes((long) count * row)));
    }
  }

  private static void encode(Source source, float[] elements, int count, ByteBuffer blocks) {
    GgmlType type = source.type();
    BlockEncoder encoder = type.encoder().orElseThrow();
    for (int at = 0, element = 0; element < count; at += type.blockBytes(), element += type.blockElements()) {
      if (!encoder.encode(elements, element, blocks, at)) {
        throw new CheckpointException(
            "The tensor \"%s\" has numbers that %s cannot hold: infinite, not a number, or too large; export it as f32."
                .formatted(source.name(), type));
      }
    }
  }

  /** Little-endian bytes, growing. */
  private static final class Bytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Bytes type(GgufValueType type) {
      return int32(type.ordinal());
    }

    Bytes int8(int value) {
      out.write(value);
      return this;
    }

    Bytes int32(int value) {
      for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
        out.write(value >>> shift);
      }
      return this;
    }

    Bytes int64(long value) {
      return int32((int) value).int32((int) (value >>> Integer.SIZE));
    }

    Bytes string(String text) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      return int64(utf8.length).raw(utf8);
    }

    Bytes raw(byte[] bytes) {
      out.writeBytes(bytes);
      return this;
    }

    byte[] toByteArray() {
      return out.toByteArray();
    }
  }
}
