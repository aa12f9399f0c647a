package dev.minnow.tokenizer.encode;

import dev.minnow.tokenizer.split.PreTokenizer;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Encodes with BPE-dropout. Remembers nothing: a word is spelled anew each time. For one thread at a time. */
final class DropoutEncoder implements SegmentEncoder {
  private static final RandomGeneratorFactory<RandomGenerator> GENERATORS = RandomGeneratorFactory.of("L64X128MixRandom");

  /** Keeps this purpose's numbers apart from others drawn with the same seed: "dropout" in ASCII. */
  private static final long PURPOSE = 0x64726F706F7574L;

  private final PreTokenizer pieces;
  private final WholeTokens wholes;
  private final MergeRules rules;
  private final int[] idOfByte;
  private final double dropout;
  private final RandomGenerator random;

  DropoutEncoder(PreTokenizer pieces, WholeTokens wholes, MergeRules rules, int[] idOfByte, double dropout, long seed) {
    this.pieces = pieces;
    this.wholes = wholes;
    this.rules = rules;
    this.idOfByte = idOfByte;
    this.dropout = dropout;
    this.random = GENERATORS.create(seed ^ PURPOSE);
  }

  @Override
  public void encode(byte[] text, int from, int to, IntArrayList out) {
    pieces.split(text, from, to, (piece, start, end) -> encodePiece(piece, start, end, out));
  }

  private void encodePiece(byte[] text, int from, int to, IntArrayList out) {
    int whole = wholes.find(text, from, to);
    if (whole >= 0) {
      out.add(whole);
    } else {
      LongPieceMerge merge = new LongPieceMerge(rules, idOfByte, to - from);
      merge.merge(text, from, to, () -> random.nextDouble() < dropout);
      merge.addTokens(0, to - from, out);
    }
  }
}
