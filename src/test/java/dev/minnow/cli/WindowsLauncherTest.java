package dev.minnow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What can be seen of {@code scripts/minnow.cmd} without the shell that runs it. */
class WindowsLauncherTest {
  private static final Pattern LOOP = Pattern.compile("^for .*?%%(\\w) in .* do (.*)$");
  private static final Pattern READ_LATER = Pattern.compile("%%(\\w{2,})%%");
  private static final Pattern FOLDER = Pattern.compile("%(ROOT|BUILT|WORK|JDK)%");

  private static List<String> lines() throws IOException {
    return Files.readAllLines(Path.of("scripts/minnow.cmd"));
  }

  @Test
  void itSaysHowItWasCalled() throws IOException {
    List<String> starts = lines().stream().filter(line -> line.contains(" dev.minnow.cli.Minnow")).toList();
    assertEquals(2, starts.size());
    for (String line : starts) {
      assertTrue(line.contains(" \"-Dminnow.launcher=%~0\" -cp "), line);
    }
  }

  /** Where %%F is the variable of a loop, %%FLAGS%% is its value and "LAGS". */
  @Test
  void noVariableOfALoopIsTheFirstLetterOfOneThatIsReadThere() throws IOException {
    int read = 0;
    for (String line : lines()) {
      Matcher loop = LOOP.matcher(line);
      if (loop.matches()) {
        for (MatchResult name : READ_LATER.matcher(loop.group(2)).results().toList()) {
          assertFalse(name.group(1).startsWith(loop.group(1)), line);
          read++;
        }
      }
    }
    assertEquals(3, read);
  }

  /** A parenthesis in the name of a folder would end a block, and an ampersand a command. */
  @Test
  void namesOfFoldersStandInQuotationMarks() throws IOException {
    int seen = 0;
    for (String line : lines()) {
      for (MatchResult folder : FOLDER.matcher(line).results().toList()) {
        assertEquals(1, line.substring(0, folder.start()).chars().filter(c -> c == '"').count() % 2, line);
        seen++;
      }
    }
    assertTrue(seen > 20, "seen " + seen);
  }
}
