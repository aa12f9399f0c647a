package dev.minnow.corpus.clean;

import it.unimi.dsi.fastutil.HashCommon;

/**
 * Which lines may be boilerplate, such as menus, notices of cookies and calls to subscribe: whole phrases of prose. Short lines do little
 * harm, and lines of source code, comments and headings recur because they mean the same each time.
 */
final class CandidateLine {
  /** Seven or eight words of English, ten characters of Chinese. */
  private static final int LEAST_BYTES = 30;

  private static final int LEAST_BLANKS = 4;
  private static final String CODE_BEGINS = "*/#@<\"";
  private static final String CODE_ENDS = "{};(),[=+|&:>\\";

  private CandidateLine() {}

  /** A hash of the line in [from, to) without blanks at its ends, or 0 for one that cannot be boilerplate. */
  static long hash(byte[] utf8, int from, int to) {
    int start = from;
    while (start < to && isBlank(utf8[start])) {
      start++;
    }
    int end = to;
    while (end > start && isBlank(utf8[end - 1])) {
      end--;
    }
    return isPhrase(utf8, start, end) ? hashBytes(utf8, start, end) : 0;
  }

  private static boolean isPhrase(byte[] utf8, int start, int end) {
    int length = end - start;
    if (length < LEAST_BYTES || CODE_BEGINS.indexOf(utf8[start]) >= 0 || CODE_ENDS.indexOf(utf8[end - 1]) >= 0) {
      return false;
    }
    int blanks = 0;
    int wide = 0;
    int letters = 0;
    for (int i = start; i < end; i++) {
      byte b = utf8[i];
      int lower = b | 0x20;
      if (i > start + 1 && isCode(utf8[i - 2], utf8[i - 1], b)) {
        return false;
      }
      blanks += b == ' ' ? 1 : 0;
      wide += b < 0 ? 1 : 0;
      letters += lower >= 'a' && lower <= 'z' ? 1 : 0;
    }
    boolean phrase = blanks >= LEAST_BLANKS || wide > length / 2;
    return phrase && letters + blanks + wide >= length * 0.85;
  }

  /** A call, or a comment after code; but not an address of the Web. */
  private static boolean isCode(byte beforeLast, byte last, byte b) {
    boolean call = b == '(' && last != ' ' && last > 0;
    boolean comment = b == '/' && last == '/' && beforeLast != ':';
    return call || comment;
  }

  private static long hashBytes(byte[] utf8, int start, int end) {
    long hash = end - start;
    for (int i = start; i < end; i++) {
      hash = (hash ^ utf8[i]) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 29;
    }
    long mixed = HashCommon.murmurHash3(hash);
    return mixed == 0 ? 1 : mixed;
  }

  static boolean isBlank(byte b) {
    return b == ' ' || b == '\t';
  }
}
