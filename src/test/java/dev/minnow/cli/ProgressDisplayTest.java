package dev.minnow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgressDisplayTest {
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(written, true, StandardCharsets.UTF_8);

  @Test
  void aLineThatIsRewrittenStaysShorterThanTheTerminal() {
    new ProgressDisplay(out, true, 20).working("reading a folder with a long name", 0, 0);
    assertEquals("\rreading a folder wi", written.toString(StandardCharsets.UTF_8));
  }

  @Test
  void samplesCannotCommandTheTerminal() {
    new ProgressDisplay(out, false).sampled(3, " red\u001B[31m\n\tline\u0007 ");
    assertEquals(
        "--- sample at step 3 ---\nred\u241B[31m\n\tline\u2407\n---\n", written.toString(StandardCharsets.UTF_8).replace("\r\n", "\n"));
  }

  @ParameterizedTest
  @CsvSource({"132, 24 90, 132", ", 24 90, 90", "0, 24 90, 90", "wide, 24 90, 90", ", 0 0, 80", ", '', 80", "99999, '', 80"})
  void theWidthIsThatOfTheVariableThenOfTheTerminal(String variable, String size, int columns) {
    assertEquals(columns, TerminalWidth.columns(variable, size + "\n"));
  }
}
