package dev.minnow.train.run;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minnow.checkpoint.CheckpointFolder;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.KernelChoice;
import dev.minnow.kernel.WeightUse;
import dev.minnow.train.Preset;
import dev.minnow.train.TrainingListener;
import dev.minnow.train.TrainingResult;
import dev.minnow.train.option.RunOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** Runs of a model that learns in milliseconds, in folders of one folder, to be interrupted and to go on. */
final class SmallRuns {
  private final Path folder;
  private final Path corpus;

  SmallRuns(Path folder) throws IOException {
    this.folder = folder;
    this.corpus = Files.writeString(folder.resolve("corpus.txt"), FishText.sentences(1000));
  }

  /** Asks a run to stop once it has made so many steps. */
  static BooleanSupplier after(int steps) {
    AtomicInteger left = new AtomicInteger(steps);
    return () -> left.decrementAndGet() < 0;
  }

  static BooleanSupplier never() {
    return () -> false;
  }

  Path folder(String name) {
    return folder.resolve(name);
  }

  /** The steps of the saves that there are. */
  Set<Long> saves(String name) {
    return new CheckpointFolder(folder(name)).saves().keySet();
  }

  /** Takes a key out of what a save says, as earlier versions wrote it. */
  void forget(String name, long step, String key) throws IOException {
    Path file = new CheckpointFolder(folder(name)).saves().get(step).resolve("training.json");
    ObjectNode state = (ObjectNode) new JsonMapper().readTree(Files.readString(file));
    state.remove(key);
    Files.writeString(file, state.toString());
  }

  TrainingResult start(
      String name, Map<String, Object> given, FaultyKernel.Fault fault, FaultyKernel.AfterUpdate after, TrainingListener listener,
      BooleanSupplier stop) throws IOException {
    Map<String, Object> all = new LinkedHashMap<>(Map.of("corpus", List.of(corpus.toString()), "batch", 8, "warmup", 5));
    if (!given.containsKey("from")) {
      all.putAll(Map.of("layers", 1, "heads", 2, "width", 16, "context", 16, "vocab-size", 256, "lr", 5e-3));
    }
    all.putAll(given);
    try (Kernel kernel = KernelChoice.VECTOR.open(WeightUse.TRAINING, 1)) {
      Kernel faulty = FaultyKernel.of(kernel, fault, after);
      RunOptions options = RunOptions.create(Preset.NANO, all);
      return new TrainingJob(new CheckpointFolder(folder(name)), options, RunLength.BY_STEPS, faulty, listener, stop).start();
    }
  }

  TrainingResult start(String name, Map<String, Object> given, BooleanSupplier stop) throws IOException {
    return start(name, given, FaultyKernel.Fault.NONE, FaultyKernel.AfterUpdate.NOTHING, new TrainingListener() {}, stop);
  }

  TrainingResult resume(
      String name, Map<String, Object> given, FaultyKernel.Fault fault, TrainingListener listener, BooleanSupplier stop)
      throws IOException {
    CheckpointFolder of = new CheckpointFolder(folder(name));
    try (Kernel kernel = KernelChoice.VECTOR.open(WeightUse.TRAINING, 1)) {
      Kernel faulty = FaultyKernel.of(kernel, fault, FaultyKernel.AfterUpdate.NOTHING);
      return new TrainingJob(of, RunOptions.resumed(of, given), RunLength.BY_STEPS, faulty, listener, stop).resume();
    }
  }

  TrainingResult resume(String name, Map<String, Object> given) throws IOException {
    return resume(name, given, FaultyKernel.Fault.NONE, new TrainingListener() {}, never());
  }
}
