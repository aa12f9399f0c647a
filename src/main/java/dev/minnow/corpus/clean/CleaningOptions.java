package dev.minnow.corpus.clean;

/**
 * What is changed in documents and which are left out.
 *
 * @param stripHtml whether documents that begin as pages of HTML do lose their markup
 * @param normalize whether text becomes NFC, loses invisible and control characters, odd spaces, blanks at ends of lines and runs of
 *     blank lines
 * @param minimumCharacters fewest characters of a document that is kept, white space not counted
 * @param minimumLikeness least {@link DocumentProfile#likeness} of a document that is kept, in [0, 1]; 0 keeps everything
 * @param dropBoilerplate whether lines that many documents share are left out
 * @param similarity share of common shingles (Jaccard) from which two documents are near-duplicates, at least {@link
 *     #LEAST_SIMILARITY} and at most 1; 0 keeps them all, exact duplicates included
 */
public record CleaningOptions(boolean stripHtml, boolean normalize, int minimumCharacters, double minimumLikeness, boolean dropBoilerplate,
    double similarity) {
  /** Below this, documents of one author on one subject become alike. */
  public static final double LEAST_SIMILARITY = 0.3;

  public CleaningOptions {
    if (minimumCharacters < 0) {
      throw new IllegalArgumentException("The fewest characters of a document must be 0 or more, not " + minimumCharacters + ".");
    }
    if (!(minimumLikeness >= 0 && minimumLikeness <= 1)) {
      throw new IllegalArgumentException("The least likeness to language must be between 0 and 1, not " + minimumLikeness + ".");
    }
    if (similarity != 0 && !(similarity >= LEAST_SIMILARITY && similarity <= 1)) {
      throw new IllegalArgumentException(
          "The similarity of near-duplicates must be between " + LEAST_SIMILARITY + " and 1, or 0 to keep them, not " + similarity + ".");
    }
  }

  /** What suits web pages, books and source code. */
  public static CleaningOptions defaults() {
    return new CleaningOptions(true, true, 20, 0.5, true, 0.5);
  }

  /** Nothing is changed and nothing left out. */
  public static CleaningOptions none() {
    return new CleaningOptions(false, false, 0, 0, false, 0);
  }
}
