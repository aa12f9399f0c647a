package dev.minnow.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Tensor;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
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
public final class SafetensorsWriter {
  /** Bytes that one write hands to the channel: few calls, and small beside any memory that holds a model. */
  private static final long CHUNK_BYTES = 8 << 20;

  private static final JsonFactory JSON = new JsonFactory();

  private record Source(String name, StoredType type, long[] shape, Tensor tensor, boolean transposed) {
    long bytes() {
      return tensor.segment().byteSize();
    }

    byte[] nameBytes() {
      return name.getBytes(StandardCharsets.UTF_8);
    }
  }

  private final Map<String, String> metadata = new TreeMap<>();
  private final List<Source> sources = new ArrayList<>();
  private final Set<String> names = new HashSet<>();

  /** Adds a line of free text to {@code __metadata__}. */
  public SafetensorsWriter metadata(String key, String value) {
    metadata.put(key, value);
    return this;
  }

  /** Adds a tensor as it is. */
  public SafetensorsWriter add(String name, Tensor tensor) {
    return add(new Source(name, storedType(tensor), tensor.shape(), tensor, false));
  }

  /** Adds the transpose (I, O) of a matrix (O, I) of F32. */
  public SafetensorsWriter addTransposed(String name, Tensor matrix) {
    if (matrix.rank() != 2 || matrix.type() != ElementType.F32) {
      throw new IllegalArgumentException("Only matrices of F32 are transposed, not " + matrix + ".");
    }
    long[] shape = {matrix.dimension(1), matrix.dimension(0)};
    return add(new Source(name, StoredType.F32, shape, matrix, true));
  }

  private SafetensorsWriter add(Source source) {
    if (source.name().equals(SafetensorsHeader.METADATA) || !names.add(source.name())) {
      throw new IllegalArgumentException("A file cannot have another tensor " + CheckpointException.quote(source.name()) + ".");
    }
    sources.add(source);
    return this;
  }

  private static StoredType storedType(Tensor tensor) {
    return switch (tensor.type()) {
      case F32 -> StoredType.F32;
      case I32 -> StoredType.I32;
      case BF16_BLOCKS -> throw new IllegalArgumentException("A file holds rows, and " + tensor + " lies in blocks.");
    };
  }

  /** Writes the whole file; the tensors must not change meanwhile. */
  public void writeTo(WritableByteChannel target) throws IOException {
    List<Source> ordered = new ArrayList<>(sources);
    ordered.sort(
        Comparator.comparing(Source::type, Comparator.reverseOrder()).thenComparing(Source::nameBytes, Arrays::compareUnsigned));
    byte[] header = header(ordered);
    ByteBuffer start = ByteBuffer.allocate(Long.BYTES + header.length).order(ByteOrder.LITTLE_ENDIAN);
    FileOperations.writeAll(target, start.putLong(header.length).put(header).flip());
    for (Source source : ordered) {
      if (source.transposed()) {
        writeTransposed(source.tensor(), target);
      } else {
        write(source.tensor().segment(), target);
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

  private static void write(MemorySegment segment, WritableByteChannel target) throws IOException {
    for (long from = 0; from < segment.byteSize(); from += CHUNK_BYTES) {
      long count = Math.min(CHUNK_BYTES, segment.byteSize() - from);
      FileOperations.writeAll(target, segment.asSlice(from, count).asByteBuffer());
    }
  }

  private static void writeTransposed(Tensor matrix, WritableByteChannel target) throws IOException {
    StoredTensor source = StoredTensor.of(matrix);
    long rows = matrix.dimension(0);
    long columns = matrix.dimension(1);
    long rowBytes = rows * Float.BYTES;
    long chunkRows = Math.clamp(CHUNK_BYTES / Math.max(rowBytes, 1), 1, Math.max(columns, 1));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment chunk = arena.allocate(chunkRows * rowBytes, 64);
      for (long from = 0; from < columns; from += chunkRows) {
        long to = Math.min(from + chunkRows, columns);
        source.transpose(rows, columns, from, to, chunk);
        write(chunk.asSlice(0, (to - from) * rowBytes), target);
      }
    }
  }
}
