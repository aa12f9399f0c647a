package dev.minnow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShellTest {
  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "runs sh")
  void shReadsWhatWasQuotedForIt() throws IOException {
    List<String> words = List.of("novel", "it's", "two words", "", "*", "$HOME", "`date`", "back\\slash", "\"", "a;b", "é");
    String line = words.stream().map(Shell.SH::quoted).collect(Collectors.joining(" "));
    Process shell = new ProcessBuilder("sh", "-c", "for word in " + line + "; do printf '%s\\n' \"$word\"; done").start();
    assertEquals(words, new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList());
  }

  @ParameterizedTest
  @CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
      checkpoints\\novel     | checkpoints\\novel
      --steps                | --steps
      0.1                    | 0.1
      my books\\it's         | "my books\\it's"
      my books\\             | "my books\\\\"
      a & b                  | "a & b"
      50%                    | "50%"
      head=0                 | "head=0"
      scripts/minnow         | "scripts/minnow"
      ``                     | ""
      say "so"               | "say \\"so\\""
      a\\\\" b\\" c          | "a\\\\\\\\\\" b\\\\\\" c"
      """)
  void windowsReadsDoubleQuotationMarks(String word, String quoted) {
    assertEquals(quoted, Shell.CMD.quoted(word));
  }

  @Test
  void theShellIsThatOfThePaths() {
    assertEquals(Shell.CMD, Shell.of('\\'));
    assertEquals(Shell.SH, Shell.of('/'));
  }
}
