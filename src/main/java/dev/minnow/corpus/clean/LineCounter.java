package dev.minnow.corpus.clean;

/** Counts each line of a document once; for one thread, many of which share the counts. */
public final class LineCounter {
  public LineCounter(LineCounts counts) {}

  /** Takes the next cleaned piece of the document. */
  public void add(byte[] cleanedUtf8) {

  }

  /** Ends the document; the next piece begins another. */
  public void endDocument() {

  }
}
