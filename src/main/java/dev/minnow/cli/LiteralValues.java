package dev.minnow.cli;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Keeps the values of options as they were typed. picocli takes every argument that begins with {@code @} for a file of arguments, even a
 * prompt such as {@code @Override}; one more {@code @} before it says that it is none.
 */
final class LiteralValues {
  private LiteralValues() {}

  /**
   * The arguments for picocli.
   *
   * @param commands that may be meant
   */
  static String[] escape(Stream<CommandLine> commands, String... arguments) {
    Set<String> taking =
        commands.flatMap(command -> command.getCommandSpec().options().stream())
            .filter(option -> option.arity().min() > 0)
            .map(OptionSpec::names)
            .flatMap(Arrays::stream)
            .collect(Collectors.toSet());
    String[] escaped = arguments.clone();
    for (int i = 1; i < escaped.length; i++) {
      if (escaped[i].length() > 1 && escaped[i].startsWith("@") && taking.contains(escaped[i - 1])) {
        escaped[i] = "@" + escaped[i];
      }
    }
    return escaped;
  }
}
