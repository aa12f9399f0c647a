package dev.minnow.corpus.prepare;

import dev.minnow.corpus.CorpusException;
import dev.minnow.tokenizer.WholeFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file of records that is appended to and can be taken up again at a checkpoint. For one thread. */
final class SpillFile implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 16;

  private final Path file;
  private final FileChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);

  /**
   * Opens the file, new with {@code bytes} 0.
   *
   * @param bytes how much of it to keep
   * @throws CorpusException if it cannot be written or holds less
   */
  SpillFile(Path file, long bytes) {
    this.file = file;
    try {
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (channel.size() < bytes) {
        channel.close();
        throw new CorpusException(file + " is shorter than when it was left; remove its folder and start again.");
      }
      channel.truncate(bytes).position(bytes);
    } catch (IOException e) {
      throw CorpusException.unwritable(file.toString(), e);
    }
  }

  /** Appends a record that is no longer than a buffer. */
  void append(byte[] bytes) {
    if (buffer.remaining() < bytes.length) {
      flush();
    }
    buffer.put(bytes);
  }

  private void flush() {
    buffer.flip();
    try {
      WholeFile.write(channel, buffer);
    } catch (IOException e) {
      throw CorpusException.unwritable(file.toString(), e);
    }
    buffer.clear();
  }

  /** Waits until all that was appended is on disk. */
  void checkpoint() {
    flush();
    try {
      channel.force(false);
    } catch (IOException e) {
      throw CorpusException.unwritable(file.toString(), e);
    }
  }

  /** Closes the file; what was appended since the last checkpoint may be lost. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw CorpusException.unwritable(file.toString(), e);
    }
  }
}
