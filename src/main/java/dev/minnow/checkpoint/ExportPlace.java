package dev.minnow.checkpoint;

import dev.minnow.corpus.SoleFile;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Where an export is until it is whole: a hidden folder beside its target, which one process at a time holds. What a process that was
 * killed left there goes with the next one.
 */
final class ExportPlace implements AutoCloseable {
  private static final String LOCK = "lock";
  private static final String REPLACED = "replaced";

  private final Path out;
  private final Path folder;
  private final FileOperations files;
  private final SoleFile lock;

  /** No two have one: the folder, and with it the lock, may go while another process is taking it. */
  private final String name = UUID.randomUUID().toString();

  private ExportPlace(Path out, Path folder, FileOperations files, SoleFile lock) {
    this.out = out;
    this.folder = folder;
    this.files = files;
    this.lock = lock;
  }

  /** @throws CheckpointException if another export has it */
  static ExportPlace take(Path out, FileOperations files) throws IOException {
    Path folder = out.resolveSibling("." + out.getFileName() + ".unfinished");
    files.createFolder(folder);
    SoleFile lock =
        SoleFile.lock(folder.resolve(LOCK))
            .orElseThrow(() -> new CheckpointException("Another export writes " + out + "; wait for its end, or choose another --out."));
    ExportPlace place = new ExportPlace(out, folder, files, lock);
    try {
      place.clear();
    } catch (IOException e) {
      lock.close();
      throw e;
    }
    return place;
  }

  private void clear() throws IOException {
    Path replaced = folder.resolve(REPLACED);
    if (exists(replaced) && !exists(out)) {
      files.rename(replaced, out);
    }
    for (Path child : FileOperations.children(folder)) {
      if (!child.endsWith(LOCK)) {
        files.deleteTree(child);
      }
    }
  }

  private static boolean exists(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  /** The file or folder to write. */
  Path unfinished() {
    return folder.resolve(name);
  }

  /** Gives what was written its name. It takes two renames where that is a folder, and until the second what it replaces is here. */
  void publish() throws IOException {
    if (Files.isDirectory(unfinished()) && exists(out)) {
      files.rename(out, folder.resolve(REPLACED));
    }
    files.rename(unfinished(), out);
  }

  /** Leaves nothing here; a folder that could not be replaced goes back. */
  @Override
  public void close() throws IOException {
    try (SoleFile _ = lock) {
      clear();
      files.delete(folder.resolve(LOCK));
    }
    try {
      files.delete(folder);
    } catch (DirectoryNotEmptyException e) {
      // Another export has begun there.
    }
  }
}
