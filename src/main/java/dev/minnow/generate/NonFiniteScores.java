package dev.minnow.generate;

/** What samplers say when a model's scores are not numbers to choose by. */
final class NonFiniteScores {
  private NonFiniteScores() {}

  static IllegalStateException error() {
    return new IllegalStateException(
        "The model's scores are not finite numbers; its parameters are damaged or its training diverged: use an earlier checkpoint.");
  }
}
