package dev.minnow.kernel;

/**
 * The dimensions of one attention operation.
 *
 * @param batch B, sequences
 * @param context T, positions of each sequence
 * @param headCount H, query heads
 * @param keyValueHeadCount G, heads of keys and values, which divides H: query head h reads head h / (H/G) of them. Ainslie et al., "GQA"
 * @param headWidth D, elements of one head
 */
public record AttentionShape(int batch, int context, int headCount, int keyValueHeadCount, int headWidth) {
  /** Where every query head has keys and values of its own. */
  public AttentionShape(int batch, int context, int headCount, int headWidth) {
    this(batch, context, headCount, headCount, headWidth);
  }

  /** Elements of one position's queries, and of its results: H*D. */
  public int width() {
    return headCount * headWidth;
  }

  /** Elements of one position's keys; also of its values: G*D. */
  public int keyValueWidth() {
    return keyValueHeadCount * headWidth;
  }

  /** Elements of one position's queries, keys and values: (H + 2G)*D. */
  public int queryKeyValueWidth() {
    return width() + 2 * keyValueWidth();
  }

  /** Query heads that read one head of keys and values: H/G. */
  public int groupSize() {
    return headCount / keyValueHeadCount;
  }

  /** First column of a query head, in queries, keys and values (N, (H+2G)D) and in results (N, HD). */
  public int queryColumn(int head) {
    return head * headWidth;
  }

  /** First column of a head of keys in queries, keys and values. */
  public int keyColumn(int keyValueHead) {
    return width() + keyValueHead * headWidth;
  }

  /** First column of a head of values in queries, keys and values. */
  public int valueColumn(int keyValueHead) {
    return width() + keyValueWidth() + keyValueHead * headWidth;
  }

  /** The factor on query-key products: 1 / sqrt(D). */
  public float scale() {
    return (float) (1 / Math.sqrt(headWidth));
  }
}
