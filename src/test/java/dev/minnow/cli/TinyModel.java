package dev.minnow.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.minnow.checkpoint.CheckpointFolder;
import dev.minnow.checkpoint.LoadedModel;
import dev.minnow.checkpoint.TrainingState;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.ParameterSet;
import dev.minnow.model.ParameterTable;
import dev.minnow.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A model folder with random weights: plain bytes, context 32, 16 wide, 2 layers. */
final class TinyModel {
  static final int CONTEXT = 32;

  private TinyModel() {}

  static String save(Path folder) {
    save(folder, Optional.of(Tokenizer.bytes()));
    return folder.toString();
  }

  static void save(Path folder, Optional<Tokenizer> tokenizer) {
    ModelConfig config = ModelConfig.gpt2(256, CONTEXT, 16, 2, 2);
    TrainingState state = new TrainingState(0, 0, 1, null, 0, false, JsonNodeFactory.instance.objectNode(), Map.of());
    try (LoadedModel model = new LoadedModel(config, ParameterSet.initialized(new ParameterTable(config), 1), tokenizer)) {
      new CheckpointFolder(folder).save(model, state, 1);
    }
  }
}
