package dev.minnow.train.report;

import dev.minnow.corpus.RunFiles;
import dev.minnow.kernel.Kernel;
import dev.minnow.train.MetricsLog;
import dev.minnow.train.TrainingListener;
import java.nio.file.Path;
import java.util.List;

/** What every run writes beside its saves: its metrics, and the report that is made of them. */
public final class RunLogs {
  private RunLogs() {}

  /**
   * Listeners that write into the folder of a run, in the order in which they must hear.
   *
   * @param kernel that runs it
   */
  public static List<TrainingListener> of(Path folder, Kernel kernel) {
    return List.of(new MetricsLog(folder.resolve(RunFiles.METRICS), kernel), new ReportLog(folder));
  }
}
