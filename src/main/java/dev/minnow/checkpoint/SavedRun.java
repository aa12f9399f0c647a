package dev.minnow.checkpoint;

import dev.minnow.corpus.RunFiles;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where a training run stood when it saved: what a save holds beside its model. */
public final class SavedRun implements AutoCloseable {
  static final String MOMENTS = "optimizer.safetensors";

  private static final int LARGEST_STATE_MEBIBYTES = 64;

  private final SafetensorsFile moments;
  private final TrainingState state;

  private SavedRun(SafetensorsFile moments, TrainingState state) {
    this.moments = moments;
    this.state = state;
  }

  /**
   * Opens a folder that holds {@code training.json} and {@code optimizer.safetensors}.
   *
   * @throws CheckpointException naming the file that is missing or damaged
   */
  public static SavedRun open(Path folder) {
    return open(folder, readState(folder));
  }

  /** Whether a folder has the moments of an optimizer, which a model from elsewhere has not. */
  public static boolean hasMoments(Path folder) {
    return Files.isRegularFile(folder.resolve(MOMENTS));
  }

  /** @param json that {@link #readState} gave */
  static SavedRun open(Path folder, JsonFile json) {
    SafetensorsFile moments = SafetensorsFile.open(folder.resolve(MOMENTS));
    try {
      return new SavedRun(moments, TrainingState.read(json, () -> bestStep(folder), moments.tensors()));
    } catch (RuntimeException e) {
      moments.close();
      throw e;
    }
  }

  /** The {@code training.json} of a save, whose list of corpus files may be long. */
  static JsonFile readState(Path save) {
    return JsonFile.read(save.resolve(RunFiles.STATE), LARGEST_STATE_MEBIBYTES);
  }

  /** The step of the best save that lies beside this one; 0 if there is none. */
  private static long bestStep(Path save) {
    return new StepFolders(save.resolveSibling(""), FileOperations.SYSTEM).bestStep().orElse(0);
  }

  /** Where the run stood. Its moments are read-only views that live until {@link #close}: copy them. */
  public TrainingState state() {
    return state;
  }

  @Override
  public void close() {
    moments.close();
  }
}
