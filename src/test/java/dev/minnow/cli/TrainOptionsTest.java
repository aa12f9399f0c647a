package dev.minnow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.OptionSpec;

/** Each option of {@code train} reaches the run that it asks for. */
class TrainOptionsTest {
  /** Where the run goes, how long it takes and what else it begins with, which go other ways. */
  private static final Set<String> NOT_OF_THE_RUN = Set.of("--out", "--minutes", "--epochs", "--preset");

  private static final Map<Class<?>, String> VALUES =
      Map.of(Integer.class, "3", Long.class, "3", Double.class, "0.5", Path.class, "file", String.class, "word");

  /** A command that has these options and no others. */
  @Command
  private static final class Holder {
    @Mixin
    private final TrainOptions options = new TrainOptions();
  }

  private static Stream<OptionSpec> options() {
    return new CommandLine(new Holder()).getCommandSpec()
        .options()
        .stream()
        .filter(option -> !NOT_OF_THE_RUN.contains(option.longestName()));
  }

  private static List<String> words(OptionSpec option) {
    if (option.arity().max() == 0) {
      return List.of(option.longestName());
    }
    Object[] constants = option.type().getEnumConstants();
    String value = constants == null ? VALUES.get(option.type()) : constants[0].toString();
    return List.of(option.longestName(), value);
  }

  @ParameterizedTest
  @MethodSource("options")
  void whatIsGivenIsPassedOn(OptionSpec option) {
    Holder holder = new Holder();
    new CommandLine(holder).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(words(option).toArray(String[]::new));
    Map<String, Object> given = holder.options.given();
    assertEquals(1, given.size(), given.toString());
    assertTrue(given.containsKey(option.longestName().substring(2)), given.toString());
  }
}
