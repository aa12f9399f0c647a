package dev.minnow.tokenizer.encode;

import java.util.Arrays;

/** Finds the token whose bytes are a whole piece of text. Immutable and thread-safe. */
public final class WholeTokens {
  /** Finds none. */
  public static final WholeTokens NONE = new WholeTokens();

  private static final int EMPTY = -1;

  private final byte[][] tokens;

  /** Open addressing: ids by hash, at most half full. */
  private final int[] slots;

  private WholeTokens() {
    this.tokens = new byte[0][];
    this.slots = new int[] {EMPTY};
  }

  /** All tokens of a vocabulary but the added ones. */
  WholeTokens(Vocabulary vocabulary) {
    this.tokens = new byte[vocabulary.size()][];
    this.slots = new int[Integer.highestOneBit(Math.max(vocabulary.size(), 1)) * 4];
    Arrays.fill(slots, EMPTY);
    for (int id = 0; id < tokens.length; id++) {
      if (!vocabulary.isAdded(id)) {
        tokens[id] = vocabulary.bytes(id);
        slots[slot(tokens[id], 0, tokens[id].length)] = id;
      }
    }
  }

  /** The id of the token that is {@code text[from, to)}, negative if there is none. */
  int find(byte[] text, int from, int to) {
    return slots[slot(text, from, to)];
  }

  /** Where these bytes are, or would be. */
  private int slot(byte[] text, int from, int to) {
    int mask = slots.length - 1;
    int slot = (int) (PieceCache.hash(text, from, to) >>> 32) & mask;
    while (slots[slot] != EMPTY && !Arrays.equals(tokens[slots[slot]], 0, tokens[slots[slot]].length, text, from, to)) {
      slot = slot + 1 & mask;
    }
    return slot;
  }
}
