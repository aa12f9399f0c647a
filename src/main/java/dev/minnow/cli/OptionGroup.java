package dev.minnow.cli;

import dev.minnow.train.option.OptionNames;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Spec;

/** Options of a command that belong together, most of them options of a run; those not given are null. */
abstract class OptionGroup {
  /** Of the group alone, with the groups in it, not of the command that has it. */
  @Spec
  private CommandSpec spec;

  /** The options of a run that were given, by their names without dashes, in the order of the command's help. */
  Map<String, Object> given() {
    Map<String, Object> given = new LinkedHashMap<>();
    for (OptionSpec option : spec.options()) {
      String name = option.longestName().substring("--".length());
      Object value = option.getValue();
      if (value != null && OptionNames.isOption(name)) {
        given.put(name, value);
      }
    }
    return given;
  }

  /** Whether an option was given, by its name with dashes. */
  boolean isGiven(String option) {
    return spec.findOption(option).getValue() != null;
  }
}
