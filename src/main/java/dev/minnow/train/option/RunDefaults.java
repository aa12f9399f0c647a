package dev.minnow.train.option;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minnow.model.Architecture;
import dev.minnow.model.InitializationScheme;
import dev.minnow.model.ModelConfig;
import dev.minnow.train.OptimizerChoice;
import dev.minnow.train.Preset;
import dev.minnow.train.Schedule;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What the options of a run are where nobody says otherwise. */
final class RunDefaults {
  private static final long DEFAULT_STEPS = 2000;
  /** In deviations: losses of small batches have long tails. */
  private static final double SPIKE = 10;

  /** Options that follow from others where they are not given. */
  private static final Set<String> WITHOUT_DEFAULT =
      Set.of(
          OptionNames.CORPUS, OptionNames.KEY_VALUE_HEADS, OptionNames.ACTIVATION, "min-lr", OptionNames.MOMENTUM, "beta2",
          "eval-every", "sample-every", "save-every");

  /** Options that earlier releases did not have, whose runs were then as the defaults say. */
  private static final Set<String> LATER =
      Set.of(
          "field", "column", "encoding", OptionNames.RECIPE, OptionNames.ARCHITECTURE, "lr-scale", "ema", "label-smoothing", "bpe-dropout",
          "folds", OptionNames.FOLD, OptionNames.REPLACED, OptionNames.QUERY_KEY_NORM, OptionNames.SHARED_LAYERS,
          OptionNames.INITIALIZATION, "spike", OptionNames.OPTIMIZER);

  /** The same of every preset. */
  private static final Set<String> WITH_DEFAULT = of(Preset.TINY).propertyStream().map(Map.Entry::getKey).collect(Collectors.toSet());

  private RunDefaults() {}

  /** Whether there is an option of this name. */
  static boolean isOption(String name) {
    return WITHOUT_DEFAULT.contains(name) || WITH_DEFAULT.contains(name);
  }

  /** What a preset says. */
  private record Size(int layers, int heads, int width, int context, int vocabulary, int batch, double learningRate) {
    static Size of(Preset preset) {
      return switch (preset) {
        case NANO -> new Size(4, 4, 128, 64, 256, 12, 1e-3);
        case TINY -> new Size(3, 3, 192, 128, 2048, 8, 3e-3);
        case SMALL -> new Size(6, 6, 384, 256, 4096, 16, 1e-3);
        case GPT2 -> new Size(12, 12, 768, 1024, 50257, 4, 6e-4);
      };
    }
  }

  /** All options that have a value of their own, of a preset. */
  static ObjectNode of(Preset preset) {
    Size size = Size.of(preset);
    ObjectNode values = JsonNodeFactory.instance.objectNode();
    values.putNull("field");
    values.putNull("column");
    values.putNull("encoding");
    values.putNull("tokenizer");
    values.putNull("from");
    values.put(OptionNames.RECIPE, Recipe.GPT2.name());
    values.put(OptionNames.ARCHITECTURE, Architecture.GPT2.name());
    values.put(OptionNames.QUERY_KEY_NORM, false);
    values.put("layers", size.layers);
    values.put("heads", size.heads);
    values.put("width", size.width);
    values.put("context", size.context);
    values.put(OptionNames.SHARED_LAYERS, 1);
    values.put("vocab-size", size.vocabulary);
    values.put(OptionNames.INITIALIZATION, InitializationScheme.GPT2.name());
    values.put("bpe-dropout", 0.0);
    values.putNull("validation");
    values.put("folds", 0);
    values.put(OptionNames.FOLD, 0);
    values.put(OptionNames.REPLACED, 0);
    values.put("batch", size.batch);
    values.put("accumulate", 1);
    values.put("steps", DEFAULT_STEPS);
    values.put("lr", size.learningRate);
    values.put("lr-scale", "");
    values.put("warmup", 100);
    values.put(OptionNames.SCHEDULE, Schedule.COSINE.name());
    values.put(OptionNames.OPTIMIZER, OptimizerChoice.ADAMW.name());
    values.put("beta1", 0.9);
    values.put("epsilon", 1e-8);
    values.put("weight-decay", 0.1);
    values.put("clip", 1.0);
    values.put("spike", SPIKE);
    values.put("ema", 0.0);
    values.put("label-smoothing", 0.0);
    values.put("dropout", 0.0);
    values.put("patience", 0);
    values.put("seed", 1337);
    values.put("keep", 2);
    return values;
  }

  /** That of an optimizer. */
  static double momentum(OptimizerChoice optimizer) {
    return optimizer == OptimizerChoice.MUON ? 0.95 : 0.9;
  }

  /** Adds what runs of earlier releases had no choice of. */
  static void putMissing(ObjectNode stored) {
    if (!stored.has(OptionNames.ARCHITECTURE)) {
      stored.set(OptionNames.KEY_VALUE_HEADS, stored.path("heads"));
    }
    if (!stored.has(OptionNames.OPTIMIZER)) {
      stored.put(OptionNames.MOMENTUM, momentum(OptimizerChoice.ADAMW));
    }
    ObjectNode usual = of(Preset.TINY);
    for (String name : LATER) {
      if (!stored.has(name)) {
        stored.set(name, usual.get(name));
      }
    }
    if (!stored.has(OptionNames.ACTIVATION)) {
      boolean llama = stored.path(OptionNames.ARCHITECTURE).asText().equals(Architecture.LLAMA.name());
      stored.put(OptionNames.ACTIVATION, (llama ? ModelConfig.Activation.SWIGLU : ModelConfig.Activation.GELU).name());
    }
  }
}
