package dev.minnow.tokenizer;

/** Hears how far a {@link BpeTrainer} is, on the thread that trains. */
public interface TrainingListener {
  /** So many bytes of text were taken; called once per document. */
  void textTaken(long bytes);

  /** So many of the wanted merges are learned; called after each. */
  void merged(int merges, int wanted);

  /** One that does nothing. */
  static TrainingListener silent() {
    return new TrainingListener() {
      @Override
      public void textTaken(long bytes) {}

      @Override
      public void merged(int merges, int wanted) {}
    };
  }
}
