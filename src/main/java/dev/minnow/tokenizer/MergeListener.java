package dev.minnow.tokenizer;

/** Hears how far a {@link BpeTrainer} is, on the thread that trains. */
@FunctionalInterface
public interface MergeListener {
  /** So many of the wanted merges are learned; called after each. */
  void merged(int merges, int wanted);
}
