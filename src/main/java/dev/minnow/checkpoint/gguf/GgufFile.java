package dev.minnow.checkpoint.gguf;

import dev.minnow.checkpoint.CheckpointException;
import dev.minnow.tokenizer.FileProblem;
import dev.minnow.tokenizer.unicode.Quotes;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A GGUF file of version 2 or 3, mapped read-only and checked as a whole before anything of it is handed out, by the rules of ggml's own
 * reader and some tighter bounds. Tensors are views of the mapping and live until {@link #close}.
 */
public final class GgufFile implements AutoCloseable {
  static final int MAGIC = 'G' | 'G' << 8 | 'U' << 16 | 'F' << 24;
  static final int VERSION = 3;
  static final long DEFAULT_ALIGNMENT = 32;

  /** Far above any in use; ggml bounds it nowhere, and sums of padded sizes could wrap. */
  static final long LARGEST_ALIGNMENT = 1 << 20;

  static final int LONGEST_TENSOR_NAME_BYTES = 63;
  static final int MOST_DIMENSIONS = 4;

  /** The largest published models have some thousands. */
  private static final int MOST_TENSORS = 1 << 18;

  private static final int OLDEST_VERSION = 2;

  /** A name's length, a number of dimensions, a type and an offset. */
  private static final int LEAST_BYTES_OF_TENSOR = Long.BYTES + Integer.BYTES + Integer.BYTES + Long.BYTES;

  private record Place(String name, GgmlType type, List<Long> shape, long offset, long bytes) {}

  private final Path path;
  private final Arena arena;
  private final GgufMetadata metadata;
  private final Map<String, GgufTensor> tensors;

  private GgufFile(Path path, Arena arena, GgufMetadata metadata, Map<String, GgufTensor> tensors) {
    this.path = path;
    this.arena = arena;
    this.metadata = metadata;
    this.tensors = tensors;
  }

  /** Whether a file begins as a GGUF file does. */
  public static boolean isGguf(byte[] start) {
    return start.length >= 4 && start[0] == 'G' && start[1] == 'G' && start[2] == 'U' && start[3] == 'F';
  }

  /**
   * Maps a file and checks all of its header.
   *
   * @throws CheckpointException if there is no such file, it cannot be read, or it is malformed in any way
   */
  public static GgufFile open(Path path) {
    if (!Files.isRegularFile(path)) {
      throw new CheckpointException(
          (Files.exists(path) ? path + " is not a file" : "There is no file " + path) + "; give the path of a GGUF file.");
    }
    Arena arena = Arena.ofShared();
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      MemorySegment file = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      return read(path, arena, file);
    } catch (IOException e) {
      arena.close();
      throw new CheckpointException(
          path + " cannot be read: " + FileProblem.of(e) + "; check the file and its permissions.", e);
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  private static GgufFile read(Path path, Arena arena, MemorySegment file) {
    GgufCursor cursor = new GgufCursor(path, file, 0);
    requireVersion(path, cursor);
    long tensorCount = cursor.count("tensors", MOST_TENSORS, LEAST_BYTES_OF_TENSOR);
    GgufMetadata metadata = new GgufMetadata(path, file, GgufMetadataReader.read(cursor));
    long alignment = metadata.alignment();
    Map<String, Place> places = new LinkedHashMap<>();
    for (long i = 0; i < tensorCount; i++) {
      Place place = readPlace(cursor, "tensor " + i);
      if (places.put(place.name(), place) != null) {
        throw cursor.malformed("it has two tensors " + Quotes.quote(place.name()), null);
      }
    }
    long start = padded(cursor.position(), alignment);
    // Without tensors there is no padding either.
    MemorySegment data = file.asSlice(Math.min(start, file.byteSize()));
    return new GgufFile(path, arena, metadata, tensors(cursor, List.copyOf(places.values()), alignment, data));
  }

  private static void requireVersion(Path path, GgufCursor cursor) {
    if (cursor.int32("the four letters GGUF") != MAGIC) {
      throw cursor.malformed("it does not begin with the letters GGUF", null);
    }
    int version = cursor.int32("the version");
    if (version == 0 || (version & 0xFFFF) == 0) {
      throw new CheckpointException(path + " is a GGUF file of a big-endian machine; convert it to little-endian.");
    }
    if (version < OLDEST_VERSION || version > VERSION) {
      throw new CheckpointException(
          path + " is a GGUF file of version " + Integer.toUnsignedString(version) + ", and Minnow reads 2 and 3; convert it.");
    }
  }

  static long padded(long bytes, long alignment) {
    return Math.addExact(bytes, alignment - 1) & -alignment;
  }

  private static Place readPlace(GgufCursor cursor, String what) {
    String name = cursor.string("the name of " + what, LONGEST_TENSOR_NAME_BYTES);
    String tensor = "the tensor " + Quotes.quote(name);
    int dimensions = cursor.int32(tensor);
    if (dimensions < 0 || dimensions > MOST_DIMENSIONS) {
      throw cursor.malformed(
          tensor + " has " + Integer.toUnsignedString(dimensions) + " dimensions, over the limit of " + MOST_DIMENSIONS, null);
    }
    List<Long> listed = new ArrayList<>();
    long elements = 1;
    for (int i = 0; i < dimensions; i++) {
      long dimension = cursor.int64(tensor);
      if (dimension <= 0) {
        throw cursor.malformed(tensor + " has a dimension of " + Long.toUnsignedString(dimension), null);
      }
      listed.add(dimension);
      elements = product(cursor, tensor, elements, dimension);
    }
    int id = cursor.int32(tensor);
    Optional<GgmlType> type = GgmlType.of(id);
    if (type.isEmpty()) {
      throw cursor.malformed(tensor + " has the unknown or withdrawn type " + Integer.toUnsignedString(id), null);
    }
    long row = listed.isEmpty() ? 1 : listed.getFirst();
    if (row % type.get().blockElements() != 0) {
      throw cursor.malformed(
          tensor + " has rows of " + row + " elements, no multiple of the " + type.get().blockElements() + " of a block of " + type.get(),
          null);
    }
    long bytes = product(cursor, tensor, elements / type.get().blockElements(), type.get().blockBytes());
    return new Place(name, type.get(), List.copyOf(listed.reversed()), cursor.int64(tensor), bytes);
  }

  private static long product(GgufCursor cursor, String tensor, long one, long other) {
    try {
      return Math.multiplyExact(one, other);
    } catch (ArithmeticException e) {
      throw cursor.malformed(tensor + " has a shape whose size overflows", e);
    }
  }

  /** Tensors must follow each other, each padded to the alignment, as ggml requires. */
  private static Map<String, GgufTensor> tensors(GgufCursor cursor, List<Place> places, long alignment, MemorySegment data) {
    Map<String, GgufTensor> tensors = new LinkedHashMap<>();
    long expected = 0;
    for (Place place : places) {
      String tensor = "the tensor " + Quotes.quote(place.name());
      if (place.offset() != expected) {
        throw cursor.malformed(
            String.format(Locale.ROOT, "%s begins at byte %s of the data, where %d is its place", tensor,
                Long.toUnsignedString(place.offset()), expected),
            null);
      }
      if (place.bytes() > data.byteSize() - expected) {
        throw cursor.malformed(
            String.format(Locale.ROOT, "%s of %d bytes ends beyond the end of the file", tensor, place.bytes()), null);
      }
      MemorySegment bytes = data.asSlice(expected, place.bytes());
      tensors.put(place.name(), new GgufTensor(place.name(), place.type(), place.shape(), bytes));
      // In range: the sum so far lies within the file, and the alignment is bounded. The padding of the last tensor may be missing.
      expected = Math.min(padded(expected + place.bytes(), alignment), data.byteSize());
    }
    return tensors;
  }

  public Path path() {
    return path;
  }

  public GgufMetadata metadata() {
    return metadata;
  }

  /** The tensors by name, in the order of the file. */
  public Map<String, GgufTensor> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  /** Ends the mapping: tensors of this file must not be used any more. */
  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
