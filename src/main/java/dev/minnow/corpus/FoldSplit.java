package dev.minnow.corpus;

import it.unimi.dsi.fastutil.HashCommon;
import java.util.random.RandomGeneratorFactory;

/**
 * Decides which text a fold of cross-validation holds out: the folds of one count and seed hold out every byte once. Of many documents it
 * is whole documents by a keyed hash of their contents, so that copies fall into one fold; of fewer, but at least one a fold, as many
 * documents for each in an order that the seed shuffles; of fewer still, parts of the text that lie one after the other, cut between two
 * characters. For the pieces of one reading, in order.
 */
public final class FoldSplit {
  /** Documents of a fold, on average, from which a hash leaves none of them empty: it does once in 10^8 times. */
  private static final int MANY_DOCUMENTS = 20;

  /** What of a piece is held out: bytes {@code from} to {@code to}. */
  public record Range(int from, int to) {}

  private enum Unit {
    HASH,
    DOCUMENT,
    TEXT
  }

  private final Fold fold;
  private final Unit unit;
  private final KeyedPermutation order;
  private final long documents;

  /** Bytes of the whole text where held-out text begins and ends. */
  private final long fromByte;
  private final long toByte;

  private long seenBytes;
  private long seenDocuments;
  private boolean documentHeldOut;

  /**
   * A split of a corpus.
   *
   * @param totals of that corpus
   */
  public FoldSplit(CorpusTotals totals, Fold fold) {
    this.fold = fold;
    this.documents = totals.documents();
    boolean differ = totals.smallestHash() < totals.largestHash();
    boolean many = documents >= Math.max(HeldOutSplit.MANY_DOCUMENTS, (long) MANY_DOCUMENTS * fold.count());
    this.unit = documents < fold.count() ? Unit.TEXT : many && differ ? Unit.HASH : Unit.DOCUMENT;
    this.order = new KeyedPermutation(Math.max(1, documents), RandomGeneratorFactory.of("L64X128MixRandom").create(fold.seed()));
    this.fromByte = totals.bytes() / fold.count() * (fold.number() - 1);
    this.toByte = fold.number() == fold.count() ? totals.bytes() : totals.bytes() / fold.count() * fold.number();
  }

  /** What of the next piece is held out. */
  public Range heldOut(TextPiece piece) {
    int length = piece.utf8().length;
    if (unit == Unit.TEXT) {
      int from = DocumentReader.characterStart(piece.utf8(), Math.clamp(fromByte - seenBytes, 0, length));
      int to = DocumentReader.characterStart(piece.utf8(), Math.clamp(toByte - seenBytes, 0, length));
      seenBytes += length;
      return new Range(from, to);
    }
    if (piece.first()) {
      documentHeldOut = part(piece) == fold.number() - 1;
      seenDocuments++;
    }
    return new Range(documentHeldOut ? 0 : length, length);
  }

  /** The part that a document is in, counted from 0. */
  private long part(TextPiece first) {
    if (unit == Unit.HASH) {
      long hash = HashCommon.murmurHash3(HeldOutSplit.hash(first) ^ HashCommon.murmurHash3(fold.seed()));
      return Math.unsignedMultiplyHigh(hash, fold.count());
    }
    if (seenDocuments >= documents) {
      throw CorpusException.changed();
    }
    return order.apply(seenDocuments) * fold.count() / documents;
  }
}
