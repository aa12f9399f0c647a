package dev.minnow.corpus.clean;

import it.unimi.dsi.fastutil.longs.LongOpenHashSet;

/** Counts each line of a document once; for one thread, many of which share the counts. */
public final class LineCounter {
  /** Different lines of one document that are counted; what surrounds a page comes long before. */
  private static final int MOST_LINES = 1 << 16;

  private final LineCounts counts;
  private LongOpenHashSet seen = new LongOpenHashSet();

  public LineCounter(LineCounts counts) {
    this.counts = counts;
  }

  /** Takes the next cleaned piece of the document. */
  public void add(byte[] cleanedUtf8) {
    int start = 0;
    for (int i = 0; i <= cleanedUtf8.length; i++) {
      if (i == cleanedUtf8.length || cleanedUtf8[i] == '\n') {
        long hash = CandidateLine.hash(cleanedUtf8, start, i);
        if (hash != 0 && seen.size() < MOST_LINES && seen.add(hash)) {
          counts.count(hash);
        }
        start = i + 1;
      }
    }
  }

  /** Ends the document; the next piece begins another. */
  public void endDocument() {
    // Clearing takes as long as the largest document was large.
    if (seen.size() > 1000) {
      seen = new LongOpenHashSet();
    } else {
      seen.clear();
    }
  }
}
