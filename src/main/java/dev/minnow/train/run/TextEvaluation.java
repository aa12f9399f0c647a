package dev.minnow.train.run;

import dev.minnow.checkpoint.LoadedModel;
import dev.minnow.corpus.Corpus;
import dev.minnow.corpus.CorpusException;
import dev.minnow.corpus.HeldOutWindows;
import dev.minnow.corpus.TemporaryFolder;
import dev.minnow.corpus.prepare.PreparedCorpus;
import dev.minnow.corpus.prepare.Tokenization;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.Precision;
import dev.minnow.model.Activations;
import dev.minnow.model.Network;
import dev.minnow.model.Transformer;
import dev.minnow.tokenizer.Tokenizer;
import dev.minnow.train.Evaluation;
import dev.minnow.train.TrainingException;
import dev.minnow.train.TrainingListener;
import dev.minnow.train.step.HeldOutLoss;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Measures a model on any text, the way training measures it on held-out text: opened once, with weights of any precision. */
public final class TextEvaluation implements AutoCloseable {
  /** Rows of a pass: the matrix multiplies are at their full speed with this many, and the activations still small. */
  private static final int ROWS = 1024;

  private final LoadedModel model;
  private final Tokenizer tokenizer;
  private final TrainingListener listener;
  private final TemporaryFolder folder;
  private final PreparedCorpus prepared;

  /**
   * Tokenizes a corpus, in a folder of its own until this is closed. The model stays the caller's to close.
   *
   * @param threads that tokenize
   * @throws TrainingException if the model has no tokenizer
   * @throws CorpusException if the corpus cannot be read or has fewer than two tokens
   */
  public TextEvaluation(LoadedModel model, Corpus text, int threads, TrainingListener listener) {
    this.model = model;
    this.listener = listener;
    this.tokenizer =
        model
            .tokenizer()
            .orElseThrow(
                () -> new TrainingException("The model has no tokenizer.json, so it cannot read text; add the file to its folder."));
    try {
      folder = TemporaryFolder.create("minnow-eval");
      prepared = prepare(text, threads);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private PreparedCorpus prepare(Corpus text, int threads) throws IOException {
    try {
      PreparedCorpus corpus =
          new Tokenization(text, tokenizer, 0).prepare(folder.path(), threads,
              (done, total) -> listener.working("tokenizing", done, total));
      if (corpus.training().tokenCount() < 2) {
        corpus.close();
        throw new CorpusException("The text has only one token, and a prediction needs the one before; give more text.");
      }
      return corpus;
    } catch (RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  /**
   * The loss on all of the corpus, its documents joined to one text, in windows of the model's context end to end: every token but the
   * first counts once, given those before it in its window. {@link dev.minnow.LanguageModel#score} gives those beyond the first window at
   * least half the context, so that its losses are mostly lower.
   */
  public Evaluation evaluate(Kernel kernel, Precision precision) {
    int length = (int) Math.min(model.config().contextLength(), prepared.training().tokenCount() - 1);
    HeldOutWindows windows = new HeldOutWindows(prepared.training(), length);
    int batch = (int) Math.min(windows.windowCount(), Math.ceilDiv(ROWS, length));
    try (Network network = new Network(kernel, model.parameters(), precision.use());
        Activations activations = Activations.allocate(model.config(), batch, length, false, kernel.operandType())) {
      Transformer transformer = new Transformer(kernel, network, activations);
      return HeldOutLoss.of(
          transformer, windows, tokenizer, done -> listener.working("evaluating", done, windows.windowCount()));
    }
  }

  /** Deletes what was tokenized. */
  @Override
  public void close() {
    prepared.close();
    try {
      folder.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
