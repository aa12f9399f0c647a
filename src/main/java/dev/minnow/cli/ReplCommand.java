package dev.minnow.cli;

import dev.minnow.GenerationOptions;
import dev.minnow.LanguageModel;
import dev.minnow.Session;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Opens a model and continues one line after the other. */
@Command(name = "repl", description = "Continue lines with a model, interactively or from a pipe.")
final class ReplCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "MODEL", description = "Model folder or GGUF file.")
  private Path folder;

  @Mixin
  private SamplingOptions sampling;
  @Mixin
  private ComputeOptions compute;
  @Mixin
  private PrecisionOption weights;

  ReplCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    GenerationOptions options = sampling.options();
    int threads = compute.threads();
    try (LanguageModel model = LanguageModel.open(folder, compute.kernel, threads, weights.precision);
        Session session = model.session();
        LineSource lines = lines(model)) {
      new Repl(session, console, lines, options).run();
    }
    return ExitCode.DONE;
  }

  private LineSource lines(LanguageModel model) throws IOException {
    if (!console.inputIsTerminal() || !console.outputIsTerminal()) {
      return new PipedLines(console);
    }
    console.println(
        String.format(
            Locale.ROOT,
            "%s: %,d parameters, %s kernel, %d threads. Type a text to continue; /help lists the commands, Ctrl-D ends.",
            folder,
            model.parameterCount(),
            model.kernel(),
            model.threads()));
    return new TypedLines(ReplSettings.commands(), TypedLines.historyFile(System.getenv("XDG_STATE_HOME")));
  }
}
