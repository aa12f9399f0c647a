package dev.minnow.checkpoint;

import dev.minnow.corpus.RunFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What lies in the folder that a run is to have: nothing that counts, an earlier run, or the files of something else. */
final class FolderContents {
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
  boolean isNothing() throws IOException {
    return !Files.exists(folder) || Files.isDirectory(folder) && strangers().isEmpty();
  }

  /** Whether there is a run with a save. */
  boolean isRun() throws IOException {
    return topLevel.hasState() || steps.hasSave();
  }

  /** What is there, in words that follow "it". */
  String description() throws IOException {
    if (!Files.isDirectory(folder)) {
      return "is a file";
    }
    List<String> names = strangers().stream().map(child -> CheckpointException.quote(child.getFileName().toString())).toList();
    String listing = String.join(", ", names.subList(0, Math.min(LONGEST_LISTING, names.size())));
    return "holds " + listing + (names.size() > LONGEST_LISTING ? " and " + (names.size() - LONGEST_LISTING) + " more" : "");
  }

  /** What is not from a run without a save. */
  private List<Path> strangers() throws IOException {
    List<Path> strangers = new ArrayList<>(FileOperations.children(folder));
    strangers.removeIf(child -> child.endsWith(RunFiles.TOKENS) || child.endsWith(RunFiles.METRICS) || child.endsWith(FolderHold.FILE));
    // A report is made from metrics: one without them is somebody else's.
    strangers.removeIf(child -> child.endsWith(CheckpointFolder.REPORT) && Files.exists(folder.resolve(RunFiles.METRICS)));
    if (steps.hasOnlyUnfinished()) {
      strangers.remove(steps.folder());
    }
    return strangers;
  }
}
