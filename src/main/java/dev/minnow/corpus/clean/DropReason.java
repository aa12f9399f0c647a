package dev.minnow.corpus.clean;

/** Why a document is left out. */
public enum DropReason {
  /** Nothing but white space is in it once it is clean. */
  EMPTY,
  /** It has fewer characters than {@link CleaningOptions#minimumCharacters}. */
  TOO_SHORT,
  /** It is noise, by {@link CleaningOptions#minimumLikeness}. */
  NOT_LANGUAGE,
  /** An earlier document has the same text, but for case and white space. */
  EXACT_DUPLICATE,
  /** It is much like a longer or earlier document that is kept. */
  NEAR_DUPLICATE
}
