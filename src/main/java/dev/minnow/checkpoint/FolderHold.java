package dev.minnow.checkpoint;

import dev.minnow.corpus.SoleFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A run's hold on its folder: while it is open, no other run has one. The empty file that is locked stays, because removing it would be a
 * race; but a folder that was made for a run which came to nothing goes with it.
 */
public final class FolderHold implements AutoCloseable {
  static final String FILE = ".lock";

  private final Path folder;
  private final boolean isNew;
  private final FileOperations files;
  private SoleFile lock;
  private boolean isLost;

  /** Tells the file that is locked from another one of its name, where the system has such keys. */
  private @Nullable Object key;

  private FolderHold(Path folder, boolean isNew, FileOperations files, SoleFile lock, @Nullable Object key) {
    this.folder = folder;
    this.isNew = isNew;
    this.files = files;
    this.lock = lock;
    this.key = key;
  }

  private static @Nullable Object key(Path folder) throws IOException {
    return Files.readAttributes(folder.resolve(FILE), BasicFileAttributes.class).fileKey();
  }

  /** Takes hold of a folder, which is made where it is missing; nothing if this or another process has hold of it. */
  static Optional<FolderHold> take(Path folder, FileOperations files) throws IOException {
    boolean isNew = !Files.isDirectory(folder);
    files.createFolder(folder);
    Optional<SoleFile> lock = SoleFile.lock(folder.resolve(FILE));
    if (lock.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new FolderHold(folder, isNew, files, lock.get(), key(folder)));
    } catch (IOException e) {
      lock.get().close();
      throw e;
    }
  }

  /**
   * Takes hold of the folder again where it was removed meanwhile, or another one is in its place.
   *
   * @return whether nobody else has
   */
  boolean renew() throws IOException {
    Path file = folder.resolve(FILE);
    if (Files.exists(file) && Objects.equals(key, key(folder))) {
      return true;
    }
    lock.close();
    files.createFolder(folder);
    Optional<SoleFile> again = SoleFile.lock(file);
    isLost = again.isEmpty();
    if (isLost) {
      return false;
    }
    lock = again.get();
    key = key(folder);
    return true;
  }

  @Override
  public void close() throws IOException {
    try (SoleFile _ = lock) {
      Path file = folder.resolve(FILE);
      if (isNew && !isLost && FileOperations.children(folder).equals(List.of(file))) {
        Files.delete(file);
        Files.delete(folder);
      }
    }
  }
}
