package dev.minnow.corpus.prepare;

import dev.minnow.corpus.Corpus;
import dev.minnow.corpus.CorpusException;
import dev.minnow.corpus.HeldOutSplit;
import dev.minnow.corpus.ProgressListener;
import dev.minnow.corpus.TextPiece;

/** A reading of a corpus about whose documents all is decided. */
final class DocumentWalk {
  /** Takes pieces in the order of the corpus. */
  interface Visitor {
    /** The next piece of a document that is left out. */
    default void dropped(TextPiece piece, int document) {}

    /**
     * The next piece of a document that is kept.
     *
     * @param index of the piece in its document
     * @param heldOutFrom the byte where held-out text begins
     */
    void kept(TextPiece piece, int document, int index, int heldOutFrom);
  }

  private final Corpus corpus;
  private final Decisions decisions;
  private final double validation;

  DocumentWalk(Corpus corpus, Decisions decisions, double validation) {
    this.corpus = corpus;
    this.decisions = decisions;
    this.validation = validation;
  }

  /** The share that is held out. */
  double validation() {
    return validation;
  }

  Decisions decisions() {
    return decisions;
  }

  /** Reads all documents. */
  void read(Visitor visitor, ProgressListener progress) {
    Walker walker = new Walker(visitor, new HeldOutSplit(decisions.kept(), validation));
    corpus.read(walker::take, progress);
    if (walker.document != decisions.documents()) {
      throw CorpusException.changed();
    }
  }

  private final class Walker {
    private final Visitor visitor;
    private final HeldOutSplit split;
    private int document;
    private int index;

    Walker(Visitor visitor, HeldOutSplit split) {
      this.visitor = visitor;
      this.split = split;
    }

    void take(TextPiece piece) {
      if (document >= decisions.documents()) {
        throw CorpusException.changed();
      }
      if (decisions.isKept(document)) {
        visitor.kept(piece, document, index, split.heldOutFrom(piece, decisions.splitHash(document)));
      } else {
        visitor.dropped(piece, document);
      }
      index = piece.last() ? 0 : index + 1;
      document += piece.last() ? 1 : 0;
    }
  }
}
