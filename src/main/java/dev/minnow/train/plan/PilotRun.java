package dev.minnow.train.plan;

import dev.minnow.corpus.TemporaryFolder;
import dev.minnow.kernel.Kernel;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.ParameterTable;
import dev.minnow.tokenizer.Tokenizer;
import dev.minnow.train.Preset;
import dev.minnow.train.TrainingOptions;
import dev.minnow.train.option.RunOptions;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * A small model, trained for seconds on the sample of a corpus, and once more for three times as long: what it comes to says how fast
 * models learn this text, which n-grams do not know, and how much is left to learn. The same for each corpus, and fixed in steps, so that
 * it does not depend on the machine.
 */
final class PilotRun implements Pilot {
  private static final int STEPS = 900;
  /** How many times as long the longer run is. */
  static final int LONGER = 3;

  private static final int LAYERS = 2;
  private static final int HEADS = 2;
  private static final int WIDTH = 128;
  private static final int CONTEXT = 128;
  private static final int BATCH = 8;

  /** Of an update. */
  static final double STEP_TOKENS = BATCH * CONTEXT;

  /** Of the whole short run, repetitions included. */
  static final double TOKENS = STEPS * STEP_TOKENS;

  /** Of its model, with a vocabulary of 1,024. */
  static final double PARAMETERS = 544_256;

  private final Kernel kernel;

  PilotRun(Kernel kernel) {
    this.kernel = kernel;
  }

  @Override
  public Losses run(Tokenizer tokenizer, List<int[]> training, List<int[]> heldOut) throws IOException {
    ParameterTable table = new ParameterTable(ModelConfig.gpt2(tokenizer.vocabularySize(), CONTEXT, WIDTH, LAYERS, HEADS));
    try (TemporaryFolder folder = TemporaryFolder.create("minnow-pilot");
        TrialRun trial = new TrialRun(kernel, folder.path(), tokenizer, training, heldOut)) {
      return new Losses(trial.bitsPerByte(table, options(STEPS)), trial.bitsPerByte(table, options(LONGER * STEPS)));
    }
  }

  private static TrainingOptions options(int steps) {
    Map<String, Object> given = Map.of("corpus", List.of(), "context", CONTEXT, "batch", BATCH, "lr", 4e-3, "warmup", steps / 10);
    return RunOptions.create(Preset.TINY, given).withSteps(steps).training();
  }
}
