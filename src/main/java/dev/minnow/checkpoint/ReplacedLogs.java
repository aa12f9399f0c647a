package dev.minnow.checkpoint;

import dev.minnow.corpus.RunFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The logs in a run's folder, which another run writes anew that is to replace it. Until that has a save the earlier ones stand aside, and
 * come back where it ends without.
 */
final class ReplacedLogs {
  private static final String ASIDE = ".replaced";

  /** The one that tells whether there are any aside goes there last. */
  private static final String[] NAMES = {CheckpointFolder.REPORT, RunFiles.METRICS};

  private final Path folder;
  private final FileOperations files;

  ReplacedLogs(Path folder, FileOperations files) {
    this.folder = folder;
    this.files = files;
  }

  /** Whether the logs in their place are of a run that has not saved. */
  boolean areAside() {
    return Files.exists(aside(RunFiles.METRICS));
  }

  /** Makes room for those of a run that begins. */
  void putAside() throws IOException {
    if (areAside()) {
      delete();
      return;
    }
    for (String name : NAMES) {
      if (Files.exists(folder.resolve(name))) {
        files.rename(folder.resolve(name), aside(name));
      }
    }
  }

  /** Deletes those aside for good: the run that replaces theirs has its save. */
  void discard() throws IOException {
    delete(ASIDE);
    files.syncFolder(folder);
  }

  /** Puts those aside back in their place, and answers whether there were any. */
  boolean putBack() throws IOException {
    boolean were = areAside();
    for (String name : NAMES) {
      if (were) {
        files.delete(folder.resolve(name));
      }
      if (Files.exists(aside(name))) {
        files.rename(aside(name), folder.resolve(name));
      }
    }
    return were;
  }

  /** Deletes those of a run that ended before its first save. */
  void delete() throws IOException {
    delete("");
  }

  private void delete(String suffix) throws IOException {
    for (String name : NAMES) {
      files.delete(folder.resolve(name + suffix));
    }
  }

  private Path aside(String name) {
    return folder.resolve(name + ASIDE);
  }
}
