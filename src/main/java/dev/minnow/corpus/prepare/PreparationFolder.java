package dev.minnow.corpus.prepare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.minnow.corpus.CorpusException;
import dev.minnow.corpus.RunFiles;
import dev.minnow.corpus.SoleFile;
import dev.minnow.corpus.TokenFileWriter;
import dev.minnow.tokenizer.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The folder of a prepared corpus: token files, tokenizer, {@code dropped.jsonl} and, written last, {@code manifest.json}. Until then all
 * work is in a hidden folder inside it, which is removed at the end. The process that works there locks an empty file, which stays, because
 * removing it would be a race; but a folder that was made for work which came to nothing goes with it.
 */
final class PreparationFolder implements AutoCloseable {
  private static final String WORK = ".unfinished";
  private static final String LOCK = ".lock";
  private static final JsonMapper JSON = new JsonMapper();

  /** What the unfinished work is for. */
  static final String REQUEST = "request.json";

  /** What a finished preparation consists of, in the order in which it comes to its place. */
  private static final List<String> FILES =
      List.of(
          RunFiles.TRAINING_TOKENS, PreparedCorpus.VALIDATION, PreparedCorpus.TOKENIZER, PreparedCorpus.TOKENIZER_CONFIG,
          PreparedCorpus.DROPPED, PreparationManifest.NAME);

  private final Path folder;
  private final boolean isNew;
  private final SoleFile lock;

  private PreparationFolder(Path folder, boolean isNew, SoleFile lock) {
    this.folder = folder;
    this.isNew = isNew;
    this.lock = lock;
  }

  /** Whether a finished preparation is there. */
  static boolean isFinished(Path folder) {
    return Files.exists(folder.resolve(PreparationManifest.NAME)) && !Files.exists(folder.resolve(WORK).resolve(REQUEST));
  }

  /** Whether all is at its place, and only the place of unfinished work was not removed. */
  boolean isPublished() {
    return Files.exists(folder.resolve(PreparationManifest.NAME));
  }

  /**
   * Makes the folder where it is missing, and the place for unfinished work in it, and locks that.
   *
   * @throws IllegalArgumentException if it holds anything else than a preparation
   * @throws CorpusException if another process works there, or the folder cannot be written
   */
  static PreparationFolder open(Path folder) {
    try {
      requireNothingElse(folder);
      boolean isNew = Files.notExists(folder);
      Files.createDirectories(folder);
      PreparationFolder opened = new PreparationFolder(folder, isNew, lock(folder));
      opened.makePlaceForWork();
      return opened;
    } catch (IOException e) {
      throw CorpusException.unwritable(folder.toString(), e);
    }
  }

  private static void requireNothingElse(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException(folder + " is a file; choose another place for the folder of token files.");
    }
    Set<String> own = new HashSet<>(FILES);
    own.addAll(List.of(WORK, LOCK));
    try (Stream<Path> files = Files.list(folder)) {
      List<String> others =
          files.map(file -> file.getFileName().toString()).filter(name -> !own.contains(name)).sorted().toList();
      if (!others.isEmpty()) {
        throw new IllegalArgumentException(folder + " holds other files, such as " + others.getFirst() + "; choose a folder of its own.");
      }
    }
  }

  private static SoleFile lock(Path folder) throws IOException {
    return SoleFile.lock(folder.resolve(LOCK))
        .orElseThrow(
            () -> new CorpusException("Another run prepares a corpus in " + folder + "; wait for it or choose another folder."));
  }

  private void makePlaceForWork() throws IOException {
    try {
      Files.createDirectories(folder.resolve(WORK));
    } catch (IOException e) {
      lock.close();
      throw e;
    }
  }

  /** Where a file of unfinished work is. */
  Path work(String name) {
    return folder.resolve(WORK).resolve(name);
  }

  boolean hasWork(String name) {
    return Files.exists(work(name));
  }

  /** Writes a file of unfinished work so that it is either as before or whole and on disk. */
  void write(String name, byte[] contents) {
    try {
      WholeFile.replace(work(name), contents);
    } catch (IOException e) {
      throw CorpusException.unwritable(work(name).toString(), e);
    }
  }

  /** Writes how far work has come, for {@link #position} to read. */
  void writePosition(String name, Object position) {
    try {
      write(name, JSON.writeValueAsBytes(position));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * How far work has come.
   *
   * @param start where it begins, if nothing of it is there
   */
  <T> T position(String name, Class<T> type, T start) {
    if (!hasWork(name)) {
      return start;
    }
    try {
      return JSON.readValue(read(name), type);
    } catch (IOException e) {
      throw new CorpusException(work(name) + " is damaged; remove its folder and start again.", e);
    }
  }

  byte[] read(String name) {
    try {
      return Files.readAllBytes(work(name));
    } catch (IOException e) {
      throw CorpusException.unreadable(work(name).toString(), e);
    }
  }

  void delete(String name) {
    try {
      Files.deleteIfExists(work(name));
    } catch (IOException e) {
      throw CorpusException.unwritable(work(name).toString(), e);
    }
  }

  /** Deletes all unfinished work, last what it was for. */
  void deleteWork() {
    try (Stream<Path> files = Files.list(folder.resolve(WORK))) {
      for (Path file : files.filter(file -> !file.endsWith(REQUEST)).toList()) {
        Files.delete(file);
      }
      Files.deleteIfExists(work(REQUEST));
    } catch (IOException e) {
      throw CorpusException.unwritable(folder.resolve(WORK).toString(), e);
    }
  }

  /** Deletes what an earlier preparation finished, the manifest first: without it the rest counts for nothing. */
  void deleteFinished() {
    try {
      for (String name : FILES.reversed()) {
        Files.deleteIfExists(folder.resolve(name));
      }
    } catch (IOException e) {
      throw CorpusException.unwritable(folder.toString(), e);
    }
  }

  /** Moves all files that are whole to their places, the manifest last, and removes what is left of the work. */
  void publish() {
    try {
      for (String name : FILES) {
        Path tokens = TokenFileWriter.unfinished(work(name));
        Path finished = Files.exists(tokens) ? tokens : work(name);
        if (Files.exists(finished)) {
          Files.move(finished, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
      }
      deleteWork();
    } catch (IOException e) {
      throw CorpusException.unwritable(folder.toString(), e);
    }
  }

  /** Unlocks the folder; unfinished work stays, and its place is removed where there is none. */
  @Override
  public void close() {
    try (SoleFile _ = lock) {
      if (!hasWork(REQUEST)) {
        Files.deleteIfExists(folder.resolve(WORK));
        if (isNew && !isPublished()) {
          Files.deleteIfExists(folder.resolve(LOCK));
          Files.deleteIfExists(folder);
        }
      }
    } catch (IOException e) {
      throw CorpusException.unwritable(folder.toString(), e);
    }
  }
}
