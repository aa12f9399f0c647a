package dev.minnow.corpus.clean;

import java.util.Optional;

/** Judges a document alone; safe for many threads. */
public final class QualityFilter {
  private final CleaningOptions options;

  public QualityFilter(CleaningOptions options) {
    this.options = options;
  }

  /** Why the document is to be left out, or nothing when it is good. */
  public Optional<DropReason> reason(DocumentProfile profile) {
    if (profile.characters() == 0) {
      return Optional.of(DropReason.EMPTY);
    }
    if (profile.characters() < options.minimumCharacters()) {
      return Optional.of(DropReason.TOO_SHORT);
    }
    return profile.likeness() < options.minimumLikeness() ? Optional.of(DropReason.NOT_LANGUAGE) : Optional.empty();
  }
}
