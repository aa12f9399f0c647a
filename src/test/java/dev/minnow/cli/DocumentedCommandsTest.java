package dev.minnow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The commands that the pages for people show exist, with the options they show. */
class DocumentedCommandsTest {
  /** A command stands on an indented line of its own, up to two spaces or the end, or between backticks. */
  private static final Pattern COMMAND = Pattern.compile("(?m)(?:^    |`)scripts/minnow ((?:(?!  )[^`\\n])+)");

  static Stream<String> commands() throws IOException {
    List<String> commands = new ArrayList<>();
    for (String page : List.of("README.md", "CONTRIBUTING.md")) {
      List<String> found =
          COMMAND.matcher(Files.readString(Path.of(page))).results().map(match -> match.group(1).replace("--show-command ", "")).toList();
      assertTrue(!found.isEmpty(), page + " shows no command");
      commands.addAll(found);
    }
    return commands.stream();
  }

  @Test
  void helpAndTheReadmeNameTheSameExitCodes() throws IOException {
    String codes = "Exit codes: 0 done, 1 failed, 2 wrong usage, 129, 130 and 143 interrupted";
    String help = CommandRun.of("--help").out().replaceAll("\\s+", " ");
    assertTrue(help.contains(codes), help);
    assertTrue(Files.readString(Path.of("README.md")).contains(codes));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void theCommandKnowsItsOptions(String command) {
    List<String> words = new ArrayList<>(List.of(command.replaceFirst(" --.*", "").split(" ", -1)));
    words.add("--help");
    CommandRun help = CommandRun.of(words.toArray(String[]::new));
    assertEquals(0, help.exitCode(), help.error());
    assertTrue(help.out().startsWith("Usage: minnow " + words.getFirst()), help.out());
    for (MatchResult option : Pattern.compile("--[a-z-]+").matcher(command).results().toList()) {
      assertTrue(help.out().contains(" " + option.group()), option.group() + " is not in " + help.out());
    }
  }
}
