package dev.minnow.kernel.weight;

/** How weights are signed bytes: each group of a row has a scale of its own, its largest magnitude / {@link #LARGEST}. */
public final class ByteGroups {
  /** Weights that share a scale. */
  public static final int SIZE = 64;

  /** The largest magnitude of a byte that stands for a weight. */
  public static final int LARGEST = 127;

  private ByteGroups() {}
}
