package dev.minnow.checkpoint;

import dev.minnow.corpus.RunFiles;
import dev.minnow.tokenizer.FileProblem;
import dev.minnow.tokenizer.unicode.Quotes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What lies in the folder that a run is to have: nothing that counts, an earlier run, or the files of something else. Its methods throw a
 * {@link CheckpointException} where the folder cannot be read.
 */
public final class FolderContents {
  private static final int LONGEST_LISTING = 5;

  private final Path folder;
  private final StepFolders steps;
  private final TopLevel topLevel;

  FolderContents(Path folder, StepFolders steps, TopLevel topLevel) {
    this.folder = folder;
    this.steps = steps;
    this.topLevel = topLevel;
  }

  /** Whether there is nothing but tokenized text and what a run leaves that ended before its first save. */
  public boolean isNothing() {
    return !Files.exists(folder) || Files.isDirectory(folder) && strangers().isEmpty();
  }

  /** Whether there is a run with a save. */
  public boolean isRun() {
    try {
      return topLevel.hasState() || steps.hasSave();
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /** What is there and not from a run without a save; nothing where the folder is none. */
  public List<Path> strangers() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try {
      List<Path> strangers = new ArrayList<>(FileOperations.children(folder));
      strangers.removeIf(child -> child.endsWith(RunFiles.TOKENS) || child.endsWith(RunFiles.METRICS) || child.endsWith(FolderHold.FILE));
      // A report is made from metrics: one without them is somebody else's.
      strangers.removeIf(child -> child.endsWith(CheckpointFolder.REPORT) && Files.exists(folder.resolve(RunFiles.METRICS)));
      if (steps.hasOnlyUnfinished()) {
        strangers.remove(steps.folder());
      }
      return strangers;
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /** What is there, in words that follow "it". */
  String description() {
    return Files.isDirectory(folder) ? listing(strangers()) : "is a file";
  }

  /** Names some of the files that a folder holds, in words that follow "it". */
  public static String listing(List<Path> files) {
    List<String> names =
        files.stream().limit(LONGEST_LISTING).map(file -> Quotes.quote(file.getFileName().toString())).toList();
    return "holds " + String.join(", ", names)
        + (files.size() > LONGEST_LISTING ? " and " + (files.size() - LONGEST_LISTING) + " more" : "");
  }

  CheckpointException unreadable(IOException e) {
    return new CheckpointException(folder + " cannot be read: " + FileProblem.of(e) + "; check its permissions.", e);
  }
}
