package dev.minnow.cli;

import dev.minnow.checkpoint.CheckpointFolder;
import dev.minnow.train.inspect.RunRecord;
import dev.minnow.train.report.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a page that shows training runs. */
@Command(name = "report", description = {
    "Write a page that shows a training run, or several in the same charts: losses, rates, gradients, samples, parameters, corpus.",
    "The page is one file that needs no network. A run that goes on may be shown as well."
})
final class ReportCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "RUN", arity = "1..*", description = "Folders of training runs, or of folds.")
  private List<Path> runs;

  @Option(names = "--out", paramLabel = "FILE",
      description = "The file to write; if absent report.html, in the folder of the run, of several runs in the current one.")
  private Path out;

  @Mixin
  private JsonOption output;

  ReportCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    for (Path run : runs) {
      if (Files.isRegularFile(run)) {
        throw new IOException(run + " is a file and no run; give the folder that train wrote.");
      }
    }
    Path file = out != null ? out : runs.size() == 1 ? runs.getFirst().resolve(CheckpointFolder.REPORT) : Path.of(CheckpointFolder.REPORT);
    Report.requireReplaceable(file);
    List<Path> shown = runs.stream().flatMap(run -> RunRecord.runsIn(run).stream()).toList();
    Report report = new Report(shown);
    report.write(file);
    if (report.damagedLines() > 0) {
      console.note(report.damagedLines() + " damaged lines of metrics were skipped.");
    }
    Path written = file.toAbsolutePath().normalize();
    if (output.json) {
      console.println(
          new JsonLine()
              .put("path", written.toString())
              .put("runs", shown.size())
              .put("damaged_lines", report.damagedLines())
              .toString());
    } else {
      console.println("The report is in " + written + "; open it in a browser.");
    }
    return ExitCode.DONE;
  }
}
