package dev.minnow.corpus;

/** Adds up the pieces of one reading. */
final class TotalsCounter {
  private long documents;
  private long bytes;
  private long smallestHash = Long.MAX_VALUE;

  void add(TextPiece piece) {
    if (piece.index() == 0) {
      documents++;
      smallestHash = Math.min(smallestHash, HeldOutSplit.hash(piece));
    }
    bytes += piece.utf8().length;
  }

  long bytes() {
    return bytes;
  }

  CorpusTotals totals() {
    return new CorpusTotals(documents, bytes, smallestHash);
  }
}
