package dev.minnow.train.plan;

import dev.minnow.corpus.HeldOutWindows;
import dev.minnow.corpus.TokenFile;
import dev.minnow.corpus.TokenFileWriter;
import dev.minnow.corpus.TrainingWindows;
import dev.minnow.kernel.Kernel;
import dev.minnow.memory.Opened;
import dev.minnow.model.ParameterSet;
import dev.minnow.model.ParameterTable;
import dev.minnow.tokenizer.Tokenizer;
import dev.minnow.train.TrainingOptions;
import dev.minnow.train.step.HeldOutLoss;
import dev.minnow.train.step.Trainer;
import java.nio.file.Path;
import java.util.List;

/** Trainings of seconds on a sample of a corpus, whose models are dropped once they are evaluated. */
final class TrialRun implements AutoCloseable {
  private static final long SEED = 1337;

  private final Kernel kernel;
  private final Tokenizer tokenizer;
  private final Opened opened = new Opened();
  private final TokenFile training;
  private final TokenFile heldOut;

  /** Writes the tokens to a folder, which stays the caller's to delete. */
  TrialRun(Kernel kernel, Path folder, Tokenizer tokenizer, List<int[]> training, List<int[]> heldOut) {
    this.kernel = kernel;
    this.tokenizer = tokenizer;
    try {
      this.training = opened.add(file(folder.resolve("training"), training), TokenFile::close);
      this.heldOut = opened.add(file(folder.resolve("held-out"), heldOut), TokenFile::close);
    } catch (RuntimeException | Error e) {
      opened.close();
      throw e;
    }
  }

  private TokenFile file(Path file, List<int[]> sequences) {
    try (TokenFileWriter writer = new TokenFileWriter(file, tokenizer.vocabularySize(), tokenizer.sha256())) {
      for (int[] sequence : sequences) {
        for (int id : sequence) {
          writer.append(id);
        }
      }
      writer.finish();
    }
    return TokenFile.open(file);
  }

  /** Trains a model from the beginning; what it comes to, in held-out bits per byte. */
  double bitsPerByte(ParameterTable table, TrainingOptions options) {
    int context = table.config().contextLength();
    TrainingWindows windows = new TrainingWindows(training, context, SEED);
    try (ParameterSet parameters = ParameterSet.initialized(table, SEED);
        Trainer trainer = new Trainer(kernel, options, windows, parameters)) {
      for (int step = 0; step < options.steps(); step++) {
        trainer.step();
      }
      return HeldOutLoss.of(trainer.transformer(), new HeldOutWindows(heldOut, context), tokenizer).bitsPerByte();
    }
  }

  @Override
  public void close() {
    opened.close();
  }
}
