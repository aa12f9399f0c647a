package dev.minnow.tokenizer;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * Replaces two files that are read together. Where one cannot be written, both are as before. A process that ends in between leaves both as
 * before, both whole, or no first one: never one of before beside one of now.
 */
final class FilePair {
  /** Renames a file, in place of another one. */
  interface Renaming {
    void rename(Path from, Path to) throws IOException;
  }

  private final Half first;
  private final Half second;

  FilePair(Path first, Path second) {
    this(first, second, WholeFile::move);
  }

  FilePair(Path first, Path second, Renaming renaming) {
    this.first = new Half(first, renaming);
    this.second = new Half(second, renaming);
  }

  void replace(WholeFile.Contents ofFirst, WholeFile.Contents ofSecond) throws IOException {
    try {
      WholeFile.write(first.unfinished, ofFirst);
      WholeFile.write(second.unfinished, ofSecond);
      first.standAside();
      second.standAside();
      second.become();
      first.become();
    } catch (IOException e) {
      second.undo(e);
      first.undo(e);
      throw e;
    }
    Files.deleteIfExists(first.before);
    Files.deleteIfExists(second.before);
  }

  private static final class Half {
    private final Path file;
    private final Path unfinished;
    private final Path before;
    private final Renaming renaming;
    private boolean stoodAside;
    private boolean isNew;

    Half(Path file, Renaming renaming) {
      this.file = file;
      this.unfinished = WholeFile.unfinished(file);
      this.before = file.resolveSibling(file.getFileName() + ".before");
      this.renaming = renaming;
    }

    void standAside() throws IOException {
      if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
        throw new FileSystemException(file.toString(), null, "a folder is in its place");
      }
      if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        renaming.rename(file, before);
        stoodAside = true;
      }
    }

    void become() throws IOException {
      renaming.rename(unfinished, file);
      isNew = true;
    }

    void undo(IOException failure) {
      try {
        if (stoodAside) {
          WholeFile.move(before, file);
        } else if (isNew) {
          Files.delete(file);
        }
        Files.deleteIfExists(unfinished);
      } catch (IOException again) {
        failure.addSuppressed(again);
      }
    }
  }
}
