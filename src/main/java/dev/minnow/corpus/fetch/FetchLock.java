package dev.minnow.corpus.fetch;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Lets one thread of one process at a time fetch a file. The empty file that it locks stays, because removing it would be a race. */
final class FetchLock implements AutoCloseable {
  private static final long POLL_MILLIS = 100;

  private final FileChannel channel;

  private FetchLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Waits until nobody else fetches the file.
   *
   * @param onWait run once if somebody does
   */
  static FetchLock acquire(Path file, Runnable onWait) throws IOException, InterruptedException {
    Path lockFile = file.resolveSibling("." + file.getFileName() + ".lock");
    FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      boolean waiting = false;
      while (tryLock(channel) == null) {
        if (!waiting) {
          onWait.run();
          waiting = true;
        }
        Thread.sleep(POLL_MILLIS);
      }
      return new FetchLock(channel);
    } catch (IOException | InterruptedException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // Another thread of this process has it.
      return null;
    }
  }

  /** Closing the channel gives the lock back. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
