package dev.minnow.corpus;

import dev.minnow.tokenizer.Sha256;
import java.nio.ByteBuffer;

/**
 * Decides which text is held out of training. Below {@link #MANY_DOCUMENTS} documents it is the end of the text, cut between two
 * characters; from there it is whole documents, by a hash of their contents or of a group that they are in, so that copies of a document
 * fall on one side and no seed or order matters. For the pieces of one reading, in order.
 */
public final class HeldOutSplit {
  static final int MANY_DOCUMENTS = 100;
  private static final double USUAL_FRACTION = 0.1;
  private static final double USUAL_BYTES = 256 << 10;

  private final boolean byDocument;
  /** Documents of a smaller hash are held out. */
  private final long hashLimit;
  /** Bytes of text that are trained on. */
  private final long trainingBytes;

  private long seenBytes;
  private boolean documentHeldOut;

  /**
   * A split of a corpus.
   *
   * @param totals of that corpus
   * @param fraction in [0, 1), of the bytes or of the documents; 0 holds nothing out
   */
  public HeldOutSplit(CorpusTotals totals, double fraction) {
    requireFraction(fraction);
    // Copies of one document alone cannot be on both sides.
    boolean differ = totals.smallestHash() < totals.largestHash();
    this.byDocument = fraction > 0 && totals.documents() >= MANY_DOCUMENTS && differ;
    this.trainingBytes = fraction == 0 ? Long.MAX_VALUE : (long) Math.floor(totals.bytes() * (1 - fraction));
    // At least one document on each side, whatever the fraction.
    this.hashLimit = Math.min(Math.max((long) (fraction * 0x1p63), totals.smallestHash() + 1), totals.largestHash());
  }

  /** The share that is held out where none is asked for: a tenth, but of a large corpus only as much as is evaluated in seconds. */
  public static double usualFraction(long bytes) {
    return Math.min(USUAL_FRACTION, USUAL_BYTES / Math.max(1, bytes));
  }

  /** Throws {@link IllegalArgumentException} unless a fraction is in [0, 1). */
  public static void requireFraction(double fraction) {
    if (!(fraction >= 0 && fraction < 1)) {
      throw new IllegalArgumentException("--validation must be at least 0 and below 1, not " + fraction + ".");
    }
  }

  /** Where in the next piece held-out text begins: 0 when all of it is held out, its length when nothing is. */
  public int heldOutFrom(TextPiece piece) {
    return heldOutFrom(piece, byDocument && piece.first() ? hash(piece) : 0);
  }

  /** The same where the hash, in [0, 2^63), of the piece's document or of its group is known. */
  public int heldOutFrom(TextPiece piece, long hash) {
    int length = piece.utf8().length;
    if (byDocument) {
      if (piece.first()) {
        documentHeldOut = hash < hashLimit;
      }
      return documentHeldOut ? 0 : length;
    }
    int from = Math.clamp(trainingBytes - seenBytes, 0, length);
    seenBytes += length;
    return DocumentReader.characterStart(piece.utf8(), from);
  }

  /**
   * Where held-out text begins in what a piece became: as far from its start, in proportion, but between two characters.
   *
   * @param heldOutFrom the place in the piece as it was read
   * @param readBytes length of the piece as it was read
   */
  public static int heldOutFrom(int heldOutFrom, int readBytes, byte[] cleanedUtf8) {
    if (heldOutFrom == readBytes) {
      return cleanedUtf8.length;
    }
    return DocumentReader.characterStart(cleanedUtf8, (int) ((long) heldOutFrom * cleanedUtf8.length / readBytes));
  }

  /** A hash in [0, 2^63) of a document, by its first piece. */
  static long hash(TextPiece piece) {
    return ByteBuffer.wrap(Sha256.of(piece.utf8())).getLong() >>> 1;
  }
}
