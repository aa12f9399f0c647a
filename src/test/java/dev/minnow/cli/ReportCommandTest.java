package dev.minnow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportCommandTest {
  @TempDir
  private Path folder;

  private String run(String name, String metrics) throws IOException {
    Path run = Files.createDirectories(folder.resolve(name));
    Files.writeString(run.resolve("metrics.jsonl"), metrics);
    return run.toString();
  }

  @Test
  void oneRunsReportIsInItsFolder() throws IOException {
    String run = run("a", "{\"event\":\"step\",\"step\":1,\"loss\":5}\nbroken\n");
    CommandRun done = CommandRun.of("report", run, "--json");
    JsonNode json = done.json();
    assertEquals(folder.resolve("a/report.html").toString(), json.get("path").textValue());
    assertEquals(1, json.get("damaged_lines").intValue());
    assertTrue(done.error().contains("1 damaged lines"), done.error());
    assertTrue(Files.readString(folder.resolve("a/report.html")).startsWith("<!doctype html>"));
  }

  @Test
  void aFolderOfFoldsStandsForItsRuns() throws IOException {
    String line = "{\"event\":\"step\",\"step\":1,\"loss\":5}\n";
    run("folds/fold-1", line);
    run("folds/fold-2", line);
    JsonNode json = CommandRun.of("report", folder.resolve("folds").toString(), "--json").json();
    assertEquals(2, json.get("runs").intValue());
    assertEquals(folder.resolve("folds/report.html").toString(), json.get("path").textValue());
  }

  @Test
  void severalRunsGoToOneFile() throws IOException {
    String line = "{\"event\":\"step\",\"step\":1,\"loss\":5}\n";
    Path out = folder.resolve("both.html");
    CommandRun done = CommandRun.of("report", run("a", line), run("b", line), "--out", out.toString());
    assertEquals(0, done.exitCode(), done.error());
    assertTrue(done.out().contains(out.toString()) && Files.size(out) > 50_000, done.out());
  }

  @Test
  void aReportReplacesAReportAndNothingElse() throws IOException {
    String run = run("a", "{\"event\":\"step\",\"step\":1,\"loss\":5}\n");
    Path page = folder.resolve("new/page.html");
    assertEquals(0, CommandRun.of("report", run, "--out", page.toString()).exitCode());
    assertEquals(0, CommandRun.of("report", run, "--out", page.toString()).exitCode());
    Path precious = Files.writeString(folder.resolve("precious.txt"), "mine");
    for (Path other : List.of(precious, folder.resolve("a"))) {
      CommandRun refused = CommandRun.of("report", run, "--out", other.toString());
      assertEquals(2, refused.exitCode());
      assertEquals("minnow: " + other + " exists and is no report; choose another file.", refused.error().strip());
    }
    assertEquals("mine", Files.readString(precious));
  }

  @Test
  void whatIsNoRunIsSaidInOneSentence() throws IOException {
    CommandRun done = CommandRun.of("report", folder.resolve("nothing").toString());
    assertEquals(1, done.exitCode());
    assertEquals(1, done.error().lines().count(), done.error());
    assertEquals(2, CommandRun.of("report").exitCode());
    Path file = Files.writeString(folder.resolve("s.txt"), "text");
    CommandRun refused = CommandRun.of("report", file.toString());
    assertEquals(1, refused.exitCode());
    assertEquals("minnow: " + file + " is a file and no run; give the folder that train wrote.\n", refused.error());
  }
}
