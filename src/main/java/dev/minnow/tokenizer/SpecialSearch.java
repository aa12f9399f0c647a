package dev.minnow.tokenizer;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;

/** Finds the names of special tokens in text; where several begin at one place, the longest. Immutable. */
final class SpecialSearch {
  private final byte[][] longestFirst;
  private final boolean[] beginsOne = new boolean[256];

  SpecialSearch(Collection<String> names) {
    this.longestFirst =
        names.stream().map(Utf8::encode).sorted(Comparator.comparingInt((byte[] name) -> name.length).reversed()).toArray(byte[][]::new);
    for (byte[] name : longestFirst) {
      beginsOne[name[0] & 0xFF] = true;
    }
  }

  /** The first place at or after {@code from} where a name is written in whole before {@code to}, or {@code to} if there is none. */
  int next(byte[] text, int from, int to) {
    for (int at = from; at < to; at++) {
      if (beginsOne[text[at] & 0xFF] && length(text, at, to) > 0) {
        return at;
      }
    }
    return to;
  }

  /** Length in bytes of the name that is written at {@code at}, 0 if none is. */
  int length(byte[] text, int at, int to) {
    for (byte[] name : longestFirst) {
      if (name.length <= to - at && Arrays.equals(name, 0, name.length, text, at, at + name.length)) {
        return name.length;
      }
    }
    return 0;
  }
}
