package dev.minnow.tokenizer.encode;

import dev.minnow.tokenizer.split.PreTokenizer;
import dev.minnow.tokenizer.split.Splitter;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import org.jspecify.annotations.Nullable;

/** Turns text into tokens with the memory of words seen before. For one thread at a time. */
public final class TextEncoder implements SegmentEncoder {
  /** Tokens on their way out: 4 KiB, which stay in a first-level cache. */
  private static final int WAITING = 1024;

  private final PreTokenizer levels;

  /** The only level, where there is but one. */
  private final @Nullable Splitter splitter;

  private final WholeTokens wholes;
  private final int[] idOfByte;
  private final PieceMerger merger;
  private final WordCache words = new WordCache();
  private final PieceCache pieces = new PieceCache();
  private final int[] waiting = new int[WAITING];

  public TextEncoder(PreTokenizer levels, WholeTokens wholes, MergeRules rules, int[] idOfByte) {
    this.levels = levels;
    this.splitter = levels.splitter().orElse(null);
    this.wholes = wholes;
    this.idOfByte = idOfByte;
    this.merger = new PieceMerger(rules, idOfByte);
  }

  @Override
  public void encode(byte[] text, int from, int to, IntArrayList out) {
    if (splitter != null) {
      encode(splitter, text, from, to, out);
    } else {
      levels.split(text, from, to, (piece, start, end) -> encodePiece(piece, start, end, out));
    }
  }

  private void encode(Splitter only, byte[] text, int from, int to, IntArrayList out) {
    int[] ids = waiting;
    int count = 0;
    int start = from;
    while (start < to) {
      int end = only.pieceEnd(text, start, to);
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

  private void encodePiece(byte[] text, int from, int to, IntArrayList out) {
    int length = to - from;
    if (length == 1) {
      out.add(idOfByte[text[from] & 0xFF]);
      return;
    }
    int known = length > WordCache.LONGEST ? 0 : words.find(text, from, length, waiting, 0);
    if (known == 0) {
      encodeUnknown(text, from, to, out);
    } else {
      out.addElements(out.size(), waiting, 0, known);
    }
  }

  private void encodeUnknown(byte[] text, int from, int to, IntArrayList out) {
    int first = out.size();
    int length = to - from;
    if (length <= WordCache.LONGEST) {
      merge(text, from, to, out);
      words.remember(out, first, out.size());
    } else if (length > PieceCache.LONGEST) {
      merge(text, from, to, out);
    } else if (!pieces.find(text, from, to, out)) {
      merge(text, from, to, out);
      pieces.remember(text, from, to, out, first, out.size());
    }
  }

  private void merge(byte[] text, int from, int to, IntArrayList out) {
    int whole = wholes.find(text, from, to);
    if (whole >= 0) {
      out.add(whole);
    } else {
      merger.merge(text, from, to, out);
    }
  }
}
