package dev.minnow.train.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minnow.checkpoint.Uninterrupted;
import dev.minnow.corpus.RunFiles;
import dev.minnow.tokenizer.FileProblem;
import dev.minnow.tokenizer.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The report of training runs: one page that needs nothing else, with their curves, samples, parameters, hyperparameters and corpus. The
 * runs may still be going on; {@link #write} again takes in what they did since.
 */
public final class Report {
  /** More lines than this in one chart tell nothing. */
  public static final int MOST_RUNS = 16;

  private final List<Run> runs;

  private record Run(MetricsFile metrics, RunFacts facts) {
    static Run of(Path folder) {
      return new Run(new MetricsFile(folder.resolve(RunFiles.METRICS)), new RunFacts(folder));
    }
  }

  /**
   * A report of runs.
   *
   * @param folders of 1 to 16 runs
   */
  public Report(List<Path> folders) {
    if (folders.isEmpty() || folders.size() > MOST_RUNS) {
      throw new IllegalArgumentException("A report shows 1 to " + MOST_RUNS + " runs, not " + folders.size() + ".");
    }
    this.runs = folders.stream().map(Run::of).toList();
  }

  /**
   * Requires that there is nothing at the place for a page, or a page that was written before.
   *
   * @throws IllegalArgumentException if another file would be lost
   */
  public static void requireReplaceable(Path file) throws IOException {
    if (Files.exists(file) && !(Files.isRegularFile(file) && ReportPage.isIn(file))) {
      throw new IllegalArgumentException(file + " exists and is no report; choose another file.");
    }
  }

  /**
   * Writes the page, with the folders above it that are missing; whoever has the file open sees the page before or this one, and never
   * half of it.
   *
   * @throws ReportException if a run has no metrics, the chart library is missing, or the file system refuses
   */
  public void write(Path file) {
    try {
      ObjectNode data = JsonNodeFactory.instance.objectNode();
      data.put("written", System.currentTimeMillis());
      ArrayNode shown = data.putArray("runs");
      for (Run run : runs) {
        ObjectNode json = run.facts.json();
        json.setAll(run.metrics.read().json());
        json.put("logged", run.metrics.lastWritten().toMillis());
        json.put("damagedLines", run.metrics.damagedLines());
        shown.add(json);
      }
      byte[] page = ReportPage.of(data);
      Files.createDirectories(file.toAbsolutePath().getParent());
      Uninterrupted.run(() -> WholeFile.replace(file, page));
    } catch (IOException e) {
      throw new ReportException(
          "The report " + file + " cannot be made: " + FileProblem.of(e) + "; check the folder and its permissions.", e);
    }
  }

  /** Lines of the runs' metrics that were no events and were skipped. */
  public long damagedLines() {
    return runs.stream().mapToLong(run -> run.metrics.damagedLines()).sum();
  }
}
