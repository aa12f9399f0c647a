package dev.minnow.train.plan;

import dev.minnow.corpus.HeldOutWindows;
import dev.minnow.corpus.TokenFile;
import dev.minnow.corpus.TokenFileWriter;
import dev.minnow.corpus.TrainingWindows;
import dev.minnow.kernel.Kernel;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.ParameterSet;
import dev.minnow.model.ParameterTable;
import dev.minnow.tokenizer.Tokenizer;
import dev.minnow.train.Evaluation;
import dev.minnow.train.Preset;
import dev.minnow.train.RunOptions;
import dev.minnow.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A small model, trained for seconds on the sample of a corpus: what it comes to says how fast models learn this text, which n-grams do
 * not know. The same for each corpus, and fixed in steps, so that it does not depend on the machine.
 */
final class PilotRun {
  private static final int STEPS = 300;
  private static final long SEED = 1337;
  private static final Map<String, Object> OPTIONS =
      Map.of(
          "corpus", List.of(), "layers", 2, "heads", 2, "width", 128, "context", 128, "batch", 8, "lr", 4e-3, "warmup", 30);

  private PilotRun() {}

  /** Held-out bits per byte that the model comes to. */
  static double bitsPerByte(Kernel kernel, Tokenizer tokenizer, List<int[]> training, List<int[]> heldOut) throws IOException {
    RunOptions options = RunOptions.create(Preset.TINY, OPTIONS);
    Path folder = Files.createTempDirectory("minnow-pilot");
    Path trainingFile = folder.resolve("training");
    Path heldOutFile = folder.resolve("held-out");
    try {
      write(trainingFile, tokenizer, training);
      write(heldOutFile, tokenizer, heldOut);
      try (TokenFile read = TokenFile.open(trainingFile);
          TokenFile kept = TokenFile.open(heldOutFile);
          ParameterSet parameters = parameters(options, tokenizer);
          Trainer trainer = trainer(kernel, options, read, parameters)) {
        for (int step = 0; step < STEPS; step++) {
          trainer.step();
        }
        HeldOutWindows windows = new HeldOutWindows(kept, parameters.table().config().contextLength());
        return Evaluation.of(trainer.transformer(), windows, tokenizer).bitsPerByte();
      }
    } finally {
      Files.deleteIfExists(trainingFile);
      Files.deleteIfExists(heldOutFile);
      Files.delete(folder);
    }
  }

  private static ParameterSet parameters(RunOptions options, Tokenizer tokenizer) {
    RunOptions.Setup setup = options.setup();
    return ParameterSet.initialized(
        new ParameterTable(
            ModelConfig.gpt2(
                tokenizer.vocabularySize(), setup.context(), setup.width(), setup.layers(), setup.heads())),
        SEED);
  }

  private static Trainer trainer(Kernel kernel, RunOptions options, TokenFile tokens, ParameterSet parameters) {
    TrainingWindows windows = new TrainingWindows(tokens, parameters.table().config().contextLength(), SEED);
    return new Trainer(kernel, options.withSteps(STEPS).training(), windows, parameters, 0);
  }

  private static void write(Path file, Tokenizer tokenizer, List<int[]> sequences) {
    try (TokenFileWriter writer = new TokenFileWriter(file, tokenizer.vocabularySize(), tokenizer.sha256())) {
      for (int[] sequence : sequences) {
        for (int id : sequence) {
          writer.append(id);
        }
      }
      writer.finish();
    }
  }
}
