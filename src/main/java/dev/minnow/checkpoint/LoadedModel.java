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
  /** A model of the architecture that the parameters' table has. */
  static LoadedModel of(ParameterSet parameters, Optional<Tokenizer> tokenizer) {
    return new LoadedModel(parameters.table().config(), parameters, tokenizer);
  }

  @Override
  public void close() {
    parameters.close();
  }
}
