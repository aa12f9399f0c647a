package dev.minnow.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.minnow.checkpoint.CheckpointFolder;
import dev.minnow.checkpoint.LoadedModel;
import dev.minnow.checkpoint.LowestLoss;
import dev.minnow.checkpoint.SeenLosses;
import dev.minnow.checkpoint.TrainingState;
import dev.minnow.memory.Tensor;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.ParameterSet;
import dev.minnow.model.ParameterTable;
import dev.minnow.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.List;
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

  /** A model that is sure of itself: all weights are so many times as large. */
  static String saveScaled(Path folder, float factor) {
    save(folder, Optional.of(Tokenizer.bytes()), factor);
    return folder.toString();
  }

  static void save(Path folder, Optional<Tokenizer> tokenizer) {
    save(folder, tokenizer, 1);
  }

  private static void save(Path folder, Optional<Tokenizer> tokenizer, float factor) {
    ModelConfig config = ModelConfig.gpt2(tokenizer.map(Tokenizer::vocabularySize).orElse(256), CONTEXT, 16, 2, 2);
    TrainingState state =
        new TrainingState(0, 0, 1, LowestLoss.NONE, 0, List.of(), SeenLosses.NONE, JsonNodeFactory.instance.objectNode(), Map.of());
    try (LoadedModel model = new LoadedModel(config, ParameterSet.initialized(new ParameterTable(config), 1), tokenizer)) {
      for (Tensor tensor : model.parameters().byName().values()) {
        for (long i = 0; i < tensor.elementCount(); i++) {
          tensor.setFloat(i, factor * tensor.getFloat(i));
        }
      }
      new CheckpointFolder(folder).save(model, state, 1);
    }
  }
}
