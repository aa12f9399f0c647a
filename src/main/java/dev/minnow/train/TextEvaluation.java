package dev.minnow.train;

import dev.minnow.checkpoint.LoadedModel;
import dev.minnow.corpus.Corpus;
import dev.minnow.corpus.CorpusException;
import dev.minnow.corpus.HeldOutWindows;
import dev.minnow.corpus.PreparedCorpus;
import dev.minnow.corpus.TokenFile;
import dev.minnow.corpus.Tokenization;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.Precision;
import dev.minnow.model.Activations;
import dev.minnow.model.Network;
import dev.minnow.model.Transformer;
import dev.minnow.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Measures a model on any text, the way training measures it on held-out text. */
public final class TextEvaluation {
  /** Rows of a pass: the matrix multiplies are at their full speed with this many, and the activations still small. */
  private static final int ROWS = 1024;

  private TextEvaluation() {}

  /**
   * The loss on all of a corpus with weights of a precision. A text that is shorter than the model's context is one shorter window.
   *
   * @throws TrainingException if the model has no tokenizer
   * @throws CorpusException if the corpus cannot be read or has fewer than two tokens
   */
  public static Evaluation of(Kernel kernel, LoadedModel model, Precision precision, Corpus text, TrainingListener listener) {
    Tokenizer tokenizer =
        model
            .tokenizer()
            .orElseThrow(
                () -> new TrainingException("The model has no tokenizer.json, so it cannot read text; add the file to its folder."));
    try {
      Path folder = Files.createTempDirectory("minnow-eval");
      try (PreparedCorpus prepared =
          Tokenization.prepare(
              text, tokenizer, 0, folder, kernel.threads(), (done, total) -> listener.preparing("tokenizing", done, total))) {
        return of(kernel, model, precision, prepared.training(), tokenizer, listener);
      } finally {
        delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Evaluation of(
      Kernel kernel, LoadedModel model, Precision precision, TokenFile file, Tokenizer tokenizer, TrainingListener listener) {
    if (file.tokenCount() < 2) {
      throw new CorpusException("The text has only one token, and a prediction needs the one before; give more text.");
    }
    HeldOutWindows windows = new HeldOutWindows(file, model.config().contextLength());
    int length = windows.windowLength();
    int batch = (int) Math.min(windows.windowCount(), Math.ceilDiv(ROWS, length));
    try (Network network = new Network(kernel, model.parameters(), precision.use());
        Activations activations = Activations.allocate(model.config(), batch, length, false, kernel.operandType())) {
      Transformer transformer = new Transformer(kernel, network, activations);
      return Evaluation.of(
          transformer, windows, tokenizer, done -> listener.preparing("evaluating", done, windows.windowCount()));
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> inside = Files.walk(folder)) {
      List<Path> deepestFirst = inside.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.delete(path);
      }
    }
  }
}
