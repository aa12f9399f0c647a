package dev.minnow.train.option;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minnow.model.Architecture;
import dev.minnow.train.OptimizerChoice;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/** Options that follow from others, where nobody gave them. */
final class DependentOptions {
  /** Above this many tokens a step gradients are less noisy, and a shorter second moment follows them better. */
  private static final long LARGE_STEP_TOKENS = 32_768;

  /** The key under which a run keeps which options follow its number of steps. */
  static final String SPREAD = "spread";

  /** How many times in a run that is done which these options are about. */
  private static final SequencedMap<String, Integer> TIMES = times();

  private DependentOptions() {}

  private static SequencedMap<String, Integer> times() {
    SequencedMap<String, Integer> times = new LinkedHashMap<>();
    times.put("eval-every", 10);
    times.put("sample-every", 5);
    times.put("save-every", 5);
    return times;
  }

  /**
   * Puts them all.
   *
   * @param usualWidth of the model that the learning rate is for, where nobody gave one
   * @param given names of the options that a person gave
   */
  static void put(ObjectNode values, int usualWidth, Set<String> given) {
    if (!given.contains(OptionNames.KEY_VALUE_HEADS)) {
      values.set(OptionNames.KEY_VALUE_HEADS, values.get("heads"));
    }
    if (!given.contains(OptionNames.ACTIVATION)) {
      Architecture architecture = OptionValues.choice(values, OptionNames.ARCHITECTURE, Architecture.class);
      values.put(OptionNames.ACTIVATION, recipe(values).activation(architecture).name());
    }
    if (!given.contains("lr")) {
      values.put("lr", values.get("lr").doubleValue() * rateFactor(optimizer(values)));
    }
    putTraining(values, usualWidth, given);
  }

  /** Puts those that are not the model's. */
  static void putTraining(ObjectNode values, int usualWidth, Set<String> given) {
    if (!given.contains("lr")) {
      values.put("lr", recipe(values).peakRate(values.get("lr").doubleValue(), usualWidth, values.get("width").asInt()));
    }
    if (!given.contains("min-lr")) {
      values.put("min-lr", recipe(values).lowestRate(values.get("lr").doubleValue()));
    }
    if (!given.contains(OptionNames.MOMENTUM)) {
      values.put(OptionNames.MOMENTUM, RunDefaults.momentum(optimizer(values)));
    }
    if (!given.contains("beta2")) {
      long tokens = values.get("batch").longValue() * values.get("accumulate").longValue() * values.get("context").longValue();
      values.put("beta2", tokens < LARGE_STEP_TOKENS ? 0.99 : 0.95);
    }
  }

  /**
   * Puts how often a run of so many steps is evaluated, sampled and saved, unless somebody said it; which of these nobody did is kept with
   * them.
   *
   * @param given names of the options that a person gave
   */
  static void putSpread(ObjectNode values, long steps, Set<String> given) {
    ObjectNode spread = values.path(SPREAD) instanceof ObjectNode kept ? kept : values.putObject(SPREAD);
    for (Map.Entry<String, Integer> times : TIMES.entrySet()) {
      String name = times.getKey();
      if (given.contains(name)) {
        spread.remove(name);
      } else if (!values.has(name) || spread.has(name)) {
        values.put(name, Math.max(1, steps / times.getValue()));
        spread.put(name, true);
      }
    }
  }

  /** An optimizer's usual learning rate as a multiple of AdamW's, as was best where it was measured (docs/LOG.md). */
  private static double rateFactor(OptimizerChoice optimizer) {
    return optimizer == OptimizerChoice.SGD ? 30 : 1;
  }

  private static OptimizerChoice optimizer(ObjectNode values) {
    return OptionValues.choice(values, OptionNames.OPTIMIZER, OptimizerChoice.class);
  }

  private static Recipe recipe(ObjectNode values) {
    return OptionValues.choice(values, OptionNames.RECIPE, Recipe.class);
  }
}
