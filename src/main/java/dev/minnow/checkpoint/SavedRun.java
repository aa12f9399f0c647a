package dev.minnow.checkpoint;

import dev.minnow.model.ModelConfig;
import java.nio.file.Path;

/** A whole save of a training run, opened to go on with it. */
public final class SavedRun implements AutoCloseable {
  static final String STATE = "training.json";
  static final String MOMENTS = "optimizer.safetensors";

  private static final int LARGEST_STATE_MEBIBYTES = 64;

  private final Path folder;
  private final SafetensorsFile moments;
  private final TrainingState state;

  private SavedRun(Path folder, SafetensorsFile moments, TrainingState state) {
    this.folder = folder;
    this.moments = moments;
    this.state = state;
  }

  /**
   * Opens a folder that holds {@code training.json} and {@code optimizer.safetensors} beside a model.
   *
   * @throws CheckpointException naming the file that is missing or damaged
   */
  public static SavedRun open(Path folder) {
    return open(folder, readState(folder));
  }

  private static SavedRun open(Path folder, JsonFile json) {
    SafetensorsFile moments = SafetensorsFile.open(folder.resolve(MOMENTS));
    try {
      return new SavedRun(folder, moments, TrainingState.read(json, () -> bestStep(folder), moments.tensors()));
    } catch (RuntimeException e) {
      moments.close();
      throw e;
    }
  }

  /**
   * As {@link #open}, of a save whose model is whole as well.
   *
   * @throws CheckpointException naming the file that is missing or damaged
   */
  static SavedRun openWhole(Path folder) {
    ModelConfig config = HuggingFaceFolder.readConfig(folder.resolve(HuggingFaceFolder.CONFIG));
    SafetensorsFile.open(folder.resolve(HuggingFaceFolder.WEIGHTS)).close();
    HuggingFaceFolder.readTokenizer(folder, config);
    JsonFile json = readState(folder);
    SavedRun run = open(folder, json);
    try {
      SaveChecksums.require(folder, json);
      return run;
    } catch (RuntimeException e) {
      run.close();
      throw e;
    }
  }

  /** The {@code training.json} of a save, whose list of corpus files may be long. */
  static JsonFile readState(Path save) {
    return JsonFile.read(save.resolve(STATE), LARGEST_STATE_MEBIBYTES);
  }

  /** The step of the best save that lies beside this one; 0 if there is none. */
  private static long bestStep(Path save) {
    return new StepFolders(save.resolveSibling(""), FileOperations.SYSTEM).bestStep().orElse(0);
  }

  public Path folder() {
    return folder;
  }

  /** Where the run stood. Its moments are read-only views that live until {@link #close}: copy them. */
  public TrainingState state() {
    return state;
  }

  /** The model of this save, read anew; the caller closes it. */
  public LoadedModel loadModel() {
    return HuggingFaceFolder.load(folder);
  }

  @Override
  public void close() {
    moments.close();
  }
}
