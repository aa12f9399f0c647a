package dev.minnow.model;

import dev.minnow.kernel.Accumulation;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.Weight;
import dev.minnow.memory.Blocks;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The head, tied to the token embedding or a matrix of its own, with softmax and cross-entropy. Logits exist for one chunk of rows at a
 * time, never for a whole batch.
 *
 * @param weight (V, C)
 */
record Head(Weight weight) {
  /** Bytes of logits that are held at once: each chunk reads the whole weight, and adds to its whole gradient. */
  private static final long CHUNK_BYTES = 104L << 20;

  /** Rows whose logits are held at once, at most: at V = 50,257 and bfloat16 1,056, so that a batch of 2,048 takes two chunks. */
  static long chunkRows(long vocabularySize, ElementType type) {
    long blocks = CHUNK_BYTES / type.bytes(Blocks.SIZE, vocabularySize);
    return Math.max(1, blocks) * Blocks.SIZE;
  }

  /**
   * Some rows of a batch, at most {@link #chunkRows}.
   *
   * @param hidden (rows, C) operand
   * @param targets (rows) I32
   * @param losses (rows)
   * @param logits (rows, V) operand, which all chunks share and which their gradients replace
   */
  record Chunk(Tensor hidden, Tensor targets, Tensor losses, Tensor logits) {
    /** The chunks of hidden (N, C), targets (N) and losses (N), in order. */
    static List<Chunk> split(Tensor hidden, Tensor targets, Tensor losses, Tensor logits) {
      List<Tensor> hiddenRows = chunks(hidden, logits);
      List<Tensor> targetRows = chunks(targets, logits);
      List<Tensor> lossRows = chunks(losses, logits);
      List<Chunk> chunks = new ArrayList<>();
      for (int i = 0; i < hiddenRows.size(); i++) {
        Tensor rows = hiddenRows.get(i);
        chunks.add(new Chunk(rows, targetRows.get(i), lossRows.get(i), logits.rows(0, rows.dimension(0))));
      }
      return List.copyOf(chunks);
    }
  }

  /** The rows of a matrix (N, C) for each chunk of logits, in order. */
  static List<Tensor> chunks(Tensor matrix, Tensor logits) {
    List<Tensor> chunks = new ArrayList<>();
    long step = logits.dimension(0);
    for (long from = 0; from < matrix.dimension(0); from += step) {
      chunks.add(matrix.rows(from, Math.min(from + step, matrix.dimension(0))));
    }
    return List.copyOf(chunks);
  }

  /** Fills the losses, in nats. */
  void loss(Kernel kernel, Chunk chunk) {
    kernel.linear(chunk.logits, chunk.hidden, weight, null);
    kernel.crossEntropy(chunk.losses, chunk.logits, chunk.targets);
  }

  /** As {@link #loss}; also dhidden (rows, C) = gradientScale x the gradient of losses with smoothed labels, and dweight (V, C) = or +=. */
  void lossAndBackward(
      Kernel kernel, Tensor dweight, Tensor dhidden, Chunk chunk, float gradientScale, float labelSmoothing,
      Accumulation accumulation) {
    Tensor dlogits = chunk.logits;
    kernel.linear(chunk.logits, chunk.hidden, weight, null);
    kernel.crossEntropyBackward(chunk.losses, dlogits, chunk.logits, chunk.targets, gradientScale, labelSmoothing);
    kernel.linearWeightGradient(dweight, null, dlogits, chunk.hidden, accumulation);
    kernel.linearInputGradient(dhidden, dlogits, weight);
  }
}
