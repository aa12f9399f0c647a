package dev.minnow.corpus;

import dev.minnow.memory.Tensor;
import java.util.List;
import java.util.Locale;

/**
 * The windows that training reads, in an order that (seed, position) fixes: {@code position} counts windows since the start of the run,
 * so resuming needs that number and nothing else. An epoch has (tokens - 1) / T windows of T tokens, each with its T targets one token
 * on; they lie end to end on a grid that is shifted anew each epoch, and come in shuffled order. Where there are several files, epochs take
 * turns to read them. Safe for threads.
 */
public final class TrainingWindows {
  private final List<TokenFile> files;
  private final int contextLength;
  private final long seed;

  /** Windows of an epoch over each file, and of those before it. */
  private final long[] ends;

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
    this(List.of(tokens), contextLength, seed);
  }

  /**
   * The windows of files, which stay the caller's to close: the same text in several spellings.
   *
   * @param contextLength T
   * @throws CorpusException if there are too few tokens for one window
   */
  public TrainingWindows(List<TokenFile> files, int contextLength, long seed) {
    this(files, contextLength, seed, 0);
  }

  private TrainingWindows(List<TokenFile> files, int contextLength, long seed, long repeated) {
    if (contextLength < 1) {
      throw new IllegalArgumentException("The context must be at least 1 token, not " + contextLength + ".");
    }
    this.files = List.copyOf(files);
    this.contextLength = contextLength;
    this.seed = seed;
    this.repeated = repeated;
    this.ends = new long[files.size()];
    long end = 0;
    for (int i = 0; i < ends.length; i++) {
      requireWindow(files.get(i), contextLength);
      end += (files.get(i).tokenCount() - 1) / contextLength;
      ends[i] = end;
    }
    this.order = new WindowOrder(seed, 0, files.getFirst().tokenCount(), contextLength);
  }

  private static void requireWindow(TokenFile tokens, int contextLength) {
    if (tokens.tokenCount() <= contextLength) {
      throw new CorpusException(
          String.format(Locale.ROOT,
              "The training text has %d tokens, and one window of a context of %d needs %d; use more text, a shorter --context or a smaller"
                  + " --validation.",
              tokens.tokenCount(), contextLength, contextLength + 1L));
    }
  }

  /** The first {@code count} of these windows, in the same order again and again. */
  public TrainingWindows repeating(long count) {
    if (count < 1) {
      throw new IllegalArgumentException("At least 1 window can be repeated, not " + count + ".");
    }
    return new TrainingWindows(files, contextLength, seed, count);
  }

  /** Windows in one epoch; the mean, where they are not all the same. */
  public long windowCount() {
    return ends[ends.length - 1] / ends.length;
  }

  /** A position as it is without repetition. */
  private long place(long position) {
    if (position < 0) {
      throw new IndexOutOfBoundsException("There is no window at position " + position + ".");
    }
    return repeated > 0 ? position % repeated : position;
  }

  /** The file that the window at a position is in, counted from 0. */
  int fileOf(long position) {
    long inRound = place(position) % ends[ends.length - 1];
    int file = 0;
    while (ends[file] <= inRound) {
      file++;
    }
    return file;
  }

  /** The first token, in its file, of the window at a position. */
  public long startOf(long position) {
    int file = fileOf(position);
    long round = ends[ends.length - 1];
    long epoch = place(position) / round * ends.length + file;
    WindowOrder current = order;
    if (current.epoch() != epoch) {
      current = new WindowOrder(seed, epoch, files.get(file).tokenCount(), contextLength);
      order = current;
    }
    return current.startOf(place(position) % round - (file == 0 ? 0 : ends[file - 1]));
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
      WindowRows.fill(files.get(fileOf(position + row)), startOf(position + row), row, inputs, targets);
    }
  }
}
