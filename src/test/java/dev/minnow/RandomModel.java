package dev.minnow;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.minnow.checkpoint.CheckpointFolder;
import dev.minnow.checkpoint.LoadedModel;
import dev.minnow.checkpoint.SeenLosses;
import dev.minnow.checkpoint.TrainingState;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.ParameterSet;
import dev.minnow.model.ParameterTable;
import dev.minnow.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A model folder with random weights, larger than a fresh model's, so that its predictions are not all alike. */
public final class RandomModel {
  private RandomModel() {}

  /** Saves one of 2 layers, 48 wide, context 32, with a tokenizer of plain bytes. */
  public static Path save(Path folder) {
    return save(folder, Optional.of(Tokenizer.bytes()));
  }

  static Path save(Path folder, Optional<Tokenizer> tokenizer) {
    return save(folder, ModelConfig.gpt2(tokenizer.map(Tokenizer::vocabularySize).orElse(256), 32, 48, 2, 3), tokenizer);
  }

  static Path save(Path folder, ModelConfig config, Optional<Tokenizer> tokenizer) {
    ParameterTable table = new ParameterTable(config);
    try (ParameterSet parameters = ParameterSet.initialized(table, 3)) {
      parameters.byName().values().forEach(tensor -> {
        for (long i = 0; i < tensor.elementCount(); i++) {
          tensor.setFloat(i, tensor.getFloat(i) * 4);
        }
      });
      TrainingState state =
          new TrainingState(0, 0, 3, null, 0, false, List.of(), SeenLosses.NONE, JsonNodeFactory.instance.objectNode(), Map.of());
      new CheckpointFolder(folder).save(new LoadedModel(table.config(), parameters, tokenizer), state, 1);
      return folder;
    }
  }
}
