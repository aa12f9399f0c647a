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

  /** Of the run in this folder; a {@link dev.minnow.train.MetricsLog} must hear of its events before this does. */
  ReportLog(Path folder) {
    this.file = folder.resolve(CheckpointFolder.REPORT);
    this.report = new Report(List.of(folder));
  }

  @Override
  public void saved(long step, Path folder) {
    write();
  }

  @Override
  public void ended(TrainingResult result) {
    write();
  }

  @Override
  public void failed(long step, String reason) {
    write();
  }

  /** A report that cannot be written must not end a training run: it is given up with a warning. */
  private void write() {
    if (abandoned) {
      return;
    }
    try {
      report.write(file);
    } catch (ReportException e) {
      abandoned = true;
      System.getLogger(ReportLog.class.getName()).log(System.Logger.Level.WARNING, "No more reports are written: {0}", e.getMessage());
    }
  }
}
