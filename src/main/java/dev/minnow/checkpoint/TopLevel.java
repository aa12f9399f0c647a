package dev.minnow.checkpoint;

import dev.minnow.corpus.RunFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/**
 * The newest save of a run at the top level of its folder, where every tool looks for a model: hard links to the files of the save, renamed
 * onto their names one by one.
 */
final class TopLevel {
  private static final String UNFINISHED = ".tmp";

  /** What a save may hold, in the order of linking: a top level with the last two is whole. */
  private static final List<String> FILES =
      List.of(
          HuggingFaceFolder.GENERATION_CONFIG,
          HuggingFaceFolder.TOKENIZER,
          HuggingFaceFolder.TOKENIZER_CONFIG,
          RunFiles.STATE,
          SavedRun.MOMENTS,
          HuggingFaceFolder.CONFIG,
          RunFiles.WEIGHTS);

  private final Path folder;
  private final FileOperations files;

  TopLevel(Path folder, FileOperations files) {
    this.folder = folder;
    this.files = files;
  }

  /** Whether a model can be opened here. */
  boolean isWhole() {
    return Files.exists(folder.resolve(HuggingFaceFolder.CONFIG)) && Files.exists(folder.resolve(RunFiles.WEIGHTS));
  }

  /** Whether a run has put its state here. */
  boolean hasState() {
    return Files.exists(folder.resolve(RunFiles.STATE));
  }

  /** Whether the state here is that of none of these saves. */
  boolean isOfNone(Collection<Path> saves) throws IOException {
    if (!hasState()) {
      return false;
    }
    for (Path save : saves) {
      if (Files.mismatch(folder.resolve(RunFiles.STATE), save.resolve(RunFiles.STATE)) == -1) {
        return false;
      }
    }
    return true;
  }

  /** Becomes this save. */
  void become(Path save) throws IOException {
    for (String name : FILES) {
      Path file = save.resolve(name);
      Path top = folder.resolve(name);
      Path unfinished = folder.resolve(name + UNFINISHED);
      files.delete(unfinished);
      // Renaming one of two names of a file onto the other does nothing and would leave both.
      if (Files.exists(file) && !(Files.exists(top) && Files.isSameFile(file, top))) {
        files.linkOrCopy(unfinished, file);
        files.rename(unfinished, top);
      }
    }
    files.syncFolder(folder);
  }

  /** Goes, its weights first: a folder without them is opened by its newest save. */
  void remove() throws IOException {
    tidy();
    for (String name : FILES.reversed()) {
      files.delete(folder.resolve(name));
    }
  }

  /** Deletes what a save left that failed. */
  void tidy() throws IOException {
    for (String name : FILES) {
      files.delete(folder.resolve(name + UNFINISHED));
    }
  }
}
