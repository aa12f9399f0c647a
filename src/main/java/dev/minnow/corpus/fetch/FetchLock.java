package dev.minnow.corpus.fetch;

import dev.minnow.corpus.SoleFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Lets one thread of one process at a time fetch a file. The empty file that it locks stays, because removing it would be a race. */
final class FetchLock implements AutoCloseable {
  private static final long POLL_MILLIS = 100;

  private final SoleFile lock;

  private FetchLock(SoleFile lock) {
    this.lock = lock;
  }

  /**
   * Waits until nobody else fetches the file.
   *
   * @param onWait run once if somebody does
   */
  static FetchLock acquire(Path file, Runnable onWait) throws IOException, InterruptedException {
    Path lockFile = file.resolveSibling("." + file.getFileName() + ".lock");
    Optional<SoleFile> lock = SoleFile.lock(lockFile);
    if (lock.isEmpty()) {
      onWait.run();
    }
    while (lock.isEmpty()) {
      Thread.sleep(POLL_MILLIS);
      lock = SoleFile.lock(lockFile);
    }
    return new FetchLock(lock.get());
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
