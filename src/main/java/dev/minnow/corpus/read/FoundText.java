package dev.minnow.corpus.read;

import org.jspecify.annotations.Nullable;

/**
 * What a record was found to hold: one of the two.
 *
 * @param fault why there is no text
 */
record FoundText(@Nullable String text, @Nullable ReadingFault fault) {
  static final FoundText NOTHING = new FoundText(null, null);

  String get() throws ReadingFault {
    if (fault != null) {
      throw fault;
    }
    if (text == null) {
      throw new IllegalStateException("There is no record here; ask for the next one first.");
    }
    return text;
  }
}
