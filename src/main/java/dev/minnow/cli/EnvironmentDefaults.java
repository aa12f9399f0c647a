package dev.minnow.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** Takes an option that the command line does not give from the environment: {@code --top-k} from {@code MINNOW_TOP_K}. */
final class EnvironmentDefaults implements IDefaultValueProvider {
  /** Options that exclude each other: one on the command line speaks for all of its set. */
  private static final List<Set<String>> ALTERNATIVES =
      List.of(
          Set.of("--steps", "--minutes", "--epochs"), Set.of("--tokenizer", "--vocab-size"), Set.of("--from", "--preset"),
          Set.of("--resume", "--overwrite"), Set.of("--no-clean", "--keep-html"), Set.of("--no-clean", "--keep-boilerplate"),
          Set.of("--json", "--jsonl"), Set.of("--folds", "--validation"));

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
    List<OptionSpec> open = parsed.commandSpec().options().stream().filter(option -> !parsed.hasMatchedOption(option)).toList();
    for (OptionSpec option : open) {
      String value = isFlag(option) ? value(option) : null;
      if (value != null) {
        option.setValue(flag(option, value));
      }
    }
    for (Set<String> alternatives : ALTERNATIVES) {
      if (alternatives.stream().anyMatch(parsed::hasMatchedOption)) {
        forget(open.stream().filter(option -> alternatives.contains(option.longestName())));
      }
    }
    if (parsed.commandSpec().userObject() instanceof HasIdleOptions command) {
      forget(open.stream().filter(option -> value(option) != null && command.isIdle(option.longestName())));
    }
  }

  private static void forget(Stream<OptionSpec> options) {
    options.toList().forEach(option -> option.setValue(option.initialValue()));
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
