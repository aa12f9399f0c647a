package dev.minnow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

class HelpPageTest {
  private static final String WORDS = "an option is told of in so many words that they go on and on over the width of any terminal "
      + "which shows them and are broken where it ends so that none of them is cut in two";

  private static CommandLine probe() {
    CommandSpec spec = CommandSpec.create().name("probe").addOption(OptionSpec.builder("--length").description(WORDS).build());
    spec.usageMessage().description(WORDS);
    return new CommandLine(spec);
  }

  @ParameterizedTest
  @CsvSource({"80, 80", "60, 60", "20, 60", "100, 100", "200, 100"})
  void linesAreAsLongAsTheTerminalAllows(int columns, int longest) {
    String help = HelpPage.of(probe(), columns);
    int found = help.lines().mapToInt(String::length).max().orElseThrow();
    assertTrue(found <= longest && found > longest - 12, found + " columns: " + help);
  }

  @Test
  void whatIsNoTerminalHasTheWidest() {
    assertEquals(HelpPage.of(probe(), 100), HelpPage.of(probe(), false));
    assertTrue(CommandRun.of("train", "--help").out().lines().mapToInt(String::length).max().orElseThrow() > 90);
  }
}
