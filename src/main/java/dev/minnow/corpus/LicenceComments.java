package dev.minnow.corpus;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Drops the licences that open a Java source file: thousands of copies of one text teach a model little else. */
final class LicenceComments {
  private static final List<String> SIGNS =
      List.of(
          "copyright",
          "\u00A9",
          "all rights reserved",
          "licensed to",
          "licensed under",
          "license, version",
          "license & terms",
          "gnu general public",
          "permission is hereby granted",
          "public domain",
          "do not alter or remove",
          // java.xml's files carry this block before their licence.
          "reserved comment block");

  private LicenceComments() {}

  /**
   * The source without those of its leading comments that are licences and without white space at its start; other comments stay.
   *
   * @param source UTF-8
   */
  static byte[] drop(byte[] source) {
    byte[] kept = new byte[source.length];
    int length = 0;
    int at = skipWhiteSpace(source, 0);
    while (true) {
      int end = commentEnd(source, at);
      if (end < 0) {
        break;
      }
      int next = skipWhiteSpace(source, end);
      if (!isLicence(source, at, end)) {
        System.arraycopy(source, at, kept, length, next - at);
        length += next - at;
      }
      at = next;
    }
    System.arraycopy(source, at, kept, length, source.length - at);
    return Arrays.copyOf(kept, length + source.length - at);
  }

  /** The end of the block comment or of the run of line comments at {@code from}, or -1 where there is none. */
  private static int commentEnd(byte[] source, int from) {
    if (startsWith(source, from, '*')) {
      for (int at = from + 2; at + 1 < source.length; at++) {
        if (source[at] == '*' && source[at + 1] == '/') {
          return at + 2;
        }
      }
      return -1;
    }
    int end = -1;
    for (int at = from; startsWith(source, at, '/'); at = skipWhiteSpace(source, end)) {
      end = at;
      while (end < source.length && source[end] != '\n') {
        end++;
      }
    }
    return end;
  }

  private static boolean startsWith(byte[] source, int at, char second) {
    return at + 1 < source.length && source[at] == '/' && source[at + 1] == second;
  }

  private static boolean isLicence(byte[] source, int from, int to) {
    String comment = new String(source, from, to - from, StandardCharsets.UTF_8).toLowerCase(Locale.ROOT);
    return SIGNS.stream().anyMatch(comment::contains);
  }

  private static int skipWhiteSpace(byte[] source, int from) {
    int at = from;
    while (at < source.length && source[at] >= 0 && source[at] <= ' ') {
      at++;
    }
    return at;
  }
}
