package dev.minnow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgressDisplayTest {
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final Console console = Console.of(InputStream.nullInputStream(), written, written);

  @Test
  void aLineThatIsRewrittenStaysShorterThanTheTerminal() {
    new ProgressDisplay(console, true, 20).working("reading a folder with a long name", 0, 0);
    assertEquals("\rreading a folder wi", written.toString(StandardCharsets.UTF_8));
  }

  @Test
  void whatIsWrittenElseLeavesTheLineThatIsRewritten() {
    ProgressDisplay display = new ProgressDisplay(console, true, 20);
    display.working("tokenizing", 1, 2);
    display.working("saving", 0, 0);
    console.notice("minnow: The disk is full.");
    display.noticed("it was emptied.");
    display.working("tokenizing", 0, 0);
    console.println("{}");
    assertEquals(
        "\rtokenizing 50 %\n\rsaving\nminnow: The disk is full.\nnote: it was emptied.\n\rtokenizing\n{}\n",
        written.toString(StandardCharsets.UTF_8).replace("\r\n", "\n"));
  }

  /** However soon it comes after what was shown before. */
  @Test
  void theEndOfWorkIsShown() {
    ProgressDisplay display = new ProgressDisplay(console, true, 20);
    for (long done = 0; done <= 3; done++) {
      display.working("tokenizing", done, 3);
    }
    assertTrue(written.toString(StandardCharsets.UTF_8).endsWith("\rtokenizing 100 %"), written.toString(StandardCharsets.UTF_8));
  }

  @Test
  void linesFitATerminalThatBecameNarrower() {
    ProgressDisplay display = new ProgressDisplay(console, true, 20);
    display.working("reading a long name", 0, 0);
    display.resize(12);
    display.working("reading another one", 0, 0);
    assertEquals("\rreading a long name\n\rreading ano", written.toString(StandardCharsets.UTF_8).replace("\r\n", "\n"));
  }

  @Test
  void progressThatHasEndedLeavesTheTerminalAtTheBeginningOfALine() {
    ProgressDisplay display = new ProgressDisplay(console, true, 20);
    display.working("tokenizing", 1, 2);
    console.endProgress();
    display.working("saving", 0, 0);
    console.notice("saved");
    assertEquals("\rtokenizing 50 %\nsaved\n", written.toString(StandardCharsets.UTF_8).replace("\r\n", "\n"));
  }

  @Test
  void samplesCannotCommandTheTerminal() {
    new ProgressDisplay(console).sampled(3, " red\u001B[31m\n\tline\u0007 ");
    assertEquals(
        "--- sample at step 3 ---\nred\u241B[31m\n\tline\u2407\n---\n", written.toString(StandardCharsets.UTF_8).replace("\r\n", "\n"));
  }

  @ParameterizedTest
  @CsvSource({"132, 24 90, 132", ", 24 90, 90", "0, 24 90, 90", "wide, 24 90, 90", ", 0 0, 80", ", '', 80", "99999, '', 80"})
  void theWidthIsThatOfTheVariableThenOfTheTerminal(String variable, String size, int columns) {
    assertEquals(columns, TerminalWidth.columns(variable, size + "\n"));
  }
}
