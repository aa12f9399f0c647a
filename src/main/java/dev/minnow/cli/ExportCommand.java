package dev.minnow.cli;

import dev.minnow.checkpoint.ExportType;
import dev.minnow.checkpoint.ForeignSettings;
import dev.minnow.checkpoint.LoadedModel;
import dev.minnow.checkpoint.ModelExport;
import dev.minnow.checkpoint.ModelFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a model in a form that other programs open. */
@Command(name = "export", description = "Write a model for other programs: a Hugging Face folder, or a GGUF file for llama.cpp.")
final class ExportCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "MODEL", description = "Model folder or GGUF file.")
  private Path model;

  @Option(names = "--to", paramLabel = "FORMAT", required = true,
      description = "hf, a folder as Hugging Face transformers reads it, or gguf, one file.")
  private ModelExport.Format format;

  @Option(names = "--out", paramLabel = "PATH", required = true, description = "The folder or file to write.")
  private Path out;

  @Option(names = "--type", paramLabel = "TYPE", defaultValue = "f32",
      description = "What matrices are stored as: ${COMPLETION-CANDIDATES} (f32 if absent); the last two only in gguf.")
  private ExportType type;

  @Option(names = "--overwrite", description = "Replace an earlier export.")
  private boolean overwrite;

  @Mixin
  private JsonOption output;

  ExportCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    ModelExport export = new ModelExport(format, type, out, overwrite);
    try (LoadedModel loaded = ModelFiles.load(model)) {
      List<String> lost = ForeignSettings.in(model);
      ModelExport.Result result = export.write(loaded);
      result.notices().forEach(console::notice);
      if (!lost.isEmpty()) {
        console.note("left out, because Minnow has no use for it: " + String.join(", ", lost) + ".");
      }
      print(result);
    }
    return ExitCode.DONE;
  }

  private void print(ModelExport.Result result) {
    if (output.json) {
      console.println(
          new JsonLine()
              .put("path", result.path().toString())
              .put("bytes", result.bytes())
              .put("type", result.type().toString())
              .put("tensors", result.tensors())
              .toString());
    } else {
      console.println(
          String.format(
              Locale.ROOT, "%s: %d tensors, matrices in %s, %,d bytes", result.path(), result.tensors(), result.type(), result.bytes()));
    }
  }
}
