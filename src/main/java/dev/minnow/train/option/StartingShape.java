package dev.minnow.train.option;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minnow.model.ModelConfig;
import java.util.Map;
import java.util.Set;

/** The shape of a model that a run starts from, in the place of options that say one. */
final class StartingShape {
  private StartingShape() {}

  /**
   * Puts a model's shape into the options of a run.
   *
   * @param given names of the options that a person gave
   * @throws IllegalArgumentException if one of these does not agree with the model
   */
  static void put(ModelConfig config, ObjectNode values, Set<String> given) {
    if (given.contains(OptionNames.ARCHITECTURE) && !isName(values, OptionNames.ARCHITECTURE, config.architecture())) {
      throw new IllegalArgumentException(
          "--arch does not agree with the model of --from, which is a " + config.architecture()
              + ": weights of one architecture cannot begin another; leave the option out.");
    }
    values.put(OptionNames.ARCHITECTURE, config.architecture().name());
    if (given.contains(OptionNames.ACTIVATION) && !isName(values, OptionNames.ACTIVATION, config.activation())) {
      throw new IllegalArgumentException(
          "--activation does not agree with the model of --from, which has " + config.activation() + "; leave the option out.");
    }
    values.put(OptionNames.ACTIVATION, config.activation().name());
    if (given.contains(OptionNames.QUERY_KEY_NORM) && values.path(OptionNames.QUERY_KEY_NORM).booleanValue() != config.queryKeyNorm()) {
      throw new IllegalArgumentException(
          "--qk-norm does not agree with the model of --from, which was trained %s it; leave the option out."
              .formatted(config.queryKeyNorm() ? "with" : "without"));
    }
    values.put(OptionNames.QUERY_KEY_NORM, config.queryKeyNorm());
    numbers(config).forEach((name, value) -> {
      if (given.contains(name) && values.path(name).intValue() != value) {
        throw new IllegalArgumentException(
            "--" + name + " " + values.path(name).asText() + " does not agree with the model of --from, which has " + value
                + "; leave the option out.");
      }
      values.put(name, value);
    });
  }

  private static boolean isName(ObjectNode values, String name, Enum<?> constant) {
    return values.path(name).asText().equals(constant.name());
  }

  private static Map<String, Integer> numbers(ModelConfig config) {
    return Map.of(
        "layers", config.layerCount(), "heads", config.headCount(), OptionNames.KEY_VALUE_HEADS, config.keyValueHeadCount(), "width",
        config.width(), "context", config.contextLength(), "vocab-size", config.vocabularySize(), OptionNames.SHARED_LAYERS,
        config.sharedLayers());
  }
}
