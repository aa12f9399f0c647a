package dev.minnow.checkpoint;

import dev.minnow.model.ModelConfig;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/** Files under {@code src/test/resources/golden}. */
public final class Golden {
  private Golden() {}

  /** The numbers of one file, in the places that the weights of a model of this architecture have there. */
  public static LoadedModel load(ModelConfig config, Path file) {
    try (SafetensorsFile opened = SafetensorsFile.open(file)) {
      return LoadedModel.of(HuggingFaceWeights.read(opened, config), Optional.empty());
    }
  }

  static Path path(String name) {
    try {
      return Path.of(Objects.requireNonNull(Golden.class.getResource("/golden/" + name), name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
