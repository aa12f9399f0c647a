package dev.minnow.train.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the page says of how runs ended. */
class ReportEndingTest extends ChromiumPage {
  private static final String SKIP = "{\"event\":\"skip\",\"step\":%d,\"reason\":\"its loss is NaN\",\"loss\":null}";

  private String text() throws Exception {
    return browser.evaluate("document.querySelector('main').innerText").asText();
  }

  private static void lastWritten(Path run, String time) throws IOException {
    Files.setLastModifiedTime(run.resolve("metrics.jsonl"), FileTime.from(Instant.parse(time)));
  }

  private static void end(Path run, int step, String how, String reason) {
    ExampleRun.append(run, "{\"event\":\"end\",\"step\":" + step + ",\"how\":\"" + how + "\",\"reason\":\"" + reason + "\"}");
  }

  @Test
  void aRunThatGaveUpSaysSoAndPromisesNothing() throws Exception {
    Path run = folder.resolve("run");
    ExampleRun.log(run, 1);
    for (int i = 0; i < 60; i++) {
      ExampleRun.append(run, SKIP.formatted(2 + i % 5));
    }
    ExampleRun.append(run, "{\"event\":\"rollback\",\"step\":6,\"to\":0}");
    end(run, 6, "failed", "Training does not hold at step 6.");
    show(run);
    String text = text();
    assertTrue(text.contains("Failed at step 6. Training does not hold at step 6."), text);
    assertTrue(text.contains("ended before its first save"), text);
    assertFalse(text.contains("follow with the first save"), text);
    assertTrue(text.contains("60 times: step skipped: its loss is NaN (steps 2 to 6)"), text);
    assertTrue(text.contains("back to the beginning"), text);
    assertEquals(1, text.split("its loss is NaN", -1).length - 1, "the events are not folded");
    assertEquals(61, browser.evaluate("document.querySelectorAll('.data tbody tr').length").asInt());
  }

  /** It may have been killed: nobody knows from its folder. */
  @Test
  void aRunWithoutAnEndIsNotSaidToGoOn() throws Exception {
    Path run = folder.resolve("run");
    ExampleRun.log(run, 3);
    lastWritten(run, "2001-06-15T12:00:00Z");
    show(run);
    String text = text();
    assertTrue(text.contains("No end is logged: it goes on, or was ended from outside."), text);
    String times = "Its log was last written on 15 Jun 2001, \\d\\d:\\d\\d, at step 3; this page on (\\d+ \\w+ \\d+), \\d\\d:\\d\\d\\.";
    Matcher said = Pattern.compile(times).matcher(text);
    assertTrue(said.find(), text);
    assertEquals(browser.evaluate("new Date().toLocaleDateString('en-GB', {dateStyle: 'medium'})").asText(), said.group(1));
    assertTrue(text.contains("are known from the first save on"), text);
  }

  @Test
  void aRunThatDidAllStepsAndWasKilledBeforeItsEndIsNotSaidToHaveFinished() throws Exception {
    Path run = ExampleRun.write(folder.resolve("run"), 20);
    show(run);
    assertTrue(text().contains("All steps are done, but no end is logged."), text());
    assertFalse(text().contains("inished"), text());
  }

  @Test
  void theEndOfEachRunIsToldBesideTheOthers() throws Exception {
    Path stopped = ExampleRun.write(folder.resolve("b"), 20);
    end(stopped, 20, "stopped", "");
    Path failed = ExampleRun.write(folder.resolve("c"), 20);
    end(failed, 20, "failed", "The disk is full.");
    Path killed = folder.resolve("e");
    ExampleRun.log(killed, 5);
    lastWritten(killed, "2001-06-15T12:00:00Z");
    Path impatient = ExampleRun.write(folder.resolve("d"), 20);
    end(impatient, 20, "patience", "");
    Path finished = ExampleRun.write(folder.resolve("a"), 20);
    end(finished, 20, "finished", "");
    show(finished, stopped, failed, impatient, killed);
    assertEquals(
        "finished,stopped,failed,out of patience,no end logged",
        browser.evaluate("[...document.querySelector('.data').tBodies[0].rows].map(row => row.cells[1].textContent).join()").asText());
    assertTrue(text().contains("e: No end is logged: it goes on, or was ended from outside. Its log was last written on 15 Jun 2001"),
        text());
    assertTrue(text().contains("c: Failed at step 20. The disk is full."), text());
  }
}
