package dev.minnow.checkpoint;

import java.nio.file.Path;

/**
 * A save of a training run to go on with: every file of it was read, and is as it was written. The one who opened it closes it.
 *
 * @param model of the save, a copy that does not depend on the files
 * @param run where its training stood
 */
public record WholeSave(LoadedModel model, SavedRun run) implements AutoCloseable {
  /**
   * Opens a folder that holds a model, {@code training.json} and {@code optimizer.safetensors}.
   *
   * @throws CheckpointException naming the file that is missing or damaged
   */
  static WholeSave open(Path folder) {
    LoadedModel model = HuggingFaceFolder.load(folder);
    try {
      JsonFile state = SavedRun.readState(folder);
      SaveChecksums.require(folder, state);
      return new WholeSave(model, SavedRun.open(folder, state));
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  /** Where the training stood. Its moments are read-only views that live until {@link #closeMoments} or {@link #close}: copy them. */
  public TrainingState state() {
    return run.state();
  }

  /** Once the moments are copied: no file of the save is used any more. */
  public void closeMoments() {
    run.close();
  }

  @Override
  public void close() {
    run.close();
    model.close();
  }
}
