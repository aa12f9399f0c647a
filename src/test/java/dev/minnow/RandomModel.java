package dev.minnow;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minnow.checkpoint.CheckpointFolder;
import dev.minnow.checkpoint.LoadedModel;
import dev.minnow.checkpoint.LowestLoss;
import dev.minnow.checkpoint.SeenLosses;
import dev.minnow.checkpoint.TrainingState;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.ParameterSet;
import dev.minnow.model.ParameterTable;
import dev.minnow.tokenizer.BpeTrainer;
import dev.minnow.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
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

  /** The same with a tokenizer of bytes and end-of-text, whose template puts the latter before a text. */
  public static Path saveWithTemplate(Path folder) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode root = (ObjectNode) mapper.readTree(new BpeTrainer(257).train(documents -> documents.accept(new byte[] {'a'})).toJson());
    String end = "<|endoftext|>";
    root.set(
        "post_processor",
        mapper.readTree(
            """
                {"type":"TemplateProcessing",
                 "single":[{"SpecialToken":{"id":"%1$s","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],
                 "pair":[{"Sequence":{"id":"A","type_id":0}},{"Sequence":{"id":"B","type_id":0}}],
                 "special_tokens":{"%1$s":{"id":"%1$s","ids":[0],"tokens":["%1$s"]}}}
                """.formatted(end)));
    Path file = Files.write(folder.resolveSibling(folder.getFileName() + ".json"), mapper.writeValueAsBytes(root));
    return save(folder, Optional.of(Tokenizer.load(file)));
  }

  static Path save(Path folder, Optional<Tokenizer> tokenizer) {
    return save(folder, ModelConfig.gpt2(tokenizer.map(Tokenizer::vocabularySize).orElse(256), 32, 48, 2, 3), tokenizer);
  }

  /** The same with a configuration of one's own. */
  public static Path save(Path folder, ModelConfig config, Optional<Tokenizer> tokenizer) {
    ParameterTable table = new ParameterTable(config);
    try (ParameterSet parameters = ParameterSet.initialized(table, 3)) {
      parameters.byName().values().forEach(tensor -> {
        for (long i = 0; i < tensor.elementCount(); i++) {
          tensor.setFloat(i, tensor.getFloat(i) * 4);
        }
      });
      TrainingState state =
          new TrainingState(0, 0, 3, LowestLoss.NONE, 0, List.of(), SeenLosses.NONE, JsonNodeFactory.instance.objectNode(), Map.of());
      new CheckpointFolder(folder).save(new LoadedModel(table.config(), parameters, tokenizer), state, 1);
      return folder;
    }
  }
}
