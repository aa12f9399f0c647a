package dev.minnow.corpus.clean;

/** Sums up one document after the other, each from its cleaned pieces in order; for one thread. */
public final class ProfileBuilder {
  /** Takes the next piece of the document. */
  public void add(byte[] cleanedUtf8) {

  }

  /** Ends the document; the next piece begins another. */
  public DocumentProfile finish() {
    return new DocumentProfile(0, 0, 0, 0, 0, 1, new short[DocumentProfile.SIGNATURE_VALUES]);
  }
}
