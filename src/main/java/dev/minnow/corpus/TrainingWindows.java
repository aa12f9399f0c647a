package dev.minnow.corpus;

import dev.minnow.memory.Tensor;

/**
 * The windows that training reads, in an order that (seed, position) fixes: {@code position} counts windows since the start of the run,
 * so resuming needs that number and nothing else. An epoch has (tokens - 1) / T windows of T tokens, each with its T targets one token
 * on; they lie end to end on a grid that is shifted anew each epoch, and come in shuffled order. Safe for threads.
 */
public final class TrainingWindows {
  private final TokenFile tokens;
  private final int contextLength;
  private final long seed;
  private final long windowCount;
  private volatile WindowOrder order;

  /**
   * The windows of a file, which stays the caller's to close.
   *
   * @param contextLength T
   * @throws CorpusException if there are too few tokens for one window
   */
  public TrainingWindows(TokenFile tokens, int contextLength, long seed) {
    if (contextLength < 1) {
      throw new IllegalArgumentException("The context must be at least 1 token, not " + contextLength + ".");
    }
    if (tokens.tokenCount() <= contextLength) {
      throw new CorpusException(
          "The training text has %d tokens, and one window of a context of %d needs %d; use more text, a shorter --context or a smaller --validation."
              .formatted(tokens.tokenCount(), contextLength, contextLength + 1L));
    }
    this.tokens = tokens;
    this.contextLength = contextLength;
    this.seed = seed;
    this.windowCount = (tokens.tokenCount() - 1) / contextLength;
    this.order = new WindowOrder(seed, 0, tokens.tokenCount(), contextLength);
  }

  /** Windows in one epoch. */
  public long windowCount() {
    return windowCount;
  }

  /** The first token of the window at a position. */
  public long startOf(long position) {
    if (position < 0) {
      throw new IndexOutOfBoundsException("There is no window at position " + position + ".");
    }
    long epoch = position / windowCount;
    WindowOrder current = order;
    if (current.epoch() != epoch) {
      current = new WindowOrder(seed, epoch, tokens.tokenCount(), contextLength);
      order = current;
    }
    return current.startOf(position % windowCount);
  }

  /**
   * Fills row b with the window at {@code position + b}.
   *
   * @param inputs (B, T) I32
   * @param targets (B, T) I32, the token after each
   */
  public void fillBatch(long position, Tensor inputs, Tensor targets) {
    WindowRows.check(inputs, targets, contextLength);
    for (long row = 0; row < inputs.dimension(0); row++) {
      WindowRows.fill(tokens, startOf(position + row), row, inputs, targets);
    }
  }
}
