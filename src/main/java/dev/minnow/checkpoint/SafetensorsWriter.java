package dev.minnow.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.minnow.memory.Bfloat16;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Tensor;
import dev.minnow.tokenizer.WholeFile;
import dev.minnow.tokenizer.unicode.Quotes;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Writes a safetensors file, byte for byte as the format's own writer does: types of greatest alignment first, then by name; a compact
 * header padded with spaces to a multiple of 8 bytes. Tensors are read when the file is written and never copied as a whole.
 */
final class SafetensorsWriter {
  /** Bytes that one write hands to the channel: few calls, and small beside any memory that holds a model. */
  private static final long CHUNK_BYTES = 8 << 20;

  private static final JsonFactory JSON = new JsonFactory();
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /**
   * @param type as which it is written
   * @param elements to write: F32 where {@code type} is a floating-point type, else of that type
   * @param transposed whether they are the matrix whose transpose is written
   */
  private record Source(String name, StoredType type, long[] shape, MemorySegment elements, boolean transposed) {
    long bytes() {
      return type.bits() * elementCount() / Byte.SIZE;
    }

    long elementCount() {
      return Tensor.elementCount(shape);
    }

    byte[] nameBytes() {
      return name.getBytes(StandardCharsets.UTF_8);
    }
  }

  private final Map<String, String> metadata = new TreeMap<>();
  private final List<Source> sources = new ArrayList<>();
  private final Set<String> names = new HashSet<>();

  /** Adds a line of free text to {@code __metadata__}. */
  SafetensorsWriter metadata(String key, String value) {
    metadata.put(key, value);
    return this;
  }

  /** Adds a tensor as it is. */
  SafetensorsWriter add(String name, Tensor tensor) {
    StoredType type =
        switch (tensor.type()) {
          case F32 -> StoredType.F32;
          case I32 -> StoredType.I32;
          case BF16_BLOCKS -> throw new IllegalArgumentException("A file holds rows, and " + tensor + " lies in blocks.");
        };
    return add(new Source(name, type, tensor.shape(), tensor.segment(), false));
  }

  /** Adds a tensor of F32 as F32, F16 or BF16, rounded to the nearest. */
  SafetensorsWriter add(String name, Tensor tensor, StoredType type) {
    requireFloat(tensor, type);
    return add(new Source(name, type, tensor.shape(), tensor.segment(), false));
  }

  /** Adds the transpose (I, O) of a matrix (O, I) of F32 as F32, F16 or BF16, rounded to the nearest. */
  SafetensorsWriter addTransposed(String name, Tensor matrix, StoredType type) {
    requireFloat(matrix, type);
    if (matrix.rank() != 2) {
      throw new IllegalArgumentException("Only matrices are transposed, not " + matrix + ".");
    }
    long[] shape = {matrix.dimension(1), matrix.dimension(0)};
    return add(new Source(name, type, shape, matrix.segment(), true));
  }

  private static void requireFloat(Tensor tensor, StoredType type) {
    if (tensor.type() != ElementType.F32 || !type.widensToFloat()) {
      throw new IllegalArgumentException(tensor + " cannot be written as " + type + ".");
    }
  }

  private SafetensorsWriter add(Source source) {
    if (source.name().equals(SafetensorsHeader.METADATA) || !names.add(source.name())) {
      throw new IllegalArgumentException("A file cannot have another tensor " + Quotes.quote(source.name()) + ".");
    }
    sources.add(source);
    return this;
  }

  /** How many tensors were added. */
  int tensorCount() {
    return sources.size();
  }

  /**
   * Writes the whole file; the tensors must not change meanwhile.
   *
   * @throws CheckpointException naming a tensor with numbers that its type cannot hold
   */
  void writeTo(WritableByteChannel target) throws IOException {
    List<Source> ordered = new ArrayList<>(sources);
    ordered.sort(
        Comparator.comparing(Source::type, Comparator.reverseOrder()).thenComparing(Source::nameBytes, Arrays::compareUnsigned));
    byte[] header = header(ordered);
    ByteBuffer start = ByteBuffer.allocate(Long.BYTES + header.length).order(ByteOrder.LITTLE_ENDIAN);
    WholeFile.write(target, start.putLong(header.length).put(header).flip());
    for (Source source : ordered) {
      if (source.transposed()) {
        writeTransposed(source, target);
      } else {
        write(source, source.elements(), target);
      }
    }
  }

  private byte[] header(List<Source> ordered) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart(SafetensorsHeader.METADATA);
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
          json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
      }
      long offset = 0;
      for (Source source : ordered) {
        json.writeObjectFieldStart(source.name());
        json.writeStringField("dtype", source.type().name());
        json.writeFieldName("shape");
        json.writeArray(source.shape(), 0, source.shape().length);
        json.writeFieldName("data_offsets");
        json.writeArray(new long[] {offset, offset + source.bytes()}, 0, 2);
        json.writeEndObject();
        offset += source.bytes();
      }
      json.writeEndObject();
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    byte[] padded = Arrays.copyOf(bytes, Math.ceilDiv(bytes.length, Long.BYTES) * Long.BYTES);
    Arrays.fill(padded, bytes.length, padded.length, (byte) ' ');
    return padded;
  }

  /** Writes elements of a source in its type. */
  private static void write(Source source, MemorySegment elements, WritableByteChannel target) throws IOException {
    for (long from = 0; from < elements.byteSize(); from += CHUNK_BYTES) {
      MemorySegment chunk = elements.asSlice(from, Math.min(CHUNK_BYTES, elements.byteSize() - from));
      boolean narrow = source.type() == StoredType.F16 || source.type() == StoredType.BF16;
      WholeFile.write(target, narrow ? narrowed(source, chunk) : chunk.asByteBuffer());
    }
  }

  private static ByteBuffer narrowed(Source source, MemorySegment floats) {
    long count = floats.byteSize() / Float.BYTES;
    ByteBuffer halves = ByteBuffer.allocate((int) count * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (long i = 0; i < count; i++) {
      float value = floats.get(FLOAT, i * Float.BYTES);
      short half = source.type() == StoredType.F16 ? Float.floatToFloat16(value) : Bfloat16.of(value);
      float stored = source.type() == StoredType.F16 ? Float.float16ToFloat(half) : Bfloat16.toFloat(half);
      if (Float.isFinite(value) && !Float.isFinite(stored)) {
        throw new CheckpointException(
            "The tensor %s has the number %s, which %s cannot hold; export it as f32."
                .formatted(Quotes.quote(source.name()), value, source.type()));
      }
      halves.putShort(half);
    }
    return halves.flip();
  }

  private static void writeTransposed(Source source, WritableByteChannel target) throws IOException {
    StoredTensor matrix = new StoredTensor(StoredType.F32, source.elements());
    long rows = source.shape()[1];
    long columns = source.shape()[0];
    long rowBytes = rows * Float.BYTES;
    long chunkRows = Math.clamp(CHUNK_BYTES / Math.max(rowBytes, 1), 1, Math.max(columns, 1));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment chunk = arena.allocate(chunkRows * rowBytes, 64);
      for (long from = 0; from < columns; from += chunkRows) {
        long to = Math.min(from + chunkRows, columns);
        matrix.transpose(rows, columns, from, to, chunk);
        write(source, chunk.asSlice(0, (to - from) * rowBytes), target);
      }
    }
  }
}
