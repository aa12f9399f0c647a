package dev.minnow.tokenizer;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Encodes with BPE-dropout. Remembers nothing: a word is spelled anew each time. For one thread at a time. */
final class DropoutEncoder implements SegmentEncoder {
  private static final RandomGeneratorFactory<RandomGenerator> GENERATORS = RandomGeneratorFactory.of("L64X128MixRandom");

  /** Keeps this purpose's numbers apart from others drawn with the same seed: "dropout" in ASCII. */
  private static final long PURPOSE = 0x64726F706F7574L;

  private final Pipeline pipeline;
  private final MergeRules rules;
  private final int[] idOfByte;
  private final double dropout;
  private final RandomGenerator random;

  DropoutEncoder(Pipeline pipeline, MergeRules rules, int[] idOfByte, double dropout, long seed) {
    this.pipeline = pipeline;
    this.rules = rules;
    this.idOfByte = idOfByte;
    this.dropout = dropout;
    this.random = GENERATORS.create(seed ^ PURPOSE);
  }

  @Override
  public void encode(byte[] text, int from, int to, IntArrayList out) {
    pipeline
        .preTokenizer()
        .forEachPiece(
            text,
            from,
            to,
            (start, end) -> new LongPieceMerge(rules, idOfByte, text, start, end).run(() -> random.nextDouble() < dropout, out));
  }
}
