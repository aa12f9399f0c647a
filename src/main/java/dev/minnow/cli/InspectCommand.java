package dev.minnow.cli;

import dev.minnow.checkpoint.LoadedModel;
import dev.minnow.checkpoint.ModelFiles;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows the parameters of a model. */
@Command(name = "inspect", description = "Show what parameters a model has, and what their numbers are like.")
final class InspectCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "MODEL", description = "Model folder or GGUF file.")
  private Path path;

  @Mixin
  private JsonOption output;

  InspectCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (LoadedModel model = ModelFiles.load(path)) {
      ModelReport report = ModelReport.of(model);
      if (output.json) {
        console.println(report.json().toString());
      } else {
        console.print(report.text());
      }
    }
    return ExitCode.DONE;
  }
}
