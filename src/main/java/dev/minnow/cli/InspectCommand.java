package dev.minnow.cli;

import dev.minnow.checkpoint.LoadedModel;
import dev.minnow.checkpoint.ModelFiles;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.WeightUse;
import dev.minnow.train.inspect.Inspection;
import dev.minnow.train.inspect.ModelComparison;
import dev.minnow.train.inspect.RunRecord;
import dev.minnow.train.inspect.StepInspection;
import dev.minnow.train.inspect.StepSettings;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows the parameters of a model, how a step moves them, or how those of two models differ. */
@Command(name = "inspect", description = {
    "Show what parameters a model has, how their counts come about, what their numbers are like, and how far training moved them.",
    "With --step: how one training step on a text would move them; with a second MODEL: how both differ. No model is changed."
})
final class InspectCommand implements Callable<Integer>, HasIdleOptions {
  private final Console console;

  @Parameters(index = "0", paramLabel = "MODEL", description = "Model folder or GGUF file.")
  private Path path;

  @Parameters(index = "1", arity = "0..1", paramLabel = "OTHER", description = "A model to compare it with.")
  @Nullable
  private Path other;

  @Option(names = "--step", paramLabel = "TEXT", description = "Take one training step on this text, on a copy of the model.")
  @Nullable
  private String step;

  @Option(names = "--lr", paramLabel = "RATE",
      description = "Learning rate of the step; if absent that of the model's run, or 1e-4 where it has none.")
  @Nullable
  private Double learningRate;

  @Mixin
  private ComputeOptions compute;
  @Mixin
  private JsonOption output;

  InspectCommand(Console console) {
    this.console = console;
  }

  @Override
  public boolean isIdle(String option) {
    return option.equals("--step") && other != null || option.equals("--lr") && (step == null || other != null);
  }

  @Override
  public Integer call() {
    if (step != null && other != null) {
      throw new IllegalArgumentException("--step looks at one model, and two were given; leave out one of them.");
    }
    if (step == null && learningRate != null) {
      throw new IllegalArgumentException("--lr is the rate of a step; add --step with a text.");
    }
    if (step != null) {
      TextOption.noteNameOfFile(console, "--step", step);
    }
    try (LoadedModel model = ModelFiles.load(path)) {
      RunRecord run = RunRecord.read(path);
      if (step != null) {
        takeStep(model, run, step);
      } else if (other != null) {
        compare(model, run, other);
      } else {
        inspect(model, run);
      }
    }
    return ExitCode.DONE;
  }

  private void inspect(LoadedModel model, RunRecord run) {
    Inspection inspection = Inspection.of(model, run);
    if (output.json) {
      console.println(InspectionJson.of(inspection).toString());
    } else {
      int columns = console.outputIsTerminal() ? TerminalWidth.columns() : InspectionTables.USUAL_COLUMNS;
      console.print(InspectionTables.of(inspection, model.tokenizer(), columns));
    }
  }

  private void takeStep(LoadedModel model, RunRecord run, String text) {
    StepSettings settings = StepSettings.of(run, learningRate == null ? OptionalDouble.empty() : OptionalDouble.of(learningRate));
    try (Kernel kernel = compute.open(WeightUse.TRAINING)) {
      StepInspection inspection = StepInspection.of(kernel, model, text, settings);
      if (inspection.leftOut() > 0) {
        console.note(
            "what follows the last whole window of the context is left out: " + inspection.leftOut() + " of "
                + (inspection.tokens() + inspection.leftOut()) + " tokens; a step takes whole windows.");
      }
      console.print(output.json ? StepInspectionReport.json(inspection) + "\n" : StepInspectionReport.text(inspection));
    }
  }

  private void compare(LoadedModel model, RunRecord run, Path second) {
    try (LoadedModel otherModel = ModelFiles.load(second)) {
      ModelComparison comparison = ModelComparison.of(model, run, otherModel, RunRecord.read(second));
      console.print(output.json ? ComparisonReport.json(comparison) + "\n" : ComparisonReport.text(comparison, path, second));
    }
  }
}
