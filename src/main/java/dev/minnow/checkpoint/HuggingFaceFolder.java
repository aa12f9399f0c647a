package dev.minnow.checkpoint;

import dev.minnow.model.ModelConfig;
import dev.minnow.model.ParameterSet;
import java.nio.file.Files;
import java.nio.file.Path;

/** A model folder in the layout of Hugging Face transformers. */
public final class HuggingFaceFolder {
  static final String CONFIG = "config.json";
  static final String WEIGHTS = "model.safetensors";

  private HuggingFaceFolder() {}

  /**
   * Reads a folder.
   *
   * @throws CheckpointException naming the file that is missing, damaged or of a kind that Minnow does not support
   */
  public static LoadedModel load(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new CheckpointException("There is no model folder " + folder + "; give the path of a folder with a config.json.");
    }
    return load(readConfig(folder.resolve(CONFIG)), folder.resolve(WEIGHTS));
  }

  /** Reads the architecture from a {@code config.json}. */
  public static ModelConfig readConfig(Path file) {
    return GptTwoConfigJson.read(JsonFile.read(file));
  }

  /** Reads the weights of a model of this architecture. */
  public static LoadedModel load(ModelConfig config, Path weights) {
    try (SafetensorsFile file = SafetensorsFile.open(weights)) {
      ParameterSet parameters = GptTwoWeights.read(file, config);
      return new LoadedModel(config, parameters);
    }
  }
}
