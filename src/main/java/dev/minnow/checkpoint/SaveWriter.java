package dev.minnow.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minnow.corpus.RunFiles;
import dev.minnow.tokenizer.FileProblem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes the saves of one run into its folder. The order of what it does to the file system is what {@link CheckpointFolder} promises:
 * wherever it is broken off, a whole save is found, and the next save leaves what it would have left after a whole one.
 */
final class SaveWriter {
  private final FileOperations files;
  private final StepFolders steps;
  private final TopLevel topLevel;
  private final ReplacedLogs logs;

  /** Whether what the folder holds is an earlier run's. */
  private boolean replaces;

  /** Saves of later steps are of a way that the run has gone back from. */
  private long lastStepToKeep = Long.MAX_VALUE;

  SaveWriter(FileOperations files, StepFolders steps, TopLevel topLevel, ReplacedLogs logs) {
    this.files = files;
    this.steps = steps;
    this.topLevel = topLevel;
    this.logs = logs;
  }

  /** From now on, what the folder holds is an earlier run's, for the next save to replace. */
  void replaceWhatIsThere() {
    replaces = true;
  }

  /** From now on, saves of later steps than this are of a way that the run has gone back from, for the next save to delete. */
  void goBackTo(long step) {
    lastStepToKeep = step;
  }

  /**
   * Writes a save, makes it the top level, then deletes those that the run went back from, and the oldest.
   *
   * @param keep how many saves stay, at least 1; the best stays besides, and the one to go back to
   * @param hold of the run, which is taken again where the folder was removed; null for a run without
   * @throws CheckpointException if another run has the folder, or the file system refuses; the saves before are intact, or this one is
   *     whole
   */
  void save(LoadedModel model, TrainingState state, int keep, @Nullable FolderHold hold) {
    String name = StepFolders.name(state.step());
    try {
      Uninterrupted.run(
          () -> {
            if (hold != null) {
              hold.renew();
            }
            save(name, model, state, keep);
          });
    } catch (IOException e) {
      throw notSaved(name, e);
    }
  }

  private void save(String name, LoadedModel model, TrainingState state, int keep) throws IOException {
    tidy();
    if (replaces) {
      write(steps.begin(name), model, state);
      steps.publishAlone(name);
      finishReplacement();
      topLevel.remove();
      replaces = false;
    } else {
      completeInterruptedSave();
      write(steps.begin(name), model, state);
      steps.publish(name);
    }
    if (state.isBest()) {
      replaceBest(steps.whole(name));
    }
    topLevel.become(steps.whole(name));
    prune(state, keep);
  }

  /** Clears what an interrupted save left, and finishes what one began. */
  private void tidy() throws IOException {
    finishReplacement();
    steps.tidy();
  }

  /** Deletes the logs and saves of the run whose place a save has taken; until all are gone, that save's name says so. */
  void finishReplacement() throws IOException {
    if (steps.isReplacing()) {
      logs.discard();
      steps.finishReplacement();
    }
  }

  private void write(Path unfinished, LoadedModel model, TrainingState state) throws IOException {
    HuggingFaceFolder.write(unfinished, model, files);
    SafetensorsWriter moments = new SafetensorsWriter();
    state.moments().forEach(moments::add);
    files.writeFile(unfinished.resolve(SavedRun.MOMENTS), moments::writeTo);
    ObjectNode json = state.toJson();
    SaveChecksums.put(unfinished, json);
    files.writeFile(unfinished.resolve(RunFiles.STATE), JsonFile.bytes(json));
  }

  /** Brings a folder whose last save was killed to where that save would have left it. */
  private void completeInterruptedSave() throws IOException {
    Map.Entry<Long, Path> newest = steps.saves().lastEntry();
    if (newest == null) {
      return;
    }
    if (LowestLoss.readIsNow(SavedRun.readState(newest.getValue())) && steps.bestStep().orElse(-1) != newest.getKey()) {
      replaceBest(newest.getValue());
    }
    // A run that was to replace an earlier one was killed before it had replaced the top level.
    if (topLevel.isOfNone(steps.saves().values())) {
      topLevel.remove();
    }
  }

  private void replaceBest(Path save) throws IOException {
    Path unfinished = steps.begin(StepFolders.BEST);
    for (Path file : FileOperations.children(save)) {
      files.linkOrCopy(unfinished.resolve(file.getFileName()), file);
    }
    steps.publish(StepFolders.BEST);
  }

  private void prune(TrainingState state, int keep) throws IOException {
    // These first: where pruning is broken off, a run is resumed from one of them, and goes back to one before.
    for (Map.Entry<Long, Path> later : steps.saves().tailMap(lastStepToKeep, false).entrySet()) {
      if (later.getKey() != state.step()) {
        steps.discard(later.getValue());
      }
    }
    lastStepToKeep = Long.MAX_VALUE;
    NavigableMap<Long, Path> saves = steps.saves();
    while (saves.size() > keep) {
      Map.Entry<Long, Path> oldest = saves.pollFirstEntry();
      if (oldest.getKey() != state.returnStep()) {
        steps.discard(oldest.getValue());
      }
    }
  }

  private CheckpointException notSaved(String name, IOException e) {
    String standing = "";
    try {
      tidy();
      topLevel.tidy();
      Map.Entry<Long, Path> newest = steps.saves().lastEntry();
      standing = newest == null ? " (there is no save yet)" : " (the newest whole save is of step " + newest.getKey() + ")";
    } catch (IOException again) {
      e.addSuppressed(again);
    }
    return new CheckpointException(
        "Saving to %s failed: %s; free some space or check the folder's permissions%s."
            .formatted(steps.folder().resolve(name), FileProblem.of(e), standing),
        e);
  }
}
