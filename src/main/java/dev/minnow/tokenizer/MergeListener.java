package dev.minnow.tokenizer;

/** Hears how far a {@link BpeTrainer} is, on the thread that trains: first it counts, then it merges. */
@FunctionalInterface
public interface MergeListener {
  /** So many bytes of text are counted; called now and then, and at the end. */
  default void counted(long bytes) {}

  /**
   * The memory did not hold all words, and the rarest were forgotten; called at most once, between counting and merging.
   *
   * @param words how many; one that was forgotten, seen again and forgotten again counts twice
   * @param occurrences how often they had been seen
   */
  default void forgot(long words, long occurrences) {}

  /** So many of the wanted merges are learned; called after each. */
  void merged(int merges, int wanted);
}
