package dev.minnow.checkpoint;

import com.sun.management.ThreadMXBean;
import dev.minnow.tokenizer.Tokenizer;
import dev.minnow.tokenizer.TokenizerException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * Opens mutated models: each must open, or be refused by one of the two exceptions that say what is wrong with a file, within bounds of
 * time and memory.
 */
final class MutationRun {
  /** Of the processor: other processes may have it meanwhile. */
  private static final double MOST_SECONDS = 2;
  private static final long MOST_HEAP_BYTES = 256L << 20;

  private final List<Sample> samples;
  private int opened;
  private int refused;
  private double slowestSeconds;
  private long mostHeapBytes;

  /**
   * One file of a model to change.
   *
   * @param model what is opened
   * @param file of it that is changed
   * @param content of that file
   */
  private record Sample(Path model, Path file, byte[] content) {
    static Sample of(Path model, Path file) throws IOException {
      return new Sample(model, file, Files.readAllBytes(file));
    }
  }

  private MutationRun(List<Sample> samples) {
    this.samples = samples;
  }

  /** Writes the models whose files are changed. */
  static MutationRun in(Path folder) throws IOException {
    Path gguf = folder.resolve("gpt2.gguf");
    Path llamaGguf = folder.resolve("llama.gguf");
    Path huggingFace = folder.resolve("gpt2");
    Path sharded = folder.resolve("llama");
    try (LoadedModel gpt2 = ModelSamples.random(ModelSamples.GPT2); LoadedModel llama = ModelSamples.random(ModelSamples.LLAMA)) {
      new ModelExport(ModelExport.Format.GGUF, ExportType.F16, gguf, true).write(gpt2);
      new ModelExport(ModelExport.Format.GGUF, ExportType.Q8_0, llamaGguf, true).write(llama);
      new ModelExport(ModelExport.Format.HF, ExportType.BF16, huggingFace, true).write(gpt2);
    }
    ModelSamples.writeSharded(sharded, ModelSamples.LLAMA);
    return new MutationRun(
        List.of(
            Sample.of(gguf, gguf),
            Sample.of(llamaGguf, llamaGguf),
            Sample.of(huggingFace, huggingFace.resolve("model.safetensors")),
            Sample.of(huggingFace, huggingFace.resolve("config.json")),
            Sample.of(huggingFace, huggingFace.resolve("tokenizer.json")),
            Sample.of(sharded, sharded.resolve("config.json")),
            Sample.of(sharded, sharded.resolve(ModelSamples.shard(0))),
            Sample.of(sharded, sharded.resolve("model.safetensors.index.json"))));
  }

  /**
   * Changes one file, opens its model, and puts the file back.
   *
   * @throws AssertionError with the seed, if anything but an opened model or a refusal came of it
   */
  void round(long seed) throws IOException {
    Random random = new Random(seed);
    Sample sample = samples.get((int) Math.floorMod(seed, (long) samples.size()));
    Files.write(sample.file(), FileMutation.mutate(sample.content(), random));
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long heapBefore = threads.getCurrentThreadAllocatedBytes();
    long start = threads.getCurrentThreadCpuTime();
    try {
      open(sample);
      opened++;
    } catch (CheckpointException | TokenizerException e) {
      String message = String.valueOf(e.getMessage());
      if (message.lines().count() != 1 || !message.endsWith(".") || message.length() > 1000) {
        throw new AssertionError(sample.file() + ", seed " + seed + ": not a sentence: " + message, e);
      }
      refused++;
    } catch (Throwable e) {
      throw new AssertionError(sample.file() + ", seed " + seed + ": " + e, e);
    }
    double seconds = (threads.getCurrentThreadCpuTime() - start) / 1e9;
    long heap = threads.getCurrentThreadAllocatedBytes() - heapBefore;
    if (seconds > MOST_SECONDS || heap > MOST_HEAP_BYTES) {
      throw new AssertionError(sample.file() + ", seed " + seed + ": took " + seconds + " s and " + heap + " bytes");
    }
    slowestSeconds = Math.max(slowestSeconds, seconds);
    mostHeapBytes = Math.max(mostHeapBytes, heap);
    Files.write(sample.file(), sample.content());
  }

  private static void open(Sample sample) throws IOException {
    if (sample.file().endsWith("tokenizer.json")) {
      // On this thread, whose time and memory are measured; a model's tokenizer is read on another.
      Tokenizer.load(sample.file());
    }
    try (LoadedModel loaded = ModelFiles.load(sample.model())) {
      if (loaded.tokenizer().isPresent()) {
        Tokenizer tokenizer = loaded.tokenizer().get();
        tokenizer.decode(tokenizer.encode("the cat sat, 123 times\n  on \u00e9"));
      }
    }
  }

  int opened() {
    return opened;
  }

  int refused() {
    return refused;
  }

  /** What came of all rounds so far. */
  String report() {
    return "%d files opened, %d were refused; the slowest took %.3f s, and none made more than %.1f MiB on the heap"
        .formatted(opened, refused, slowestSeconds, mostHeapBytes / 0x1p20);
  }
}
