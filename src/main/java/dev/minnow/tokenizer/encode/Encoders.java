package dev.minnow.tokenizer.encode;

import dev.minnow.tokenizer.EncodingOptions;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.concurrent.ArrayBlockingQueue;

/** What turns texts into the tokens of one tokenizer: encoders that rest between texts, and those that one text needs. Thread-safe. */
public final class Encoders {
  private final MergeRules rules;
  private final Pipeline pipeline;
  private final AddedTokens added;
  private final int[] idOfByte;
  private final WholeTokens wholes;

  /** Encoders at rest. Each remembers words, up to about 4 MB: no more are kept than can run at once. */
  private final ArrayBlockingQueue<TextEncoder> idle = new ArrayBlockingQueue<>(Runtime.getRuntime().availableProcessors());

  public Encoders(Vocabulary vocabulary, MergeRules rules, Pipeline pipeline) {
    this.rules = rules;
    this.pipeline = pipeline;
    this.added = new AddedTokens(vocabulary.added(), pipeline);
    this.idOfByte = vocabulary.idsOfBytes();
    this.wholes = pipeline.ignoresMerges() ? new WholeTokens(vocabulary) : WholeTokens.NONE;
  }

  /** Adds the tokens of {@code utf8[from, to)} to {@code out}. */
  public void encode(byte[] utf8, int from, int to, EncodingOptions options, IntArrayList out) {
    Template around = options.template() ? pipeline.template() : Template.NONE;
    out.addElements(out.size(), around.before());
    if (options.dropout() > 0) {
      SegmentEncoder dropping = new DropoutEncoder(pipeline.preTokenizer(), wholes, rules, idOfByte, options.dropout(), options.seed());
      new Encoding(pipeline, added, options, dropping, out).run(utf8, from, to);
    } else {
      new Encoding(pipeline, added, options, this::encodeSegment, out).run(utf8, from, to);
    }
    out.addElements(out.size(), around.after());
  }

  /** Adds the tokens of a whole text to {@code out}, found by at most so many threads. */
  public void encode(byte[] utf8, int threads, IntArrayList out) {
    SegmentEncoder segments = new ParallelEncoder(pipeline.preTokenizer(), this::encodeSegment, threads, ParallelEncoder.PART);
    new Encoding(pipeline, added, EncodingOptions.text(), segments, out).run(utf8, 0, utf8.length);
  }

  private void encodeSegment(byte[] text, int from, int to, IntArrayList out) {
    if (rules.size() == 0 && pipeline.keepsBytes()) {
      for (int i = from; i < to; i++) {
        out.add(idOfByte[text[i] & 0xFF]);
      }
      return;
    }
    TextEncoder rested = idle.poll();
    TextEncoder encoder = rested == null ? new TextEncoder(pipeline.preTokenizer(), wholes, rules, idOfByte) : rested;
    encoder.encode(text, from, to, out);
    idle.offer(encoder);
  }
}
