package dev.minnow.train.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.checkpoint.CheckpointFolder;
import dev.minnow.checkpoint.LoadedModel;
import dev.minnow.checkpoint.WholeSave;
import dev.minnow.corpus.Corpus;
import dev.minnow.corpus.ReadingOptions;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.KernelChoice;
import dev.minnow.kernel.Precision;
import dev.minnow.kernel.WeightUse;
import dev.minnow.train.Preset;
import dev.minnow.train.TrainingListener;
import dev.minnow.train.TrainingResult;
import dev.minnow.train.option.RunOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs with a moving average of weights: it is what they show and save, and it does not change how they train. */
class AveragedRunTest {
  @TempDir
  private Path temporary;

  private TrainingResult train(String name, double average) throws IOException {
    RunOptions options =
        RunOptions.create(
            Preset.NANO,
            Map.of(
                "corpus", List.of(corpus().toString()), "layers", 1, "heads", 2, "width", 32, "context", 16, "vocab-size", 256, "batch", 8,
                "steps", 30, "ema", average));
    try (Kernel kernel = KernelChoice.AUTO.open(WeightUse.TRAINING, 1)) {
      return new TrainingJob(folder(name), options, RunLength.BY_STEPS, kernel, new TrainingListener() {}, () -> false).start();
    }
  }

  private Path corpus() throws IOException {
    return Files.writeString(temporary.resolve("corpus.txt"), "The fish sleeps under a small stone until morning comes.\n".repeat(100));
  }

  private CheckpointFolder folder(String name) {
    return new CheckpointFolder(temporary.resolve(name));
  }

  @Test
  void trainingIsThatOfARunWithoutAndTheModelIsTheAverage() throws IOException {
    TrainingResult plain = train("plain", 0);
    TrainingResult averaged = train("averaged", 0.9);
    assertEquals(plain.trainLoss(), averaged.trainLoss());
    double loss = averaged.evaluation().orElseThrow().loss();
    assertTrue(loss > plain.evaluation().orElseThrow().loss(), "the average of a loss that falls is behind: " + loss);
    try (LoadedModel model = folder("plain").load(); WholeSave saved = folder("averaged").resume()) {
      model.parameters()
          .byName()
          .forEach(
              (name, expected) -> assertArrayEquals(expected.toFloats(), saved.state().moments().get("trained." + name).toFloats(), name));
    }
  }

  @Test
  void theSavedModelHasTheLossThatWasToldOfIt() throws IOException {
    double told = train("run", 0.9).evaluation().orElseThrow().loss();
    byte[] text = Files.readAllBytes(corpus());
    // The last tenth is held out.
    Path heldOut = temporary.resolve("held-out.txt");
    Files.write(heldOut, Arrays.copyOfRange(text, (int) Math.floor(text.length * 0.9), text.length));
    try (LoadedModel model = folder("run").load();
        Kernel kernel = KernelChoice.AUTO.open(WeightUse.TRAINING, 1);
        TextEvaluation evaluation =
            new TextEvaluation(
                model, Corpus.open(List.of(heldOut.toString()), ReadingOptions.defaults(), new TrainingListener() {}), 1,
                new TrainingListener() {})) {
      assertEquals(told, evaluation.evaluate(kernel, Precision.FP32).loss(), 2e-2);
    }
  }
}
