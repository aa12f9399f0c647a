package dev.minnow.train.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.minnow.corpus.TokenFile;
import dev.minnow.corpus.TokenFileWriter;
import dev.minnow.corpus.TrainingWindows;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.scalar.ScalarKernel;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.ParameterSet;
import dev.minnow.model.ParameterTable;
import dev.minnow.tokenizer.Tokenizer;
import dev.minnow.train.Preset;
import dev.minnow.train.TrainingListener;
import dev.minnow.train.option.RunOptions;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StepCountTest {
  private static final ModelConfig MODEL = ModelConfig.gpt2(61, 16, 8, 1, 1);

  /** 30 windows of 16 tokens and one that the last predicts. */
  private static final int TOKENS = 481;

  @TempDir
  private Path folder;

  private final RunOptions options = RunOptions.create(Preset.NANO, Map.of("batch", 4, "steps", 50));
  private final Kernel kernel = new ScalarKernel();
  private TokenFile tokens;
  private ParameterSet parameters;
  private StepCount count;

  @BeforeEach
  void open() {
    Path file = folder.resolve("tokens");
    try (TokenFileWriter writer = new TokenFileWriter(file, MODEL.vocabularySize(), "0".repeat(64))) {
      for (int i = 0; i < TOKENS; i++) {
        writer.append(i * i % MODEL.vocabularySize());
      }
      writer.finish();
    }
    tokens = TokenFile.open(file);
    parameters = ParameterSet.initialized(new ParameterTable(MODEL), 3);
    TrainingWindows windows = new TrainingWindows(tokens, MODEL.contextLength(), 5);
    count = new StepCount(kernel, parameters, windows, Optional.empty(), Tokenizer.bytes(), new TrainingListener() {});
  }

  @AfterEach
  void close() {
    parameters.close();
    tokens.close();
    kernel.close();
  }

  private static RunLength epochs(double epochs) {
    return new RunLength(OptionalDouble.empty(), OptionalDouble.of(epochs));
  }

  @Test
  void stepsAreThoseOfTheOptionsWhereNothingElseSaysHowLong() {
    RunOptions fixed = count.fix(options, RunLength.BY_STEPS, 7);
    assertEquals(50, fixed.steps());
    assertEquals(5, fixed.training().evalEvery());
  }

  @Test
  void epochsAreOfTheWholeRun() {
    assertEquals(15, count.fix(options, epochs(2), 0).steps());
    assertEquals(15, count.fix(options, epochs(2), 15).steps());
    String message = assertThrows(IllegalArgumentException.class, () -> count.fix(options, epochs(2), 16)).getMessage();
    assertEquals("The run has done 16 steps already, and 2.0 epochs are 15; give more epochs to train further.", message);
  }

  @Test
  void minutesAreOfTheStepsThatAreLeft() {
    RunLength noTime = new RunLength(OptionalDouble.of(1e-6), OptionalDouble.empty());
    RunOptions fixed = count.fix(options, noTime, 1000);
    assertEquals(1001, fixed.steps());
    assertEquals(100, fixed.training().evalEvery());
  }

  @Test
  void aRunIsEvaluatedAfterEachIntervalAndAtItsEnd() {
    assertEquals(10, StepCount.evaluations(5, 50));
    assertEquals(11, StepCount.evaluations(5, 51));
    assertEquals(1, StepCount.evaluations(60, 50));
    assertEquals(1, StepCount.evaluations(0, 50));
  }
}
