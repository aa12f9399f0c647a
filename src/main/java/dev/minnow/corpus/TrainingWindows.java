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

  /** After so many windows the first comes again; 0 where an epoch follows the other. */
  private final long repeated;

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
    this.repeated = 0;
    this.order = new WindowOrder(seed, 0, tokens.tokenCount(), contextLength);
  }

  private TrainingWindows(TrainingWindows all, long repeated) {
    this.tokens = all.tokens;
    this.contextLength = all.contextLength;
    this.seed = all.seed;
    this.windowCount = all.windowCount;
    this.repeated = repeated;
    this.order = all.order;
  }

  /** The first {@code count} of these windows, in the same order again and again. */
  public TrainingWindows repeating(long count) {
    if (count < 1) {
      throw new IllegalArgumentException("At least 1 window can be repeated, not " + count + ".");
    }
    return new TrainingWindows(this, count);
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
    long place = repeated > 0 ? position % repeated : position;
    long epoch = place / windowCount;
    WindowOrder current = order;
    if (current.epoch() != epoch) {
      current = new WindowOrder(seed, epoch, tokens.tokenCount(), contextLength);
      order = current;
    }
    return current.startOf(place % windowCount);
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
