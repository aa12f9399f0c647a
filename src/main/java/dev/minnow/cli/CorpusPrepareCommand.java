package dev.minnow.cli;

import static dev.minnow.cli.TextTable.number;

import dev.minnow.checkpoint.ModelFiles;
import dev.minnow.corpus.Corpus;
import dev.minnow.corpus.ReadingOptions;
import dev.minnow.corpus.clean.CleaningOptions;
import dev.minnow.corpus.clean.DropReason;
import dev.minnow.corpus.prepare.Preparation;
import dev.minnow.corpus.prepare.PreparationManifest;
import dev.minnow.corpus.prepare.PreparationOptions;
import dev.minnow.corpus.prepare.PreparationReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code minnow corpus prepare}: from texts to a folder of token files. */
@Command(name = "prepare", description = {
    "Cleans texts, leaves out noise and copies, and writes token files and their tokenizer to a folder that train takes as its corpus.",
    "A run that was stopped goes on where it was when it is given again."
})
final class CorpusPrepareCommand implements Callable<Integer>, HasIdleOptions {
  private static final int USUAL_VOCABULARY = 2048;

  private final Console console;

  @Parameters(paramLabel = "CORPUS", arity = "1..*", converter = FileName.class,
      description = TrainOptions.CORPUS)
  private List<String> corpus;

  @Option(names = "--out", paramLabel = "DIR", required = true, description = "Folder to write.")
  private Path out;

  @Option(names = "--tokenizer", paramLabel = "FILE",
      description = "Tokenizer to use instead of training one: a folder, tokenizer.json or GGUF file.")
  @Nullable
  private Path tokenizer;

  @Option(names = "--vocab-size", paramLabel = "N", description = "Tokens in the vocabulary of the tokenizer that is trained (2048).")
  @Nullable
  private Integer vocabularySize;

  @Option(names = "--validation", paramLabel = "FRACTION",
      description = "Share of the text to hold out (0.1, but at most 256 KiB; 0 for none).")
  @Nullable
  private Double validation;

  @Option(names = "--keep-duplicates", description = "Keep copies; they are all trained on or all held out.")
  private boolean keepDuplicates;

  @Mixin
  private CleaningSwitches cleaning;
  @Mixin
  private ReadingSwitches reading;
  @Mixin
  private WorkOptions work;
  @Mixin
  private JsonOption output;

  @Option(names = "--overwrite", description = "Replace the prepared corpus in --out.")
  private boolean overwrite;

  CorpusPrepareCommand(Console console) {
    this.console = console;
  }

  @Override
  public boolean isIdle(String option) {
    return option.equals("--vocab-size") && tokenizer != null || cleaning.isIdle(option);
  }

  @Override
  public Integer call() throws IOException {
    long start = System.nanoTime();
    if (tokenizer != null && vocabularySize != null) {
      throw new IllegalArgumentException("--tokenizer has a vocabulary already; leave out --vocab-size.");
    }
    CleaningOptions cleaned = cleaning.options();
    PreparationOptions options =
        new PreparationOptions(
            cleaned, keepDuplicates, tokenizer == null ? null : ModelFiles.loadTokenizer(tokenizer),
            Objects.requireNonNullElse(vocabularySize, USUAL_VOCABULARY), validation,
            work.memoryBytes(), work.threads());
    if (Preparation.isFinished(out) && !overwrite) {
      throw new IllegalArgumentException(out + " holds a prepared corpus; add --overwrite to replace it, or choose another --out.");
    }
    ReadingOptions texts = reading.options().withMarkup(!cleaned.stripHtml());
    ProgressDisplay display = new ProgressDisplay(console);
    PreparationManifest made = Preparation.prepare(Corpus.open(corpus, texts, display), options, out, display);
    print(made, Objects.requireNonNull(made.preparation()), (System.nanoTime() - start) / 1e9);
    return ExitCode.DONE;
  }

  private void print(PreparationManifest made, PreparationReport report, double seconds) {
    PreparationManifest.Contents heldOut = made.validation();
    if (output.json) {
      JsonLine dropped = new JsonLine();
      for (DropReason reason : DropReason.values()) {
        PreparationReport.Dropped documents = report.dropped().get(reason);
        dropped.put(reason.name().toLowerCase(Locale.ROOT), documents == null ? 0 : documents.documents());
      }
      dropped.put("boilerplate_alone", report.emptied());
      console.println(
          new JsonLine()
              .put("documents", report.readDocuments())
              .put("bytes", report.readBytes())
              .put("kept_documents", made.documents())
              .put("kept_bytes", made.training().textBytes() + (heldOut == null ? 0 : heldOut.textBytes()))
              .put("training_tokens", made.training().tokens())
              .put("validation_tokens", heldOut == null ? null : heldOut.tokens())
              .put("dropped", dropped)
              .put("seconds", seconds)
              .put("folder", out.toAbsolutePath().normalize().toString())
              .toString());
      return;
    }
    TextTable table = new TextTable();
    table.row("", "documents", "bytes");
    table.row("read", number(report.readDocuments()), number(report.readBytes()));
    for (Map.Entry<DropReason, PreparationReport.Dropped> dropped : report.dropped().entrySet()) {
      table.row("- " + words(dropped.getKey()), number(dropped.getValue().documents()), number(dropped.getValue().bytes()));
    }
    if (report.emptied() > 0) {
      table.row("- boilerplate alone", number(report.emptied()));
    }
    table.row(
        "kept, clean", number(made.documents()), number(made.training().textBytes() + (heldOut == null ? 0 : heldOut.textBytes())));
    console.print(table.toString());
    console.println(
        number(made.training().tokens()) + " tokens to train on" + (heldOut == null ? "" : ", " + number(heldOut.tokens()) + " held out")
            + "; train on them with: " + ShellLine.of("train", out.toString()));
  }

  private static String words(DropReason reason) {
    return switch (reason) {
      case EMPTY -> "empty";
      case TOO_SHORT -> "too short";
      case NOT_LANGUAGE -> "not language";
      case EXACT_DUPLICATE -> "exact copies";
      case NEAR_DUPLICATE -> "near copies";
    };
  }
}
