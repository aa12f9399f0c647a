package dev.minnow.checkpoint;

import dev.minnow.model.ModelConfig;
import dev.minnow.model.ParameterSet;
import dev.minnow.tokenizer.Tokenizer;
import java.util.Optional;

/**
 * A model as its folder holds it. The one who loaded it closes it.
 *
 * @param config its architecture
 * @param parameters its weights, a copy that does not depend on the files
 * @param tokenizer of the text that it was trained on; empty where the folder has none
 */
public record LoadedModel(ModelConfig config, ParameterSet parameters, Optional<Tokenizer> tokenizer) implements AutoCloseable {
  @Override
  public void close() {
    parameters.close();
  }
}
