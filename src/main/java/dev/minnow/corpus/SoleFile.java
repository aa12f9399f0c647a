package dev.minnow.corpus;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Files that one process alone writes, or that others see whole or not at all. */
public final class SoleFile {
  private SoleFile() {}

  /**
   * Opens a file for reading and writing, made where it is missing, and locks it until it is closed; nothing if this or another process
   * holds it.
   */
  public static Optional<FileChannel> lock(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return Optional.of(channel);
      }
    } catch (OverlappingFileLockException e) {
      // This process itself holds it; the answer is the same.
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
    channel.close();
    return Optional.empty();
  }

  /** Writes a file so that, whatever instant the process ends, it is either as before or whole and on disk. */
  public static void replace(Path file, byte[] contents) throws IOException {
    Path unfinished = file.resolveSibling(file.getFileName() + ".part");
    try (FileChannel channel =
        FileChannel.open(unfinished, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
      write(channel, ByteBuffer.wrap(contents));
      channel.force(true);
    }
    try {
      Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      Files.delete(unfinished);
      throw e;
    }
  }

  /** Writes all that remains in a buffer. */
  public static void write(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
