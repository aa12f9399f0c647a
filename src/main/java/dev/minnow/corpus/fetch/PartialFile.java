package dev.minnow.corpus.fetch;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * What there is so far of a file, {@code NAME.part}, and beside it where it comes from, so that a later run asks for the rest of the very
 * same file.
 */
final class PartialFile implements AutoCloseable {
  /**
   * Where the bytes so far come from.
   *
   * @param validator the server's mark for this state of the file, to be sent in {@code If-Range}; null where it gave none that serves
   */
  record Origin(URI address, @Nullable String validator) {}

  private static final JsonMapper JSON = new JsonMapper();

  private final Path part;
  private final Path side;
  private final FileChannel channel;
  private long length;
  private @Nullable Origin origin;

  /** Opens what there is, or begins. */
  PartialFile(Path whole) throws IOException {
    String name = whole.getFileName() + ".part";
    part = whole.resolveSibling(name);
    side = whole.resolveSibling("." + name + ".json");
    channel = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    length = channel.size();
    origin = storedOrigin();
  }

  private @Nullable Origin storedOrigin() throws IOException {
    if (length == 0 || !Files.exists(side)) {
      return null;
    }
    try {
      return JSON.readValue(side.toFile(), Origin.class);
    } catch (JacksonException e) {
      // A crash may have cut it short. Then the hash of the whole file decides, or it is fetched anew.
      return null;
    }
  }

  long length() {
    return length;
  }

  /** Where the bytes so far come from, as far as that is known. */
  @Nullable
  Origin origin() {
    return origin;
  }

  /** Forgets all bytes; those to come are of this origin. */
  void restart(@Nullable Origin next) throws IOException {
    channel.truncate(0);
    length = 0;
    origin = next;
    if (next == null) {
      Files.deleteIfExists(side);
    } else {
      Files.write(side, JSON.writeValueAsBytes(next));
    }
  }

  void append(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      length += channel.write(bytes, length);
    }
  }

  Path path() {
    return part;
  }

  /** Gives the file its name, once it is on the disk. */
  void become(Path whole) throws IOException {
    channel.force(true);
    channel.close();
    Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE);
    Files.deleteIfExists(side);
  }

  /** Keeps what there is for another time, but nothing where there is nothing. */
  @Override
  public void close() throws IOException {
    boolean named = !channel.isOpen();
    channel.close();
    if (!named && length == 0) {
      Files.deleteIfExists(part);
      Files.deleteIfExists(side);
    }
  }
}
