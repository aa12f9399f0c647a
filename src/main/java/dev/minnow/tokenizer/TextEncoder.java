package dev.minnow.tokenizer;

import it.unimi.dsi.fastutil.ints.IntArrayList;

/** Turns text into tokens with the memory of words seen before. For one thread at a time. */
final class TextEncoder implements SegmentEncoder {
  /** Tokens on their way out: 4 KiB, which stay in a first-level cache. */
  private static final int WAITING = 1024;

  private final Splitter splitter;
  private final int[] idOfByte;
  private final PieceMerger merger;
  private final WordCache words = new WordCache();
  private final PieceCache pieces = new PieceCache();
  private final int[] waiting = new int[WAITING];

  TextEncoder(Splitter splitter, MergeRules rules, int[] idOfByte) {
    this.splitter = splitter;
    this.idOfByte = idOfByte;
    this.merger = new PieceMerger(rules, idOfByte);
  }

  @Override
  public void encode(byte[] text, int from, int to, IntArrayList out) {
    int[] ids = waiting;
    int count = 0;
    int start = from;
    while (start < to) {
      int end = splitter.pieceEnd(text, start, to);
      int length = end - start;
      if (count > WAITING - WordCache.LONGEST) {
        out.addElements(out.size(), ids, 0, count);
        count = 0;
      }
      if (length == 1) {
        ids[count++] = idOfByte[text[start] & 0xFF];
      } else {
        int known = length > WordCache.LONGEST ? 0 : words.find(text, start, length, ids, count);
        count += known;
        if (known == 0) {
          out.addElements(out.size(), ids, 0, count);
          count = 0;
          encodeUnknown(text, start, end, out);
        }
      }
      start = end;
    }
    out.addElements(out.size(), ids, 0, count);
  }

  private void encodeUnknown(byte[] text, int from, int to, IntArrayList out) {
    int first = out.size();
    int length = to - from;
    if (length <= WordCache.LONGEST) {
      merger.merge(text, from, to, out);
      words.remember(out, first, out.size());
    } else if (length > PieceCache.LONGEST) {
      merger.merge(text, from, to, out);
    } else if (!pieces.find(text, from, to, out)) {
      merger.merge(text, from, to, out);
      pieces.remember(text, from, to, out, first, out.size());
    }
  }
}
