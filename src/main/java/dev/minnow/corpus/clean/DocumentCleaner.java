package dev.minnow.corpus.clean;

import dev.minnow.corpus.TextPiece;

/** Cleans one document after the other; for one thread. */
public final class DocumentCleaner {
  public DocumentCleaner(CleaningOptions options, BoilerplateLines boilerplate) {}

  /** Cleans the next piece of a document: pieces come in order, and documents one after the other. */
  public TextPiece clean(TextPiece piece) {
    return piece;
  }

  /** Cleans a whole document that has no name. */
  public byte[] clean(byte[] utf8) {
    return clean(new TextPiece("", 0, utf8, true)).utf8();
  }
}
