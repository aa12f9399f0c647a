package dev.minnow.train.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.checkpoint.CheckpointFolder;
import dev.minnow.checkpoint.WholeSave;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.KernelChoice;
import dev.minnow.kernel.WeightUse;
import dev.minnow.train.Preset;
import dev.minnow.train.StepReport;
import dev.minnow.train.TrainingListener;
import dev.minnow.train.option.RunOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ways to learn, together and with both architectures: a run that was cut and went on with other threads has the bytes of a whole one. */
class OptionGridTest {
  @TempDir
  private Path temporary;

  private static Object value(String word) {
    if (word.matches("\\d+")) {
      return Integer.valueOf(word);
    }
    if (word.equals("true")) {
      return true;
    }
    return word.matches("[0-9.]+") ? (Object) Double.valueOf(word) : word;
  }

  @ParameterizedTest
  @CsvSource({
      "gpt2, adamw, linear, xavier-uniform, ema=0.9 share-layers=2 activation=relu2", "gpt2, sgd, wsd, he-normal, lr-scale=norms=2",
      "gpt2, sgd, inverse-sqrt, zero-output, share-layers=2",
      "llama, adamw, inverse-sqrt, zero-output, label-smoothing=0.1", "llama, sgd, linear, xavier-normal, ema=0.99",
      "llama, adamw, wsd, he-uniform, share-layers=2 qk-norm=true",
      "gpt2, muon, wsd, zero-output, label-smoothing=0.2 activation=relu2 qk-norm=true",
      "llama, muon, cosine, gpt2, lr-scale=matrices=0.5",
      "gpt2, adamw, cosine, gpt2, vocab-size=270 bpe-dropout=0.1 ema=0.95 label-smoothing=0.1 lr-scale=query=2",
      "llama, muon, wsd, gpt2, ema=0.95 label-smoothing=0.1 share-layers=2"
  })
  void aRunThatWasCutGivesTheBytesOfAWholeOne(String architecture, String optimizer, String schedule, String initialization,
      @Nullable String more)
      throws IOException {
    Map<String, Object> given =
        new LinkedHashMap<>(
            Map.of(
                "corpus", List.of(corpus().toString()), "layers", 2, "heads", 2, "width", 32, "context", 16, "vocab-size", 256, "batch", 4,
                "steps", 10, "warmup", 2));
    given.putAll(
        Map.of(
            "arch", architecture, "optimizer", optimizer, "schedule", schedule, "init", initialization, "dropout", 0.1, "accumulate", 2));
    for (String option : more == null ? new String[0] : more.split(" ")) {
      int equals = option.indexOf('=');
      String value = option.substring(equals + 1);
      given.put(option.substring(0, equals), value(value));
    }
    RunOptions options = RunOptions.create(Preset.NANO, given);
    double[] losses = new double[11];
    TrainingListener listener = new TrainingListener() {
      @Override
      public void stepped(StepReport report) {
        losses[(int) report.step()] = report.loss();
      }
    };
    train("whole", 2, options, listener, () -> false, false);
    AtomicInteger left = new AtomicInteger(4);
    train("cut", 1, options, listener, () -> left.decrementAndGet() < 0, false);
    try (WholeSave saved = folder("cut").resume()) {
      assertEquals(4, saved.state().step());
      options = RunOptions.stored(saved.state().options());
    }
    train("cut", 2, options, listener, () -> false, true);
    for (String file : List.of("model.safetensors", "optimizer.safetensors")) {
      assertEquals(-1, Files.mismatch(temporary.resolve("whole").resolve(file), temporary.resolve("cut").resolve(file)), file);
    }
    assertTrue(losses[10] < losses[1], "loss from " + losses[1] + " to " + losses[10]);
  }

  private Path corpus() throws IOException {
    return Files.writeString(temporary.resolve("corpus.txt"), FishText.line(2000));
  }

  private CheckpointFolder folder(String name) {
    return new CheckpointFolder(temporary.resolve(name));
  }

  private void train(String name, int threads, RunOptions options, TrainingListener listener, BooleanSupplier stop, boolean resumes)
      throws IOException {
    try (Kernel kernel = KernelChoice.AUTO.open(WeightUse.TRAINING, threads)) {
      TrainingJob job = new TrainingJob(folder(name), options, RunLength.BY_STEPS, kernel, listener, stop);
      if (resumes) {
        job.resume();
      } else {
        job.start();
      }
    }
  }
}
