package dev.minnow.tokenizer;

import it.unimi.dsi.fastutil.ints.IntArrayList;

/** Turns text into tokens with the memory of words seen before. For one thread at a time. */
final class TextEncoder implements SegmentEncoder {
  private final Splitter splitter;
  private final int[] idOfByte;
  private final PieceMerger merger;
  private final WordCache words = new WordCache();
  private final PieceCache pieces = new PieceCache();

  TextEncoder(Pipeline pipeline, MergeRules rules, int[] idOfByte) {
    this.splitter = pipeline.preTokenizer().levels().getFirst();
    this.idOfByte = idOfByte;
    this.merger = new PieceMerger(rules, idOfByte);
  }

  @Override
  public void encode(byte[] text, int from, int to, IntArrayList out) {
    int start = from;
    while (start < to) {
      int end = splitter.pieceEnd(text, start, to);
      int length = end - start;
      if (length == 1) {
        out.add(idOfByte[text[start] & 0xFF]);
      } else if (length > WordCache.LONGEST) {
        encodeLong(text, start, end, out);
      } else if (!words.find(text, start, length, out)) {
        encodeUnknownWord(text, start, end, out);
      }
      start = end;
    }
  }

  private void encodeUnknownWord(byte[] text, int from, int to, IntArrayList out) {
    int first = out.size();
    encodeLong(text, from, to, out);
    if (out.size() - first <= WordCache.MOST_TOKENS) {
      words.remember(out, first, out.size());
    }
  }

  private void encodeLong(byte[] text, int from, int to, IntArrayList out) {
    if (to - from > PieceCache.LONGEST) {
      merger.merge(text, from, to, out);
    } else if (!pieces.find(text, from, to, out)) {
      int first = out.size();
      merger.merge(text, from, to, out);
      pieces.remember(text, from, to, out, first, out.size());
    }
  }
}
