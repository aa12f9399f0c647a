package dev.minnow.train.report;

import dev.minnow.corpus.RunFiles;
import dev.minnow.kernel.Kernel;
import dev.minnow.train.TrainingListener;
import dev.minnow.train.TrainingListeners;
import dev.minnow.train.run.MetricsLog;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What every run writes beside its saves: its metrics, and the report that is made of them. */
public final class RunLogs {
  private RunLogs() {}

  /**
   * A listener that lets others hear of a run, and then writes into its folder.
   *
   * @param kernel that runs it
   */
  public static TrainingListener after(List<? extends TrainingListener> others, Path folder, Kernel kernel) {
    List<TrainingListener> all = new ArrayList<>(others);
    all.add(new MetricsLog(folder.resolve(RunFiles.METRICS), kernel));
    all.add(new ReportLog(folder));
    return new TrainingListeners(all);
  }
}
