package dev.minnow.corpus.prepare;

import dev.minnow.corpus.CorpusException;
import dev.minnow.corpus.ProgressListener;
import dev.minnow.corpus.RunFiles;
import dev.minnow.corpus.TemporaryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The folder of a run's token files. Whole files of another text stay in it until the new ones, in a folder below it, are settled: a run
 * that is refused, or ends before it has anything to keep, costs the one before nothing.
 */
public final class TokenFolder {
  private static final String NEXT = "next";

  private final Path folder;
  private final Path next;

  public TokenFolder(Path folder) {
    this.folder = folder;
    this.next = folder.resolve(NEXT);
  }

  /** As {@link Tokenization#prepare}, beside files of another text. */
  public PreparedCorpus prepare(Tokenization tokenization, int threads, ProgressListener progress) {
    Optional<PreparedCorpus> present = tokenization.present(folder);
    if (present.isPresent()) {
      return present.get();
    }
    return tokenization.prepare(PreparationManifest.read(folder).isPresent() ? next : folder, threads, progress);
  }

  /** The whole files of this kind that are there. */
  public Optional<PreparedCorpus> find(Predicate<PreparedCorpus> kind) {
    for (Path place : new Path[] {folder, next}) {
      Optional<PreparedCorpus> found = opened(place);
      if (found.filter(kind).isPresent()) {
        return found;
      }
      found.ifPresent(PreparedCorpus::close);
    }
    return Optional.empty();
  }

  private static Optional<PreparedCorpus> opened(Path place) {
    try {
      return PreparationManifest.read(place).map(_ -> PreparedCorpus.open(place));
    } catch (CorpusException damaged) {
      return Optional.empty();
    }
  }

  /**
   * Lets files that were made beside others take their place; nothing if there are none. They may be open.
   *
   * @throws CorpusException if the folder cannot be written
   */
  public void settle() {
    if (PreparationManifest.read(next).isEmpty()) {
      return;
    }
    try {
      PreparationManifest.remove(folder);
      Files.deleteIfExists(folder.resolve(PreparedCorpus.VALIDATION));
      for (String name : new String[] {PreparedCorpus.VALIDATION, RunFiles.TRAINING_TOKENS, PreparationManifest.NAME}) {
        if (Files.exists(next.resolve(name))) {
          Files.move(next.resolve(name), folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
      }
    } catch (IOException e) {
      throw CorpusException.unwritable(folder.toString(), e);
    }
    // A process that was killed may have left more in it.
    abandon();
  }

  /**
   * Deletes files that were made beside others and not settled. They must not be open.
   *
   * @throws CorpusException if the folder cannot be written
   */
  public void abandon() {
    if (!Files.isDirectory(next)) {
      return;
    }
    try {
      TemporaryFolder.deleteTree(next);
    } catch (IOException e) {
      throw CorpusException.unwritable(folder.toString(), e);
    }
  }
}
