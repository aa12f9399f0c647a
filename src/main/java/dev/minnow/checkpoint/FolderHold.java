package dev.minnow.checkpoint;

import dev.minnow.corpus.SoleFile;
import dev.minnow.tokenizer.FileProblem;
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

  /**
   * Takes hold of a folder, which is made where it is missing.
   *
   * @throws CheckpointException if this or another process has hold of it, or the file system refuses
   */
  static FolderHold take(Path folder, FileOperations files) {
    try {
      boolean isNew = !Files.isDirectory(folder);
      files.createFolder(folder);
      SoleFile lock = SoleFile.lock(folder.resolve(FILE)).orElseThrow(() -> heldByAnother(folder));
      try {
        return new FolderHold(folder, isNew, files, lock, key(folder));
      } catch (IOException e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw new CheckpointException(
          folder + " cannot be locked: " + FileProblem.of(e) + "; check its permissions or choose another folder.", e);
    }
  }

  private static CheckpointException heldByAnother(Path folder) {
    return new CheckpointException("Another run trains in " + folder + "; wait for its end, or choose another folder.");
  }

  /**
   * Takes hold of the folder again where it was removed meanwhile, or another one is in its place.
   *
   * @throws CheckpointException if somebody else has
   */
  void renew() throws IOException {
    Path file = folder.resolve(FILE);
    if (Files.exists(file) && Objects.equals(key, key(folder))) {
      return;
    }
    lock.close();
    files.createFolder(folder);
    Optional<SoleFile> again = SoleFile.lock(file);
    isLost = again.isEmpty();
    lock = again.orElseThrow(() -> heldByAnother(folder));
    key = key(folder);
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
