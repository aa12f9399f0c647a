package dev.minnow.kernel;

/**
 * The dimensions of one attention operation.
 *
 * @param batch B, sequences
 * @param context T, positions of each sequence
 * @param headCount H, query heads
 * @param headWidth D, elements of one head
 */
public record AttentionShape(int batch, int context, int headCount, int headWidth) {
  /** Elements of one position's query; also of its key and of its value: C = H*D. */
  public int width() {
    return headCount * headWidth;
  }

  /** The factor on query-key products: 1 / sqrt(D). */
  public float scale() {
    return (float) (1 / Math.sqrt(headWidth));
  }
}
