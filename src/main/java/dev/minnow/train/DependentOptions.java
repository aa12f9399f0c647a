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

  /**
   * Puts how often a run is evaluated, sampled and saved, unless somebody said it: where it is missing, or is what another number of steps
   * asks for.
   *
   * @param before the number of steps that there were
   * @param steps the number that there are
   * @param given names of the options that a person gave
   */
  static void putSpread(ObjectNode values, long before, long steps, Set<String> given) {
    putSpread(values, "eval-every", 10, before, steps, given);
    putSpread(values, "sample-every", 5, before, steps, given);
    putSpread(values, "save-every", 5, before, steps, given);
  }

  private static void putSpread(ObjectNode values, String name, int times, long before, long steps, Set<String> given) {
    if (!values.has(name) || !given.contains(name) && values.path(name).asLong(-1) == every(times, before)) {
      values.put(name, every(times, steps));
    }
  }

  private static long every(int times, long steps) {
    return Math.max(1, steps / times);
  }

  private static Recipe recipe(ObjectNode values) {
    return OptionValues.choice(values, OptionNames.RECIPE, Recipe.class);
  }
}
