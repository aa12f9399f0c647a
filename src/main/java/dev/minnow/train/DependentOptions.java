package dev.minnow.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minnow.model.Architecture;
import java.util.Set;

/** Options that follow from others, where nobody gave them. */
final class DependentOptions {
  /** Above this many tokens a step gradients are less noisy, and a shorter second moment follows them better. */
  private static final long LARGE_STEP_TOKENS = 32_768;

  private DependentOptions() {}

  /**
   * Puts them all.
   *
   * @param given names of the options that a person gave
   */
  static void put(ObjectNode values, Set<String> given) {
    if (!given.contains(OptionNames.KEY_VALUE_HEADS)) {
      values.set(OptionNames.KEY_VALUE_HEADS, values.get("heads"));
    }
    if (!given.contains(OptionNames.ACTIVATION)) {
      Architecture architecture = OptionValues.choice(values, OptionNames.ARCHITECTURE, Architecture.class);
      values.put(OptionNames.ACTIVATION, recipe(values).activation(architecture).name());
    }
    putTraining(values, given);
  }

  /** Puts those that are not the model's. */
  static void putTraining(ObjectNode values, Set<String> given) {
    if (!given.contains("lr")) {
      values.put("lr", recipe(values).peakRate(values.get("lr").doubleValue(), values.path("width").asInt()));
    }
    if (!given.contains("min-lr")) {
      values.put("min-lr", recipe(values).lowestRate(values.get("lr").doubleValue()));
    }
    if (!given.contains(OptionNames.MOMENTUM)) {
      OptimizerChoice optimizer = OptionValues.choice(values, OptionNames.OPTIMIZER, OptimizerChoice.class);
      values.put(OptionNames.MOMENTUM, optimizer.defaultMomentum());
    }
    if (!given.contains("beta2")) {
      long tokens = values.get("batch").longValue() * values.get("accumulate").longValue() * values.get("context").longValue();
      values.put("beta2", tokens < LARGE_STEP_TOKENS ? 0.99 : 0.95);
    }
  }

  /** Puts how often a run of so many steps is evaluated, sampled and saved. */
  static void putSpread(ObjectNode values, long steps) {
    putIfAbsent(values, "eval-every", Math.max(1, steps / 10));
    putIfAbsent(values, "sample-every", Math.max(1, steps / 5));
    putIfAbsent(values, "save-every", Math.max(1, steps / 5));
  }

  private static void putIfAbsent(ObjectNode values, String name, long value) {
    if (!values.has(name)) {
      values.put(name, value);
    }
  }

  private static Recipe recipe(ObjectNode values) {
    return OptionValues.choice(values, OptionNames.RECIPE, Recipe.class);
  }
}
