package dev.minnow.tokenizer;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import org.jspecify.annotations.Nullable;

/** Turns text into tokens with the memory of words seen before. For one thread at a time. */
final class TextEncoder implements SegmentEncoder {
  private final PreTokenizer levels;

  /** The only level, where there is but one. */
  private final @Nullable Splitter splitter;

  private final WholeTokens wholes;
  private final int[] idOfByte;
  private final PieceMerger merger;
  private final WordCache words = new WordCache();
  private final PieceCache pieces = new PieceCache();

  TextEncoder(PreTokenizer levels, WholeTokens wholes, MergeRules rules, int[] idOfByte) {
    this.levels = levels;
    this.splitter = levels.splitter().orElse(null);
    this.wholes = wholes;
    this.idOfByte = idOfByte;
    this.merger = new PieceMerger(rules, idOfByte);
  }

  @Override
  public void encode(byte[] text, int from, int to, IntArrayList out) {
    Splitter only = splitter;
    if (only == null) {
      levels.split(text, from, to, (piece, start, end) -> encodePiece(piece, start, end, out));
      return;
    }
    for (int start = from; start < to;) {
      int end = only.pieceEnd(text, start, to);
      encodePiece(text, start, end, out);
      start = end;
    }
  }

  private void encodePiece(byte[] text, int from, int to, IntArrayList out) {
    int length = to - from;
    if (length == 1) {
      out.add(idOfByte[text[from] & 0xFF]);
    } else if (length > WordCache.LONGEST) {
      encodeLong(text, from, to, out);
    } else if (!words.find(text, from, length, out)) {
      encodeUnknownWord(text, from, to, out);
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
    int whole = wholes.find(text, from, to);
    if (whole >= 0) {
      out.add(whole);
    } else if (to - from > PieceCache.LONGEST) {
      merger.merge(text, from, to, out);
    } else if (!pieces.find(text, from, to, out)) {
      int first = out.size();
      merger.merge(text, from, to, out);
      pieces.remember(text, from, to, out, first, out.size());
    }
  }
}
