package dev.minnow.tokenizer.encode;

import dev.minnow.tokenizer.EncodingOptions;
import dev.minnow.tokenizer.split.AddedTokenFinder;
import dev.minnow.tokenizer.split.PieceSink;
import dev.minnow.tokenizer.unicode.ComposedForm;
import it.unimi.dsi.fastutil.ints.IntArrayList;

/** One text on its way to tokens: added tokens are cut out of it, what lies between is normalized and merged. */
final class Encoding {
  private final Pipeline pipeline;
  private final AddedTokenFinder raw;
  private final AddedTokenFinder normalized;
  private final SegmentEncoder segments;
  private final IntArrayList out;

  /** Whether what comes next goes on from a text before. */
  private boolean continues;

  Encoding(Pipeline pipeline, AddedTokens added, EncodingOptions options, SegmentEncoder segments, IntArrayList out) {
    this.pipeline = pipeline;
    this.raw = added.raw(options.specialTokens());
    this.normalized = added.normalized(options.specialTokens());
    this.segments = segments;
    this.out = out;
    this.continues = options.continuing();
  }

  /** Adds the tokens of {@code text[from, to)}. */
  void run(byte[] text, int from, int to) {
    cut(raw, text, from, to, this::normalize);
  }

  private void normalize(byte[] text, int from, int to) {
    if (pipeline.composes() && !ComposedForm.isPlain(text, from, to)) {
      byte[] composed = ComposedForm.of(text, from, to);
      cut(normalized, composed, 0, composed.length, this::encode);
    } else {
      cut(normalized, text, from, to, this::encode);
    }
  }

  /** Takes the added tokens, and hands on the text between them. */
  private void cut(AddedTokenFinder added, byte[] text, int from, int to, PieceSink between) {
    if (added.isEmpty()) {
      between.piece(text, from, to);
      return;
    }
    added.find(text, from, to, new AddedTokenFinder.Listener() {
      @Override
      public void text(int start, int end) {
        between.piece(text, start, end);
      }

      @Override
      public void token(int id) {
        out.add(id);
        continues = false;
      }
    });
  }

  private void encode(byte[] text, int from, int to) {
    if (pipeline.prefixesSpace() && !continues && from < to && text[from] != ' ') {
      byte[] prefixed = new byte[to - from + 1];
      prefixed[0] = ' ';
      System.arraycopy(text, from, prefixed, 1, to - from);
      segments.encode(prefixed, 0, prefixed.length, out);
    } else {
      segments.encode(text, from, to, out);
    }
    continues = false;
  }
}
