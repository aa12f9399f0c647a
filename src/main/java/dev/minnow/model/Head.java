package dev.minnow.model;

import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.Weight;
import dev.minnow.memory.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The head tied to the token embedding, with softmax and cross-entropy. Logits exist for one chunk of rows at a time, never for a whole
 * batch.
 *
 * @param weight (V, C)
 */
record Head(Weight weight) {
  /**
   * Rows whose logits are held at once. Each chunk reads the whole weight: with 256 rows at V = 50,257 that is 0.06 s a step for 2,048
   * rows, and the logits take 51 MB.
   */
  static final int CHUNK_ROWS = 256;

  /**
   * Some rows of a batch, at most {@link #CHUNK_ROWS}.
   *
   * @param hidden (rows, C) operand
   * @param targets (rows) I32
   * @param losses (rows)
   * @param logits (rows, V), which all chunks share
   */
  record Chunk(Tensor hidden, Tensor targets, Tensor losses, Tensor logits) {
    /** The chunks of hidden (N, C), targets (N) and losses (N), in order. */
    static List<Chunk> split(Tensor hidden, Tensor targets, Tensor losses, Tensor logits) {
      List<Chunk> chunks = new ArrayList<>();
      forEach(
          hidden,
          logits,
          (from, to) -> chunks
              .add(new Chunk(hidden.rows(from, to), targets.rows(from, to), losses.rows(from, to), logits.rows(0, to - from))));
      return List.copyOf(chunks);
    }

    private interface Rows {
      void accept(long from, long to);
    }

    private static void forEach(Tensor rows, Tensor logits, Rows action) {
      long step = logits.dimension(0);
      for (long from = 0; from < rows.dimension(0); from += step) {
        action.accept(from, Math.min(from + step, rows.dimension(0)));
      }
    }
  }

  /**
   * The gradients of one chunk.
   *
   * @param dhidden (rows, C)
   * @param dlogits (rows, V) operand, which all chunks share
   */
  record ChunkGradient(Tensor dhidden, Tensor dlogits) {
    /** Those of all chunks of dhidden (N, C), in order. */
    static List<ChunkGradient> split(Tensor dhidden, Tensor dlogits) {
      List<ChunkGradient> chunks = new ArrayList<>();
      Chunk.forEach(
          dhidden, dlogits, (from, to) -> chunks.add(new ChunkGradient(dhidden.rows(from, to), dlogits.rows(0, to - from))));
      return List.copyOf(chunks);
    }
  }

  /** Fills the losses, in nats. */
  void loss(Kernel kernel, Chunk chunk) {
    kernel.linear(chunk.logits, chunk.hidden, weight, null);
    kernel.crossEntropy(chunk.losses, chunk.logits, chunk.targets);
  }

  /** As {@link #loss}; also dhidden (rows, C) = gradientScale x the losses' gradient, and dweight (V, C) +=. */
  void lossAndBackward(Kernel kernel, Tensor dweight, Chunk chunk, ChunkGradient gradient, float gradientScale) {
    kernel.linear(chunk.logits, chunk.hidden, weight, null);
    kernel.crossEntropyBackward(chunk.losses, gradient.dlogits, chunk.logits, chunk.targets, gradientScale);
    kernel.linearWeightGradient(dweight, null, gradient.dlogits, chunk.hidden);
    kernel.linearInputGradient(gradient.dhidden, gradient.dlogits, weight);
  }
}
