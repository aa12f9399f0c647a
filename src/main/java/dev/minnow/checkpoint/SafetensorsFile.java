package dev.minnow.checkpoint;

import dev.minnow.checkpoint.gguf.GgufFile;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Tensor;
import dev.minnow.tokenizer.FileProblem;
import dev.minnow.tokenizer.unicode.Quotes;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A safetensors file, mapped read-only and checked as a whole before any tensor is handed out. Tensors are views of the mapping, or
 * converted copies, and live until {@link #close}. The format: <a
 * href="https://github.com/huggingface/safetensors#format">huggingface/safetensors</a>.
 */
final class SafetensorsFile implements WeightFiles {
  /** The format's own limit. */
  private static final long LONGEST_HEADER_BYTES = 100_000_000;

  private static final int LENGTH_BYTES = Long.BYTES;
  private static final ValueLayout.OfLong LENGTH = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Path path;
  private final Arena arena;
  private final MemorySegment data;
  private final SafetensorsHeader header;

  private SafetensorsFile(Path path, Arena arena, MemorySegment data, SafetensorsHeader header) {
    this.path = path;
    this.arena = arena;
    this.data = data;
    this.header = header;
  }

  /**
   * Maps a file and checks its header.
   *
   * @throws CheckpointException if there is no such file, it cannot be read, or it is malformed in any way
   */
  static SafetensorsFile open(Path path) {
    if (!Files.isRegularFile(path)) {
      throw new CheckpointException(
          (Files.exists(path) ? path + " is not a file" : "There is no file " + path) + "; give the path of a safetensors file.");
    }
    Arena arena = Arena.ofShared();
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      MemorySegment file = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      long headerBytes = headerBytes(path, file);
      MemorySegment json = file.asSlice(LENGTH_BYTES, headerBytes);
      MemorySegment data = file.asSlice(LENGTH_BYTES + headerBytes);
      return new SafetensorsFile(path, arena, data, SafetensorsHeader.read(path, new SegmentStream(json), data.byteSize()));
    } catch (IOException e) {
      arena.close();
      throw new CheckpointException(
          path + " cannot be read: " + FileProblem.of(e) + "; check the file and its permissions.", e);
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  private static long headerBytes(Path path, MemorySegment file) {
    if (file.byteSize() < LENGTH_BYTES) {
      throw malformed(path, "it has " + file.byteSize() + " bytes, less than the 8 of a header's length", null);
    }
    long length = file.get(LENGTH, 0);
    if (length >= 0 && length <= Math.min(LONGEST_HEADER_BYTES, file.byteSize() - LENGTH_BYTES)) {
      return length;
    }
    refuseOtherFormats(path, file);
    if (length < 0 || length > LONGEST_HEADER_BYTES) {
      throw malformed(path, "its header's length, " + Long.toUnsignedString(length) + ", is over the limit of 100000000", null);
    }
    throw malformed(path, "its header of " + length + " bytes ends beyond the end of the file", null);
  }

  /** Names what a file is when its first 8 bytes cannot be a header's length. */
  private static void refuseOtherFormats(Path path, MemorySegment file) {
    byte[] bytes = file.asSlice(0, LENGTH_BYTES).toArray(ValueLayout.JAVA_BYTE);
    if (Pickle.startsAs(bytes)) {
      throw Pickle.refused(path);
    }
    if (GgufFile.isGguf(bytes)) {
      throw new CheckpointException(path + " is a GGUF file under another name; give its path instead of the folder's.");
    }
    if (new String(bytes, StandardCharsets.ISO_8859_1).equals("version ")) {
      throw new CheckpointException(path + " is a Git LFS pointer and not the file itself; fetch it with \"git lfs pull\".");
    }
  }

  static CheckpointException malformed(Path path, String problem, @Nullable Throwable cause) {
    return new CheckpointException(path + " is not a whole safetensors file: " + problem + "; copy or make it again.", cause);
  }

  @Override
  public Path path() {
    return path;
  }

  /** All tensors as the header states them, by name, in the order of their bytes. */
  @Override
  public Map<String, TensorEntry> entries() {
    return header.entries();
  }

  /**
   * One tensor as F32, of its stored shape: a read-only view of the mapping, of any alignment, for F32; a converted copy for F16 and BF16.
   *
   * @throws CheckpointException if there is no tensor of this name, or its type does not widen to F32
   */
  Tensor tensor(String name) {
    TensorEntry entry = entry(name);
    StoredTensor stored = stored(entry);
    long[] shape = entry.shape().stream().mapToLong(Long::longValue).toArray();
    if (entry.type() == StoredType.F32) {
      return Tensor.of(stored.bytes(), ElementType.F32, shape);
    }
    long count = Tensor.elementCount(shape);
    MemorySegment copy = arena.allocate(count * Float.BYTES, 64);
    stored.copy(0, count, copy);
    return Tensor.of(copy, ElementType.F32, shape);
  }

  /** Every tensor by name as {@link #tensor} gives it. */
  Map<String, Tensor> tensors() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    entries().keySet().forEach(name -> tensors.put(name, tensor(name)));
    return tensors;
  }

  private MemorySegment elements(TensorEntry entry) {
    return data.asSlice(entry.beginBytes(), entry.endBytes() - entry.beginBytes());
  }

  private TensorEntry entry(String name) {
    TensorEntry entry = entries().get(name);
    if (entry == null) {
      throw new CheckpointException(path + " has no tensor " + Quotes.quote(name) + "; is it the right file?");
    }
    return entry;
  }

  @Override
  public StoredTensor stored(TensorEntry entry) {
    if (!entry.type().widensToFloat()) {
      throw new CheckpointException(
          "The tensor %s of %s is %s, and Minnow reads F32, F16 and BF16; convert it."
              .formatted(Quotes.quote(entry.name()), path, entry.type()));
    }
    return new StoredTensor(entry.type(), elements(entry));
  }

  /** Ends the mapping: tensors of this file must not be used any more. */
  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }

  private static final class SegmentStream extends InputStream {
    private final MemorySegment segment;
    private long position;

    SegmentStream(MemorySegment segment) {
      this.segment = segment;
    }

    @Override
    public int read() {
      return position < segment.byteSize() ? segment.get(ValueLayout.JAVA_BYTE, position++) & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      int count = (int) Math.min(length, segment.byteSize() - position);
      if (count == 0 && length > 0) {
        return -1;
      }
      MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, position, target, offset, count);
      position += count;
      return count;
    }
  }
}
