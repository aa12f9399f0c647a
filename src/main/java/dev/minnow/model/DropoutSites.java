package dev.minnow.model;

import dev.minnow.kernel.Dropout;

/**
 * The dropout masks of one pass: each place of use has a key of its own.
 *
 * @param rate share of elements to drop, in [0, 1); 0 drops nothing
 * @param key differs per seed, step and pass
 */
public record DropoutSites(float rate, long key) {
  /** Drops nothing, for evaluation. */
  public static final DropoutSites NONE = new DropoutSites(0, 0);

  private static final int SITES_PER_LAYER = 3;

  Dropout embedding() {
    return site(0);
  }

  Dropout attention(int layer) {
    return site(1 + layer * SITES_PER_LAYER);
  }

  Dropout attentionResidual(int layer) {
    return site(2 + layer * SITES_PER_LAYER);
  }

  Dropout feedForwardResidual(int layer) {
    return site(3 + layer * SITES_PER_LAYER);
  }

  private Dropout site(int site) {
    return rate == 0 ? Dropout.NONE : new Dropout(rate, (key ^ site) * 0xD1342543DE82EF95L + site);
  }
}
