package dev.minnow.tokenizer;

import it.unimi.dsi.fastutil.ints.IntArrayList;

/** One text on its way to tokens: added tokens are cut out of it, what lies between is normalized and merged. */
final class Encoding {
  private final Pipeline pipeline;
  private final AddedTokenFinder raw;
  private final AddedTokenFinder normalized;
  private final SegmentEncoder segments;
  private final IntArrayList out;

  Encoding(Pipeline pipeline, AddedTokens added, boolean specialTokens, SegmentEncoder segments, IntArrayList out) {
    this.pipeline = pipeline;
    this.raw = added.raw(specialTokens);
    this.normalized = added.normalized(specialTokens);
    this.segments = segments;
    this.out = out;
  }

  /** Adds the tokens of {@code text[from, to)}. */
  void run(byte[] text, int from, int to) {
    if (raw.isEmpty()) {
      normalize(text, from, to);
    } else {
      raw.find(text, from, to, new Listener() {
        @Override
        public void text(int start, int end) {
          normalize(text, start, end);
        }
      });
    }
  }

  private void normalize(byte[] text, int from, int to) {
    if (pipeline.composes() && !ComposedForm.isPlain(text, from, to)) {
      byte[] composed = ComposedForm.of(text, from, to);
      findNormalized(composed, 0, composed.length);
    } else {
      findNormalized(text, from, to);
    }
  }

  private void findNormalized(byte[] text, int from, int to) {
    if (normalized.isEmpty()) {
      encode(text, from, to);
    } else {
      normalized.find(text, from, to, new Listener() {
        @Override
        public void text(int start, int end) {
          encode(text, start, end);
        }
      });
    }
  }

  private void encode(byte[] text, int from, int to) {
    if (pipeline.prefixesSpace() && from < to && text[from] != ' ') {
      byte[] prefixed = new byte[to - from + 1];
      prefixed[0] = ' ';
      System.arraycopy(text, from, prefixed, 1, to - from);
      segments.encode(prefixed, 0, prefixed.length, out);
    } else {
      segments.encode(text, from, to, out);
    }
  }

  /** Takes the tokens; what to do with text is left open. */
  private abstract class Listener implements AddedTokenFinder.Listener {
    @Override
    public void token(int id) {
      out.add(id);
    }
  }
}
