package dev.minnow.train.inspect;

import dev.minnow.checkpoint.CheckpointFolder;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.KernelChoice;
import dev.minnow.kernel.WeightUse;
import dev.minnow.train.Preset;
import dev.minnow.train.TrainingListener;
import dev.minnow.train.option.RunOptions;
import dev.minnow.train.run.RunLength;
import dev.minnow.train.run.TrainingJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A real run of a model 16 wide over 8 tokens, in a moment. */
final class SmallRun {
  static final int CONTEXT = 8;
  static final int WIDTH = 16;

  private SmallRun() {}

  static Path train(Path folder, Map<String, Object> options) throws IOException {
    Random random = new Random(8);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 3000; i++) {
      text.append((char) ('a' + random.nextInt(1 + i % 20)));
    }
    Path corpus = Files.writeString(folder.resolveSibling(folder.getFileName() + ".txt"), text);
    Map<String, Object> given = new HashMap<>(Map.of("corpus", List.of(corpus.toString()), "steps", 1, "warmup", 1, "lr", 1e-3));
    given.putAll(Map.of("layers", 2, "heads", 2, "width", WIDTH, "context", CONTEXT, "vocab-size", 256, "batch", 2));
    given.putAll(options);
    try (Kernel kernel = KernelChoice.VECTOR.open(WeightUse.TRAINING, 1)) {
      new TrainingJob(
          new CheckpointFolder(folder), RunOptions.create(Preset.NANO, given), RunLength.BY_STEPS, kernel, new TrainingListener() {},
          () -> false)
          .start();
    }
    return folder;
  }
}
