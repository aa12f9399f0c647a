package dev.minnow.kernel.pool;

/** Things in a row cut into parts that differ by one thing at most. */
public final class EvenCuts {
  private EvenCuts() {}

  /** The first thing of a part; a part ends where the next one begins. */
  public static int start(int things, int part, int parts) {
    return (int) ((long) things * part / parts);
  }
}
