package dev.minnow.corpus.prepare;

import java.time.Duration;

/** Says when it is time to put on disk how far a reading has come. */
final class Checkpoints {
  /** Work that a kill may cost, against the time that waiting for the disk takes. */
  static final Duration USUAL = Duration.ofSeconds(10);

  private final long intervalNanos;
  private long lastNanos = System.nanoTime();

  Checkpoints(Duration interval) {
    this.intervalNanos = interval.toNanos();
  }

  boolean isDue() {
    return System.nanoTime() - lastNanos >= intervalNanos;
  }

  /** A checkpoint was just made. */
  void made() {
    lastNanos = System.nanoTime();
  }
}
