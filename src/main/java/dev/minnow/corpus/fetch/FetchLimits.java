package dev.minnow.corpus.fetch;

import java.time.Duration;

/**
 * How patient a download is.
 *
 * @param connectTimeout to reach a server
 * @param stallTimeout without a byte
 * @param attempts in a row that may bring next to nothing
 * @param firstPause before the second attempt; doubled before each further one
 */
record FetchLimits(Duration connectTimeout, Duration stallTimeout, int attempts, Duration firstPause) {
  static final FetchLimits USUAL = new FetchLimits(Duration.ofSeconds(15), Duration.ofSeconds(30), 5, Duration.ofSeconds(1));

  /** Longest pause, also where a server asks for a longer one. */
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  /** The pause after so many attempts without success. */
  Duration pauseAfter(int failedAttempts, Duration asked) {
    Duration own = firstPause.multipliedBy(1L << Math.min(failedAttempts - 1, 10));
    Duration wanted = own.compareTo(asked) > 0 ? own : asked;
    return wanted.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : wanted;
  }
}
