package dev.minnow.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minnow.corpus.RunFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the {@code training.json} of a save says of its run, without the files beside it: for those who want to show a run and not to go on
 * with it.
 *
 * @param step steps done, skipped ones included
 * @param options of the run, as {@code train} states them
 */
public record SavedOptions(long step, ObjectNode options) {
  /**
   * Those in a model's folder, or nothing if it has no {@code training.json}, as one that was not trained here.
   *
   * @throws CheckpointException naming the file and what is wrong with it
   */
  public static Optional<SavedOptions> find(Path model) {
    return Files.exists(model.resolve(RunFiles.STATE)) ? Optional.of(read(model)) : Optional.empty();
  }

  /** @throws CheckpointException naming the file and what is wrong with it */
  static SavedOptions read(Path save) {
    JsonFile json = SavedRun.readState(save);
    return new SavedOptions(TrainingState.readStep(json), TrainingState.readOptions(json));
  }
}
