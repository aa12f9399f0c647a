package dev.minnow.train.run;

import dev.minnow.checkpoint.CheckpointFolder;
import dev.minnow.checkpoint.FolderContents;
import dev.minnow.corpus.RunFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Says whether a new run of one model, or of several folds, may have a folder. It may have one without anything that counts, and on demand
 * that of an earlier run of its kind.
 *
 * @param folder that the run is to have
 * @param isFolded whether the run is of several folds
 */
public record TrainingFolder(Path folder, boolean isFolded) {
  /**
   * What a person can do about a folder that is not free, each as words to put one after the other.
   *
   * @param resume how to go on with a run
   * @param overwrite how to replace it
   * @param elsewhere how to choose another folder
   */
  public record Advice(String resume, String overwrite, String elsewhere) {}

  /**
   * Checks that a run does not replace what it begins with.
   *
   * @param from a model
   * @param replaced folder of the run
   * @throws IllegalArgumentException if the model is the one of that folder, or of a save in it, by whatever path
   */
  static void requireOutside(Path from, Path replaced) {
    Path model = real(from);
    Path run = real(replaced);
    if (model.equals(run) || model.startsWith(run.resolve(RunFiles.STEPS))) {
      throw new IllegalArgumentException("The run would replace the model in " + from + " that it begins with; choose another folder.");
    }
  }

  /** Where a path leads to, if anything is there. */
  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      return path.toAbsolutePath().normalize();
    }
  }

  /**
   * Why the run may not have the folder, as a sentence; nothing if it may.
   *
   * @param overwrites whether it is to replace an earlier run
   * @throws dev.minnow.checkpoint.CheckpointException if the folder cannot be read
   */
  public Optional<String> refusal(boolean overwrites, Advice advice) {
    CheckpointFolder own = new CheckpointFolder(folder);
    FolderContents contents = own.contents();
    if (contents.isRun()) {
      return isFolded ? notReplaced("the run of one model", "several folds", advice)
          : refusal("a run", own.resumable(), overwrites, advice);
    }
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      return notForRuns("is a file", advice);
    }
    List<Path> strangers = new ArrayList<>(contents.strangers());
    List<Path> folds = strangers.stream().filter(TrainingFolder::isFold).toList();
    strangers.removeAll(folds);
    if (!folds.isEmpty()) {
      strangers.remove(folder.resolve(CheckpointFolder.REPORT));
    }
    if (!strangers.isEmpty()) {
      return notForRuns(FolderContents.listing(strangers), advice);
    }
    if (!isFolded) {
      return folds.isEmpty() ? Optional.empty() : notReplaced("a run of several folds", "one model", advice);
    }
    return folds.stream().allMatch(fold -> contents(fold).isNothing()) ? Optional.empty()
        : refusal("a run of several folds", FoldedTraining.resumable(folder), overwrites, advice);
  }

  private static FolderContents contents(Path folder) {
    return new CheckpointFolder(folder).contents();
  }

  private static boolean isFold(Path child) {
    return FoldedTraining.isFold(child) && (contents(child).isNothing() || contents(child).isRun());
  }

  private Optional<String> refusal(String held, boolean isResumable, boolean overwrites, Advice advice) {
    if (overwrites) {
      return Optional.empty();
    }
    String choices = isResumable ? "; " + advice.resume + ", " : " without a save to go on from; ";
    return Optional.of(folder + " holds " + held + choices + advice.overwrite + ", or " + advice.elsewhere + ".");
  }

  private Optional<String> notReplaced(String held, String asked, Advice advice) {
    return Optional.of(folder + " holds " + held + ", which a run of " + asked + " does not replace; " + advice.elsewhere + ".");
  }

  private Optional<String> notForRuns(String contents, Advice advice) {
    return Optional.of(folder + " is no folder for a training run: it " + contents + "; " + advice.elsewhere + ".");
  }
}
