package dev.minnow.train.report;

import dev.minnow.checkpoint.CheckpointFolder;
import dev.minnow.train.TrainingListener;
import dev.minnow.train.TrainingResult;
import java.nio.file.Path;
import java.util.List;

/** Writes {@code report.html} into a run's folder at each of its saves and at its end, from the metrics that were logged until then. */
final class ReportLog implements TrainingListener {
  private final Path file;
  private final Report report;
  private boolean abandoned;

  /** The step that it was written at; 0 before that. */
  private long shown;

  /** Of the run in this folder; a {@link dev.minnow.train.run.MetricsLog} must hear of its events before this does. */
  ReportLog(Path folder) {
    this.file = folder.resolve(CheckpointFolder.REPORT);
    this.report = new Report(List.of(folder));
  }

  @Override
  public void saved(long step, Path folder) {
    write(step);
  }

  @Override
  public void ended(TrainingResult result) {
    write(result.steps());
  }

  @Override
  public void failed(long step, String reason) {
    write(step);
  }

  /** A report that cannot be written must not end a training run: it is given up with a warning. */
  private void write(long step) {
    if (abandoned) {
      return;
    }
    try {
      report.write(file);
      shown = step;
    } catch (ReportException e) {
      abandoned = true;
      String what = shown == 0 ? "This run gets no report.html: " : "report.html stays as it was at step " + shown + ": ";
      System.getLogger(ReportLog.class.getName()).log(System.Logger.Level.WARNING, what + e.getMessage());
    }
  }
}
