package dev.minnow.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** Takes an option that the command line does not give from the environment: {@code --top-k} from {@code MINNOW_TOP_K}. */
final class EnvironmentDefaults implements IDefaultValueProvider {
  /** Options that say the same in different ways: one on the command line speaks for all of them. */
  private static final Set<String> ALTERNATIVES = Set.of("--steps", "--minutes", "--epochs");

  private final Map<String, String> environment;

  EnvironmentDefaults(Map<String, String> environment) {
    this.environment = environment;
  }

  /** The variable's name of a long option. */
  static String variable(String option) {
    return "MINNOW_" + option.replaceFirst("^--", "").replace('-', '_').toUpperCase(Locale.ROOT);
  }

  /** The variable's value; null where it is not set, or set to nothing. */
  @Nullable
  String value(ArgSpec argument) {
    if (!(argument instanceof OptionSpec option) || option.usageHelp() || option.versionHelp()) {
      return null;
    }
    String value = environment.get(variable(option.longestName()));
    return value == null || value.isEmpty() ? null : value;
  }

  @Override
  @Nullable
  public String defaultValue(ArgSpec argument) {
    // A flag on the command line would turn a default of true into false.
    return isFlag(argument) ? null : value(argument);
  }

  /**
   * Sets the flags that the environment has and the command line has not, and forgets what the command line says in another way, or what
   * says nothing beside it.
   */
  void complete(ParseResult parsed) {
    List<OptionSpec> options = parsed.commandSpec().options();
    List<OptionSpec> alternatives = options.stream().filter(option -> ALTERNATIVES.contains(option.longestName())).toList();
    if (alternatives.stream().anyMatch(parsed::hasMatchedOption)) {
      alternatives.stream().filter(option -> !parsed.hasMatchedOption(option)).forEach(option -> option.setValue(null));
    }
    for (OptionSpec option : options) {
      String value = isFlag(option) ? value(option) : null;
      if (value != null && !parsed.hasMatchedOption(option)) {
        option.setValue(flag(option, value));
      }
    }
    if (parsed.commandSpec().userObject() instanceof IdleOptions command) {
      options.stream()
          .filter(option -> !parsed.hasMatchedOption(option) && command.isIdle(option.longestName()))
          .toList()
          .forEach(option -> option.setValue(option.initialValue()));
    }
  }

  private static boolean flag(OptionSpec option, String value) {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "true", "1", "yes", "on" -> true;
      case "false", "0", "no", "off" -> false;
      default -> throw new IllegalArgumentException(variable(option.longestName()) + " must be true or false, not " + value + ".");
    };
  }

  private static boolean isFlag(ArgSpec argument) {
    return argument.isOption() && argument.arity().max() == 0;
  }
}
