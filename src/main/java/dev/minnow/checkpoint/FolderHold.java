package dev.minnow.checkpoint;

import dev.minnow.corpus.SoleFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A run's hold on its folder: while it is open, no other run has one. The empty file that is locked stays, because removing it would be a
 * race; but a folder that was made for a run which came to nothing goes with it.
 */
public final class FolderHold implements AutoCloseable {
  static final String FILE = ".lock";

  private final Path folder;
  private final boolean isNew;
  private final SoleFile lock;

  private FolderHold(Path folder, boolean isNew, SoleFile lock) {
    this.folder = folder;
    this.isNew = isNew;
    this.lock = lock;
  }

  /** Takes hold of a folder, which is made where it is missing; nothing if this or another process has hold of it. */
  static Optional<FolderHold> take(Path folder, FileOperations files) throws IOException {
    boolean isNew = !Files.isDirectory(folder);
    files.createFolder(folder);
    return SoleFile.lock(folder.resolve(FILE)).map(lock -> new FolderHold(folder, isNew, lock));
  }

  @Override
  public void close() throws IOException {
    try (lock) {
      Path file = folder.resolve(FILE);
      if (isNew && FileOperations.children(folder).equals(List.of(file))) {
        Files.delete(file);
        Files.delete(folder);
      }
    }
  }
}
