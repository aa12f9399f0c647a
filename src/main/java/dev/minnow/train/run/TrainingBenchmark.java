package dev.minnow.train.run;

import dev.minnow.corpus.TemporaryFolder;
import dev.minnow.corpus.TokenFile;
import dev.minnow.corpus.TokenFileWriter;
import dev.minnow.corpus.TrainingWindows;
import dev.minnow.kernel.Kernel;
import dev.minnow.memory.Opened;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.ParameterSet;
import dev.minnow.model.ParameterTable;
import dev.minnow.train.StepReport;
import dev.minnow.train.TrainingOptions;
import dev.minnow.train.option.RunOptions;
import dev.minnow.train.step.MemoryPlan;
import dev.minnow.train.step.Seeds;
import dev.minnow.train.step.Trainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Whole training steps, optimizer included, of a new model on random tokens: what they cost and nothing else. */
public final class TrainingBenchmark implements AutoCloseable {
  /** Steps of the schedule: the learning rate stays in its warm-up, far from any that diverges. */
  private static final long STEPS = 1 << 20;

  private static final int STEPS_OF_TOKENS = 4;

  private final TemporaryFolder folder;
  private final Opened opened = new Opened();
  private final ParameterSet parameters;
  private final Trainer trainer;

  /**
   * A model of the shape that the options say.
   *
   * @throws dev.minnow.train.TrainingException if it does not fit into memory
   */
  public TrainingBenchmark(Kernel kernel, RunOptions options) throws IOException {
    ModelConfig config = options.setup().config();
    TrainingOptions training = options.withSteps(STEPS).training();
    MemoryPlan.of(kernel, config, training).requireFits();
    folder = TemporaryFolder.create("minnow-bench");
    try {
      ParameterTable table = new ParameterTable(config);
      parameters = opened.add(ParameterSet.initialized(table, options.seed(Seeds.Purpose.INITIALIZATION)), ParameterSet::close);
      Path file = folder.path().resolve("random.tokens");
      writeTokens(file, config, training);
      TokenFile tokens = opened.add(TokenFile.open(file), TokenFile::close);
      TrainingWindows windows = new TrainingWindows(tokens, config.contextLength(), options.seed(Seeds.Purpose.ORDER));
      trainer = opened.add(new Trainer(kernel, training, windows, parameters), Trainer::close);
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private static void writeTokens(Path file, ModelConfig config, TrainingOptions training) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(training.seed());
    long count = STEPS_OF_TOKENS * training.windowsPerStep() * config.contextLength() + 1;
    try (TokenFileWriter writer = new TokenFileWriter(file, config.vocabularySize(), "0".repeat(64))) {
      for (long i = 0; i < count; i++) {
        writer.append(random.nextInt(config.vocabularySize()));
      }
      writer.finish();
    }
  }

  /** The model's parameters. */
  public ParameterTable table() {
    return parameters.table();
  }

  /** One step. */
  public StepReport step() {
    return trainer.step();
  }

  @Override
  public void close() throws IOException {
    try (folder) {
      opened.close();
    }
  }
}
