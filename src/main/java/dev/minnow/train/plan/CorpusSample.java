package dev.minnow.train.plan;

import dev.minnow.corpus.Corpus;
import dev.minnow.corpus.CorpusTotals;
import dev.minnow.corpus.HeldOutSplit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Text of a corpus, at most so much of it, split as training splits it.
 *
 * @param trainingBytes in the whole corpus
 * @param heldOutBytes in the whole corpus
 * @param training of it, in order
 * @param moreTraining as {@code training}, but up to four times as much, where there is more
 * @param heldOut of it, in order
 */
record CorpusSample(long trainingBytes, long heldOutBytes, List<byte[]> training, List<byte[]> moreTraining, List<byte[]> heldOut) {
  /** Corpora up to this are taken whole, so that the tokenizer learned from them is the one that training will have. */
  private static final long MOST_TRAINING_BYTES = 4 << 20;

  private static final int MORE = 4;

  private static final long MOST_HELD_OUT_BYTES = 256 << 10;

  /** Longer pieces are cut, so that a sample of a few long documents comes from all places of them. */
  private static final int CHUNK_BYTES = 64 << 10;

  /**
   * Reads a corpus twice: to know how much there is, and to take chunks evenly from all of it.
   *
   * @param validation share to hold out; null for the usual one
   */
  static CorpusSample read(Corpus corpus, @Nullable Double validation) {
    CorpusTotals totals = corpus.totals();
    double fraction = validation == null ? HeldOutSplit.usualFraction(totals.bytes()) : validation;
    HeldOutSplit split = new HeldOutSplit(totals, fraction);
    double heldOutBytes = Math.max(1, fraction * totals.bytes());
    double trainingBytes = Math.max(1, totals.bytes() - heldOutBytes);
    Sieve training = new Sieve(MOST_TRAINING_BYTES / trainingBytes);
    Sieve moreTraining = new Sieve(MORE * MOST_TRAINING_BYTES / trainingBytes);
    Sieve heldOut = new Sieve(MOST_HELD_OUT_BYTES / heldOutBytes);
    corpus.read(piece -> {
      int cut = split.heldOutFrom(piece);
      training.add(piece.utf8(), 0, cut);
      moreTraining.add(piece.utf8(), 0, cut);
      heldOut.add(piece.utf8(), cut, piece.utf8().length);
    });
    return new CorpusSample(training.seen, heldOut.seen, training.kept, moreTraining.kept, heldOut.kept);
  }

  /**
   * Text from all of the corpus, held out or not, in proportion: what the corpus's tokenizer learns from. With all that is held out beside
   * a small sample of the rest, tokens would fit it better than they will.
   */
  List<byte[]> ofAll() {
    Sieve part = new Sieve(share(training, trainingBytes) / share(heldOut, heldOutBytes));
    heldOut.forEach(text -> part.add(text, 0, text.length));
    return Stream.concat(training.stream(), part.kept.stream()).toList();
  }

  private static double share(List<byte[]> part, long wholeBytes) {
    return (double) bytes(part) / wholeBytes;
  }

  static long bytes(List<byte[]> text) {
    return text.stream().mapToLong(piece -> piece.length).sum();
  }

  /** Keeps an even share of what it is given. */
  private static final class Sieve {
    private final double share;
    private final List<byte[]> kept = new ArrayList<>();
    private long keptBytes;
    private long seen;

    Sieve(double share) {
      this.share = share;
    }

    void add(byte[] text, int from, int to) {
      int chunk = share >= 1 ? Integer.MAX_VALUE : CHUNK_BYTES;
      for (int start = from; start < to; start += Math.min(chunk, to - start)) {
        int end = start + Math.min(chunk, to - start);
        if (share >= 1 || keptBytes <= seen * share) {
          kept.add(Arrays.copyOfRange(text, start, end));
          keptBytes += end - start;
        }
        seen += end - start;
      }
    }
  }
}
