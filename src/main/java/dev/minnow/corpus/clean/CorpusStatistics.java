package dev.minnow.corpus.clean;

/** Counts over the documents of a corpus, in bounded memory; for one thread, and mergeable. */
public final class CorpusStatistics {
  /** Takes the next piece of a document. */
  public void add(byte[] utf8) {

  }

  /** Ends the document; the next piece begins another. */
  public void endDocument() {

  }

  /** Adds what another thread counted, between documents. */
  public void addAll(CorpusStatistics other) {

  }
}
