package dev.minnow.generate;

/** What samplers say when a model's scores are not numbers to choose by. */
public final class NonFiniteScores extends IllegalStateException {
  private static final long serialVersionUID = 1;

  private NonFiniteScores() {
    super("The model's scores are not finite numbers; its parameters are damaged or its training diverged: use an earlier checkpoint.");
  }

  static NonFiniteScores error() {
    return new NonFiniteScores();
  }
}
