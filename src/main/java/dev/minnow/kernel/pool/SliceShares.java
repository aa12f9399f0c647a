package dev.minnow.kernel.pool;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The slices of one operation after the other, dealt out to threads: an even share for each, of slices that follow each other. Who has
 * claimed all of his own takes slices of the others. One thread deals, when all slices of the operation before are finished; any claims.
 */
final class SliceShares {
  /** What {@link #claim} answers where there is nothing left. */
  static final int NONE = -1;

  /** Longs between what two threads write: two cache lines, which processors fetch together. */
  private static final int STRIDE = 16;

  private final int threads;

  /**
   * For each thread, {@link #STRIDE} apart, its share. High half: the operation's number. Low half: slices that no one has claimed. A claim
   * decrements the whole, which fails when the operation has changed; after a claim {@link #slices} stays until that slice is finished.
   */
  private final AtomicLongArray unclaimed;

  private int slices;

  SliceShares(int threads) {
    this.threads = threads;
    this.unclaimed = new AtomicLongArray(threads * STRIDE);
  }

  /** Deals out slices 0 to {@code count} - 1 of the operation with this number, which is not that of the one before. */
  void deal(int operation, int count) {
    slices = count;
    for (int share = 0; share < threads; share++) {
      unclaimed.set(share * STRIDE, (long) operation << 32 | first(share + 1) - first(share));
    }
  }

  /** The next slice of a share that nobody has claimed, for the caller to run, or {@link #NONE}. */
  int claim(int share) {
    int at = share * STRIDE;
    for (long state = unclaimed.get(at); (int) state != 0; state = unclaimed.get(at)) {
      if (unclaimed.compareAndSet(at, state, state - 1)) {
        return first(share + 1) - (int) state;
      }
    }
    return NONE;
  }

  /** The first slice of a share, which ends where the next one begins. */
  private int first(int share) {
    return EvenCuts.start(slices, share, threads);
  }
}
