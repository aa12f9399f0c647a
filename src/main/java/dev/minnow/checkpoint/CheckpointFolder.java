package dev.minnow.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minnow.corpus.RunFiles;
import dev.minnow.tokenizer.FileProblem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.NavigableMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The folder of a training run: the newest model at the top level, where every tool looks for it, and whole saves below {@code steps/}.
 *
 * <p>A save is written to {@code steps/STEP.tmp}, synced, renamed to {@code steps/STEP}, and then hard links to its files (copies where
 * there are none) are renamed onto the top-level names, one by one. {@code steps/best} is a folder of such links as well. Whatever
 * instant the process or the power goes, {@link #load} and {@link #resume} find a whole save. One run at a time may save: it holds the
 * folder ({@link #hold}).
 */
public final class CheckpointFolder {
  /** The name, in this folder, of the page that shows the run. */
  public static final String REPORT = "report.html";

  private final Path folder;
  private final FileOperations files;
  private final StepFolders steps;
  private final TopLevel topLevel;
  private final ReplacedLogs logs;
  private final FolderContents contents;
  private final SaveWriter writer;

  /** Of the run that this was made for, once it took it. */
  private @Nullable FolderHold hold;

  public CheckpointFolder(Path folder) {
    this(folder, FileOperations.SYSTEM);
  }

  CheckpointFolder(Path folder, FileOperations files) {
    this.folder = folder;
    this.files = files;
    this.steps = new StepFolders(folder.resolve(RunFiles.STEPS), files);
    this.topLevel = new TopLevel(folder, files);
    this.logs = new ReplacedLogs(folder, files);
    this.contents = new FolderContents(folder, steps, topLevel);
    this.writer = new SaveWriter(files, steps, topLevel, logs);
  }

  public Path folder() {
    return folder;
  }

  /** The folder inside this one with the save of the best validation loss; there is none where nothing was evaluated. */
  public Path best() {
    return steps.folder().resolve(StepFolders.BEST);
  }

  /** The folder inside this one for tokenized text, which is made anew where it is missing and is no reason to refuse a new run. */
  public Path tokens() {
    return folder.resolve(RunFiles.TOKENS);
  }

  /**
   * Whether anything is there that a new run would be mixed up with: a file, or a folder with more than tokenized text and what a run
   * leaves that ended before its first save.
   */
  public boolean exists() {
    return !contents.isNothing();
  }

  /** What lies in the folder. */
  public FolderContents contents() {
    return contents;
  }

  /** Whether there is a whole save to resume from. */
  public boolean resumable() {
    return !saves().isEmpty();
  }

  /** The whole saves by step. */
  public NavigableMap<Long, Path> saves() {
    try {
      return steps.saves();
    } catch (IOException e) {
      throw contents.unreadable(e);
    }
  }

  /**
   * Opens the model at the top level; where the very first save was interrupted before that was complete, the newest whole save.
   *
   * @throws CheckpointException naming what is missing, damaged or not supported
   */
  public LoadedModel load() {
    return HuggingFaceFolder.load(topLevel.isWhole() || !resumable() ? folder : saves().lastEntry().getValue());
  }

  /**
   * Opens the newest whole save to go on with it.
   *
   * @throws CheckpointException if there is none, or naming the file of it that is damaged
   */
  public WholeSave resume() {
    return readNewest(WholeSave::open);
  }

  /**
   * Opens the whole save of a step to go on with it.
   *
   * @throws CheckpointException if there is none, or naming the file of it that is damaged
   */
  public WholeSave resume(long step) {
    Path save = saves().get(step);
    if (save == null) {
      throw new CheckpointException("There is no save of step " + step + " in " + steps.folder() + " any more; resume without it.");
    }
    try {
      return WholeSave.open(save);
    } catch (CheckpointException e) {
      throw orElse(e, "move " + save + " away and resume without it");
    }
  }

  /** The same with one more thing to do about it. */
  private static CheckpointException orElse(CheckpointException e, String advice) {
    return new CheckpointException(String.valueOf(e.getMessage()).replaceFirst("\\.$", "") + ", or " + advice + ".", e);
  }

  /**
   * The options of the newest whole save, without opening the rest of it.
   *
   * @throws CheckpointException if there is none, or its {@code training.json} is damaged
   */
  public ObjectNode savedOptions() {
    return readNewest(SavedOptions::read).options();
  }

  private <T> T readNewest(Function<Path, T> reading) {
    requireSave();
    NavigableMap<Long, Path> saves = saves();
    Path newest = saves.lastEntry().getValue();
    try {
      return reading.apply(newest);
    } catch (CheckpointException e) {
      if (hold == null) {
        requireNoOtherRun();
      }
      Map.Entry<Long, Path> before = saves.lowerEntry(saves.lastKey());
      if (before == null) {
        throw e;
      }
      throw orElse(e, "move " + newest + " away to go on from the save before, of step " + before.getKey());
    }
  }

  /**
   * Requires that there is something to {@link #resume}.
   *
   * @throws CheckpointException if there is no whole save, saying what is there instead
   */
  public void requireSave() {
    if (resumable()) {
      return;
    }
    boolean isRun = contents.isRun();
    if (!isRun && exists()) {
      throw new CheckpointException(folder + " is no folder of a training run: it " + contents.description() + "; check its name.");
    }
    throw new CheckpointException(
        "There is no save to resume from in " + steps.folder() + "; start a new run" + (isRun ? " in its place." : "."));
  }

  /**
   * Keeps other runs out of the folder, which is made where it is missing, until what is returned is closed.
   *
   * @throws CheckpointException if another run, of this process or another one, holds it
   */
  public FolderHold hold() {
    FolderHold taken = FolderHold.take(folder, files);
    hold = taken;
    return taken;
  }

  /** A save may be gone because a run that is at work here deleted it after a later one. */
  private void requireNoOtherRun() {
    try (FolderHold _ = FolderHold.take(folder, files)) {
      // Whoever had hold of the folder would have been told.
    } catch (IOException e) {
      throw contents.unreadable(e);
    }
  }

  /** The run has gone back to a step, or to 0 for its beginning: the next {@link #save} deletes the saves of later steps as well. */
  public void goBackTo(long step) {
    writer.goBackTo(step);
  }

  /**
   * Saves a model and the state of its training, then deletes the oldest saves.
   *
   * @param keep how many saves stay, at least 1; the best stays besides, and the one to go back to
   * @throws CheckpointException if the file system refuses; the saves before are intact, or this one is whole
   */
  public void save(LoadedModel model, TrainingState state, int keep) {
    if (keep < 1) {
      throw new IllegalArgumentException("At least 1 save must be kept, not " + keep + ".");
    }
    writer.save(model, state, keep, hold);
  }

  /**
   * Requires that {@link #beginRun} would replace a run, or nothing, and not the files of something else.
   *
   * @throws CheckpointException saying what the folder holds instead of a run
   */
  public void requireRunOrNothing() {
    if (exists() && !contents.isRun()) {
      throw new CheckpointException(
          folder + " is no folder for a training run: it " + contents.description() + "; choose another folder.");
    }
  }

  /**
   * Begins a new run. The logs of an earlier one stand aside; its saves stay and open until the first {@link #save} has been written,
   * which replaces them: a run that fails before it has anything to keep costs nothing. Other files stay.
   *
   * @throws CheckpointException if the folder holds something else than a run, or the file system refuses
   */
  public void beginRun() {
    requireRunOrNothing();
    try {
      writer.finishReplacement();
      if (exists()) {
        logs.putAside();
      } else {
        logs.delete();
      }
    } catch (IOException e) {
      throw new CheckpointException(
          "The logs of the earlier run in " + folder + " cannot be put aside: " + FileProblem.of(e)
              + "; check the folder and its permissions.",
          e);
    }
    writer.replaceWhatIsThere();
  }

  /**
   * Puts the logs back of a run that another was to replace which has ended, and has no save.
   *
   * @return whether there was such another one
   * @throws CheckpointException if the file system refuses
   */
  public boolean dropUnsavedRun() {
    try {
      if (steps.isReplacing()) {
        logs.discard();
      }
      return logs.putBack();
    } catch (IOException e) {
      throw new CheckpointException(
          "The logs in " + folder + " cannot be moved: " + FileProblem.of(e) + "; check the folder and its permissions.", e);
    }
  }
}
