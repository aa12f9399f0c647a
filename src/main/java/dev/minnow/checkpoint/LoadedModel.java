package dev.minnow.checkpoint;

import dev.minnow.model.ModelConfig;
import dev.minnow.model.ParameterSet;

/**
 * A model as its folder or file holds it. The one who opened it closes it.
 *
 * @param config its architecture
 * @param parameters its weights, a copy that does not depend on the files
 */
public record LoadedModel(ModelConfig config, ParameterSet parameters) implements AutoCloseable {
  @Override
  public void close() {
    parameters.close();
  }
}
