package dev.minnow.corpus;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A file that nobody else writes or locks while it is open. */
public final class SoleFile implements AutoCloseable {
  /**
   * Files that this process holds. They must not even be opened: where it closes any channel of a file, POSIX takes all locks from it that
   * it has on the file.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path held;
  private final FileChannel channel;

  private SoleFile(Path held, FileChannel channel) {
    this.held = held;
    this.channel = channel;
  }

  /**
   * Opens a file for reading and writing, made where it is missing, and locks it until it is closed; nothing if this or another process
   * holds it.
   */
  public static Optional<SoleFile> lock(Path file) throws IOException {
    Path place = file.toAbsolutePath();
    Path held = Objects.requireNonNull(place.getParent()).toRealPath().resolve(place.getFileName());
    if (!HELD.add(held)) {
      return Optional.empty();
    }
    Optional<SoleFile> locked = Optional.empty();
    try {
      locked = lock(file, held);
    } finally {
      if (locked.isEmpty()) {
        HELD.remove(held);
      }
    }
    return locked;
  }

  private static Optional<SoleFile> lock(Path file, Path held) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // This process holds it by another name.
    } finally {
      if (lock == null) {
        channel.close();
      }
    }
    return lock == null ? Optional.empty() : Optional.of(new SoleFile(held, channel));
  }

  /** For reading and writing; closed with this. */
  FileChannel channel() {
    return channel;
  }

  /** Gives the file back. */
  @Override
  public void close() throws IOException {
    if (!channel.isOpen()) {
      return;
    }
    try {
      channel.close();
    } finally {
      HELD.remove(held);
    }
  }
}
