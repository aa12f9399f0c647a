package dev.minnow.corpus;

/** Adds up the pieces of one reading. */
final class TotalsCounter {
  private long documents;
  private long bytes;
  private long smallestHash = Long.MAX_VALUE;
  private long largestHash;

  void add(TextPiece piece) {
    if (piece.first()) {
      documents++;
      long hash = HeldOutSplit.hash(piece);
      smallestHash = Math.min(smallestHash, hash);
      largestHash = Math.max(largestHash, hash);
    }
    bytes += piece.utf8().length;
  }

  long bytes() {
    return bytes;
  }

  CorpusTotals totals() {
    return new CorpusTotals(documents, bytes, smallestHash, largestHash);
  }
}
