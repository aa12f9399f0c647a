package dev.minnow.corpus.clean;

/** The lines that too many documents share, within 1 MiB; immutable. */
public final class BoilerplateLines {
  private static final BoilerplateLines NONE = new BoilerplateLines(new long[0]);

  /** A bit for each of the counts that reached the limit; none at all when there is no boilerplate. */
  private final long[] frequent;

  BoilerplateLines(long[] frequent) {
    this.frequent = frequent;
  }

  /** No line is boilerplate. */
  public static BoilerplateLines none() {
    return NONE;
  }

  /** Whether the line in [from, to) is to be left out. */
  boolean contains(byte[] utf8, int from, int to) {
    if (frequent.length == 0) {
      return false;
    }
    long hash = CandidateLine.hash(utf8, from, to);
    if (hash == 0) {
      return false;
    }
    for (int row = 0; row < LineCounts.ROWS; row++) {
      int cell = LineCounts.cell(hash, row);
      if ((frequent[cell / Long.SIZE] >>> cell & 1) == 0) {
        return false;
      }
    }
    return true;
  }
}
