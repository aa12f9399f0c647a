package dev.minnow.tokenizer.encode;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the tokens of pieces that {@link WordCache} does not take: long names, comment lines, words of scripts with few merges. Of
 * fixed size: a newer piece pushes out the older one in its place. For one thread at a time.
 */
public final class PieceCache {
  /** Longer pieces hardly ever come back. */
  static final int LONGEST = 96;

  /** Enough for the long names of a large source tree; at most 4,096 x (96 + 4 x 96) bytes are held. */
  private static final int PLACE_BITS = 12;

  private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] @Nullable [] pieces = new byte[1 << PLACE_BITS][];
  private final int[] @Nullable [] tokens = new int[1 << PLACE_BITS][];
  private int place;

  /** Adds the tokens of the piece to {@code out} and returns true if they are known; else the piece is ready for {@link #remember}. */
  boolean find(byte[] text, int from, int to, IntArrayList out) {
    place = (int) (hash(text, from, to) >>> (64 - PLACE_BITS));
    byte[] piece = pieces[place];
    int[] known = tokens[place];
    if (piece == null || known == null || !Arrays.equals(piece, 0, piece.length, text, from, to)) {
      return false;
    }
    out.addElements(out.size(), known);
    return true;
  }

  /** Remembers {@code ids[first, last)} as the tokens of {@code text[from, to)}, which was just looked for. */
  void remember(byte[] text, int from, int to, IntArrayList ids, int first, int last) {
    pieces[place] = Arrays.copyOfRange(text, from, to);
    tokens[place] = Arrays.copyOfRange(ids.elements(), first, last);
  }

  /** A hash of which the upper half is the better one. */
  public static long hash(byte[] text, int from, int to) {
    long hash = (long) to - from;
    int at = from;
    for (; at + 8 <= to; at += 8) {
      hash = (hash ^ (long) LONGS.get(text, at)) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 32;
    }
    for (; at < to; at++) {
      hash = (hash ^ text[at]) * 0x9E3779B97F4A7C15L;
    }
    return hash * 0xD6E8FEB86659FD93L;
  }
}
