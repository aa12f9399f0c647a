package dev.minnow.train.option;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minnow.kernel.KernelChoice;
import dev.minnow.train.Preset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which options stay as they are: a run that is resumed has them from its save, and all folds of one training have them in common. The
 * others may differ.
 */
final class OptionAgreement {
  /** How long a run is, and what is told and kept of it. */
  private static final Set<String> CHANGEABLE =
      Set.of("steps", "eval-every", "sample-every", "save-every", "patience", "keep");

  /** What a preset says of a model whatever its text. */
  private static final List<String> SIZES = List.of("layers", "heads", "width", "context");

  private OptionAgreement() {}

  /** Those of some names whose options a resumed run may change. */
  static Set<String> changeable(Set<String> names) {
    return names.stream().filter(CHANGEABLE::contains).collect(Collectors.toSet());
  }

  /**
   * Stored options with what a resumed run was given.
   *
   * @param given values by name
   * @throws IllegalArgumentException if one that may not change is given another value
   */
  static ObjectNode resumed(ObjectNode stored, Map<String, Object> given) {
    ObjectNode resumed = stored.deepCopy();
    given.forEach((name, value) -> {
      JsonNode asked = OptionValues.of(name, value);
      JsonNode own = stored.path(name);
      if (OptionValues.areSame(own, asked)) {
        return;
      }
      if (!CHANGEABLE.contains(name)) {
        throw refusal((name.equals(OptionNames.CORPUS) ? "The corpus " : "--" + name + " ") + said(name, asked), said(name, own));
      }
      resumed.set(name, asked);
    });
    DependentOptions.putSpread(resumed, OptionValues.whole(resumed, "steps"), given.keySet());
    return resumed;
  }

  /**
   * Checks that a run has the size of a preset, where nothing else was given beside it.
   *
   * @throws IllegalArgumentException if it has another
   */
  static void requireSize(ObjectNode stored, Preset preset, Set<String> given) {
    ObjectNode usual = RunDefaults.of(preset);
    for (String name : SIZES) {
      if (!given.contains(name) && !OptionValues.areSame(stored.path(name), usual.path(name))) {
        throw refusal("--preset " + preset, "--" + name + " " + said(name, stored.path(name)));
      }
    }
  }

  private static String said(String name, JsonNode value) {
    String word = OptionValues.word(name, value);
    return word.isEmpty() ? "none" : word;
  }

  /**
   * The kernel that a stored run goes on with: its own, or where it does not say, the one asked for.
   *
   * @param own the run's; {@link KernelChoice#AUTO} if it does not say
   * @throws IllegalArgumentException if another than its own was asked for
   */
  static KernelChoice kernel(KernelChoice own, KernelChoice asked) {
    if (asked != KernelChoice.AUTO && own != KernelChoice.AUTO && asked != own) {
      throw refusal("The kernel " + asked, own.toString());
    }
    return own == KernelChoice.AUTO ? asked : own;
  }

  private static IllegalArgumentException refusal(String asked, String own) {
    return new IllegalArgumentException(
        asked + " does not agree with the run to resume, which has " + own + "; leave it out or start a new run.");
  }

  /** What a resumed fold takes from one before it, values by name; what follows the steps it has by itself. */
  static Map<String, Object> forOtherFolds(ObjectNode values) {
    return values.propertyStream()
        .filter(option -> CHANGEABLE.contains(option.getKey()) && !values.path(DependentOptions.SPREAD).has(option.getKey()))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /** The options alone, for another fold, from 1: not what a run keeps with them of its text and course. */
  static ObjectNode ofFold(ObjectNode values, int number) {
    return alone(values).put(OptionNames.FOLD, number);
  }

  private static ObjectNode alone(ObjectNode values) {
    ObjectNode alone = values.deepCopy();
    alone.propertyStream()
        .map(Map.Entry::getKey)
        .filter(name -> !RunDefaults.isOption(name) && !name.equals(DependentOptions.SPREAD))
        .toList()
        .forEach(alone::remove);
    return alone;
  }

  /** Whether two saves have the same options, whatever they keep of texts and of how their runs went. */
  static boolean areSame(ObjectNode one, ObjectNode other) {
    return alone(one).equals((a, b) -> OptionValues.areSame(a, b) ? 0 : 1, alone(other));
  }

  /** Whether these are the options of folds of one training. */
  static boolean areOfFolds(ObjectNode one, ObjectNode other) {
    Set<String> shared = shared(one);
    return shared.equals(shared(other)) && shared.stream().allMatch(name -> OptionValues.areSame(one.path(name), other.path(name)));
  }

  private static Set<String> shared(ObjectNode values) {
    return values.propertyStream()
        .map(Map.Entry::getKey)
        .filter(name -> RunDefaults.isOption(name) && !name.equals(OptionNames.FOLD) && !CHANGEABLE.contains(name))
        .collect(Collectors.toSet());
  }
}
