package dev.minnow.cli;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in one sentence what is wrong with a command line. */
final class UsageSentence {
  private static final String LOST_NAME = "the name is not UTF-8, or holds the sign U+FFFD for what was not; rename the file";

  private UsageSentence() {}

  static String of(ParameterException problem, EnvironmentDefaults environment) {
    CommandSpec command = problem.getCommandLine().getCommandSpec();
    return switch (problem) {
      case UnmatchedArgumentException unmatched -> unmatched(unmatched.getUnmatched().getFirst(), command);
      case MissingParameterException missing -> missing(missing.getMissing(), command);
      case OverwrittenOptionException twice -> name(twice.getOverwritten()) + " was given twice; give it once.";
      default -> problem.getArgSpec() == null || problem.getValue() == null
          ? sentence(String.valueOf(problem.getMessage()), command)
          : wrongValue(problem.getArgSpec(), problem.getValue(), environment);
    };
  }

  private static String sentence(String message, CommandSpec command) {
    return message.endsWith(".") || message.endsWith("?") ? message : message + seeHelp(command);
  }

  private static String unmatched(String argument, CommandSpec command) {
    if (argument.startsWith("-") && argument.length() > 1) {
      String option = argument.replaceFirst("=.*", "");
      return "There is no option " + option + " of " + command.qualifiedName() + suggest(option, optionNames(command), command);
    }
    if (argument.startsWith("@") && argument.length() > 1 && !new File(argument.substring(1)).exists()) {
      return argument + " stands for the arguments in the file " + argument.substring(1) + ", which does not exist; check the path.";
    }
    if (!command.subcommands().isEmpty()) {
      return noCommand(argument, command);
    }
    // A parser takes what it cannot convert for no value of an argument that may be missing.
    if (FileName.isLost(argument)) {
      return "\"" + argument + "\" names no file here; " + LOST_NAME + ".";
    }
    return "\"" + argument + "\" is one argument too many; put quotes around text with spaces, and see " + command.qualifiedName()
        + " --help.";
  }

  /** What to say about a command that does not exist. */
  static String noCommand(String name, CommandSpec parent) {
    return "There is no command \"" + name + "\" of " + parent.qualifiedName() + suggest(name, parent.subcommands().keySet(), parent);
  }

  private static List<String> optionNames(CommandSpec command) {
    return command.options().stream().map(OptionSpec::names).flatMap(Arrays::stream).toList();
  }

  private static String suggest(String typed, Collection<String> names, CommandSpec command) {
    Optional<String> meant = Suggestion.of(typed, names);
    return meant.map(name -> "; did you mean " + name + "?").orElseGet(() -> seeHelp(command));
  }

  private static String seeHelp(CommandSpec command) {
    return "; see " + command.qualifiedName() + " --help.";
  }

  private static String missing(List<ArgSpec> missing, CommandSpec command) {
    boolean value = missing.size() == 1 && missing.getFirst() instanceof OptionSpec option && !option.required();
    return missing.stream().map(UsageSentence::name).collect(Collectors.joining(" and ")) + (value ? " needs a value" : " is missing")
        + seeHelp(command);
  }

  private static String wrongValue(ArgSpec argument, String value, EnvironmentDefaults environment) {
    boolean fromEnvironment = value.equals(environment.value(argument));
    String where = fromEnvironment ? "The environment variable " + EnvironmentDefaults.variable(name(argument)) : name(argument);
    Class<?> type = argument.auxiliaryTypes()[0];
    boolean isName = type == Path.class || type == String.class;
    return where + " cannot be \"" + value + "\"; " + (isName && FileName.isLost(value) ? LOST_NAME : "it takes " + kind(type)) + ".";
  }

  private static String kind(Class<?> type) {
    if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
          .collect(Collectors.joining(", ", "one of ", ""));
    }
    return switch (type.getSimpleName().toLowerCase(Locale.ROOT)) {
      case "int", "integer" -> "a whole number, at most " + Integer.MAX_VALUE;
      case "long" -> "a whole number, at most " + Long.MAX_VALUE;
      case "float", "double" -> "a decimal number such as 0.001 or 1e-3";
      case "boolean" -> "true or false, or no value";
      default -> "a " + type.getSimpleName().toLowerCase(Locale.ROOT);
    };
  }

  private static String name(ArgSpec argument) {
    return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
  }
}
