package dev.minnow.checkpoint.gguf;

/** Which row of a matrix is which in a file. */
public interface RowOrder {
  /** The same. */
  RowOrder SAME = row -> row;

  /** The row in memory that row {@code fileRow} of the file holds. */
  long row(long fileRow);

  /**
   * Queries or keys whose rotary pairs lie next to each other in the file, as Meta's code and llama.cpp have them, and half a head apart
   * in memory, as Hugging Face has them: row 2i + s of a head is row s D/2 + i.
   *
   * @param headWidth D, even
   */
  static RowOrder interleavedPairs(int headWidth) {
    return fileRow -> {
      long head = fileRow / headWidth;
      long within = fileRow % headWidth;
      return head * headWidth + within % 2 * (headWidth / 2) + within / 2;
    };
  }
}
