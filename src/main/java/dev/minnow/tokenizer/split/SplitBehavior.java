package dev.minnow.tokenizer.split;

import java.util.Optional;

/** What becomes of the matches of a split pattern, with Hugging Face's names. */
public enum SplitBehavior {
  /** They are dropped. */
  REMOVED("Removed"),
  /** Each is a piece. */
  ISOLATED("Isolated"),
  /** Each ends the piece before it; a match right after another is a piece of its own. */
  MERGED_WITH_PREVIOUS("MergedWithPrevious"),
  /** Each begins the piece after it; a match right before another is a piece of its own. */
  MERGED_WITH_NEXT("MergedWithNext"),
  /** Adjacent matches are one piece. */
  CONTIGUOUS("Contiguous");

  /** As a {@code tokenizer.json} says it. */
  private final String written;

  SplitBehavior(String written) {
    this.written = written;
  }

  public static Optional<SplitBehavior> of(String written) {
    for (SplitBehavior behavior : values()) {
      if (behavior.written.equals(written)) {
        return Optional.of(behavior);
      }
    }
    return Optional.empty();
  }
}
