package dev.minnow.train;

import dev.minnow.memory.ElementType;
import dev.minnow.memory.SystemMemory;
import dev.minnow.model.Activations;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.ParameterTable;

/** Off-heap memory of a training run, known before anything is allocated. */
final class MemoryPlan {
  /** Parameters, gradients and AdamW's two moments. */
  private static final int PARAMETER_SLABS = 4;

  /** What the Java virtual machine takes beside the slabs: code, heap of a step, thread stacks. */
  private static final long VIRTUAL_MACHINE_BYTES = 256L << 20;

  private MemoryPlan() {}

  /** Bytes that training with this batch takes. */
  static long bytes(ModelConfig config, int batch) {
    long parameters = new ParameterTable(config).layout().bytes();
    return PARAMETER_SLABS * parameters + Activations.bytes(config, batch, config.contextLength(), true, ElementType.F32)
        + VIRTUAL_MACHINE_BYTES;
  }

  /**
   * Refuses a run that does not fit.
   *
   * @throws TrainingException naming the largest batch that would fit
   */
  static void requireFits(ModelConfig config, int batch) {
    long available = SystemMemory.availableBytes();
    long needed = bytes(config, batch);
    if (needed <= available) {
      return;
    }
    int fitting = largestFitting(config, batch, available);
    throw new TrainingException(
        "This run needs %d MiB of memory and %d MiB are available; %s"
            .formatted(
                needed >> 20,
                available >> 20,
                fitting > 0 ? "--batch " + fitting + " would fit." : "choose a smaller model: not even --batch 1 fits."));
  }

  private static int largestFitting(ModelConfig config, int batch, long available) {
    int fits = 0;
    int tooLarge = batch;
    while (tooLarge - fits > 1) {
      int middle = fits + (tooLarge - fits) / 2;
      if (bytes(config, middle) <= available) {
        fits = middle;
      } else {
        tooLarge = middle;
      }
    }
    return fits;
  }
}
