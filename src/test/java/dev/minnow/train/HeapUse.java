package dev.minnow.train;

import com.sun.management.ThreadMXBean;
import dev.minnow.generate.Generation;
import dev.minnow.generate.Sequence;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.KernelChoice;
import dev.minnow.kernel.WeightUse;
import dev.minnow.model.Architecture;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.Network;
import dev.minnow.model.ParameterSet;
import dev.minnow.model.ParameterTable;
import dev.minnow.tokenizer.Tokenizer;
import dev.minnow.train.option.RunOptions;
import dev.minnow.train.run.TrainingBenchmark;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A program that compares what a step, or a generated token, of a small and of a large model leaves on the Java heap, and fails if that
 * grows. Vectors are objects where code is not compiled well, as after tests of everything else in one process.
 */
final class HeapUse {
  private static final int LAYERS = 1;
  private static final int HEADS = 2;
  private static final int CONTEXT = 64;
  private static final int VOCABULARY = 300;

  /** So many floats more than the small one are far above {@link #SLACK_BYTES}. */
  private static final int LARGE_VOCABULARY = 6000;

  private static final int SMALL_WIDTH = 16;
  private static final int LARGE_WIDTH = 128;

  /** Its matrices fill tiles, as the large model's do: other products, of another number of objects, multiply smaller ones for Muon. */
  private static final int TILE_WIDTH = 32;

  /** Rows enough that weight gradients are summed over several chunks of them. */
  private static final int LARGE_BATCH = 24;

  /** For counts of slices and the like; four rows of the large model's activations, of which a step has 1,536, are as much. */
  private static final long SLACK_BYTES = 2 << 10;

  /** Vectors are objects until the code is compiled, which may take as long on a busy machine. */
  private static final long WARM_UP_NANOS = 100_000_000_000L;

  /** So often in a row, that what only some of them leave shows. */
  private static final int TIMES = 5;

  private static final ThreadMXBean THREADS = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

  private HeapUse() {}

  /** Compares what one text says: a step or a token with a kernel and an architecture, or an optimizer. */
  public static void main(String[] arguments) throws IOException {
    String[] words = arguments[0].split(" ", -1);
    switch (words[0]) {
      case "step" -> compareSteps(KernelChoice.of(words[1]), architecture(words[2]));
      case "token" -> compareTokens(KernelChoice.of(words[1]), architecture(words[2]));
      case "optimizer" -> compareSteps(OptimizerChoice.valueOf(words[1].toUpperCase(Locale.ROOT)));
      default -> throw new IllegalArgumentException(arguments[0]);
    }
    System.out.println("no more");
  }

  private static Architecture architecture(String name) {
    return Architecture.valueOf(name.toUpperCase(Locale.ROOT));
  }

  private static void compareSteps(KernelChoice choice, Architecture architecture) throws IOException {
    try (Kernel kernel = choice.open(WeightUse.TRAINING, 2);
        TrainingBenchmark small = new TrainingBenchmark(kernel, options(architecture, SMALL_WIDTH, 1));
        TrainingBenchmark large = new TrainingBenchmark(kernel, options(architecture, LARGE_WIDTH, LARGE_BATCH))) {
      requireSame("step", small::step, large::step);
    }
  }

  private static void compareSteps(OptimizerChoice optimizer) throws IOException {
    try (Kernel kernel = KernelChoice.AUTO.open(WeightUse.TRAINING, 2);
        TrainingBenchmark small = new TrainingBenchmark(kernel, options(optimizer, TILE_WIDTH, 1));
        TrainingBenchmark large = new TrainingBenchmark(kernel, options(optimizer, LARGE_WIDTH, 2))) {
      requireSame("step", small::step, large::step);
    }
  }

  private static RunOptions options(OptimizerChoice optimizer, int width, int batch) {
    return RunOptions.create(
        Preset.NANO,
        Map.of(
            "corpus", List.of(), "optimizer", optimizer, "layers", LAYERS, "heads", HEADS, "width", width, "context", CONTEXT, "vocab-size",
            VOCABULARY, "batch", batch));
  }

  private static RunOptions options(Architecture architecture, int width, int batch) {
    return RunOptions.create(
        Preset.NANO,
        Map.of(
            "corpus", List.of(), "arch", architecture, "layers", LAYERS, "heads", HEADS, "width", width, "context", CONTEXT, "vocab-size",
            VOCABULARY, "batch",
            batch, "dropout", 0.1));
  }

  private static void compareTokens(KernelChoice choice, Architecture architecture) {
    try (Kernel kernel = choice.open(WeightUse.TRAINING, 2);
        GrowingText small = new GrowingText(kernel, architecture, VOCABULARY, SMALL_WIDTH);
        GrowingText large = new GrowingText(kernel, architecture, LARGE_VOCABULARY, LARGE_WIDTH)) {
      requireSame("token", small::token, large::token);
    }
  }

  /** A text of a new model, all of which is told of each token; begun anew when the context is full. */
  private static final class GrowingText implements AutoCloseable {
    private final ParameterSet parameters;
    private final Network network;
    private final Sequence sequence;
    private final Generation generation;
    private int position;

    GrowingText(Kernel kernel, Architecture architecture, int vocabulary, int width) {
      ModelConfig config = switch (architecture) {
        case GPT2 -> ModelConfig.gpt2(vocabulary, CONTEXT, width, LAYERS, HEADS);
        case LLAMA -> ModelConfig.llama(vocabulary, CONTEXT, width, LAYERS, HEADS, 1);
      };
      parameters = ParameterSet.initialized(new ParameterTable(config), 1);
      network = new Network(kernel, parameters, WeightUse.TRAINING);
      sequence = new Sequence(kernel, network);
      Generation.Limits limits = new Generation.Limits(Integer.MAX_VALUE, List.of(), true, 5);
      // Always the same token: its text is one character in every model.
      generation = new Generation(Tokenizer.bytes(), scores -> 7, limits, sequence, new int[] {7}, 0);
    }

    void token() {
      if (position++ % CONTEXT == 0) {
        sequence.clear();
      }
      generation.next();
    }

    @Override
    public void close() {
      sequence.close();
      network.close();
      parameters.close();
    }
  }

  private static void requireSame(String what, Runnable small, Runnable large) {
    long begin = System.nanoTime();
    int times = 0;
    while (times < TIMES) {
      long smallBytes = allocated(small);
      long largeBytes = allocated(large);
      times = largeBytes <= smallBytes + SLACK_BYTES ? times + 1 : 0;
      if (System.nanoTime() - begin > WARM_UP_NANOS) {
        throw new AssertionError("A " + what + " leaves " + smallBytes + " bytes in a small model and " + largeBytes + " in a large one.");
      }
    }
  }

  /** Bytes that all threads together allocate meanwhile. */
  private static long allocated(Runnable action) {
    long before = THREADS.getTotalThreadAllocatedBytes();
    action.run();
    return THREADS.getTotalThreadAllocatedBytes() - before;
  }
}
