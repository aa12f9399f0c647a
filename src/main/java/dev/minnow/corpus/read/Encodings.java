package dev.minnow.corpus.read;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Tells the encoding of a text from its bytes. */
final class Encodings {
  /** A superset of Latin-1 where that has characters; what browsers read pages in that claim to be Latin-1. */
  static final Charset WINDOWS_1252 = Charset.forName("windows-1252");

  /** How much of the start shows whether a file is text. */
  static final int SNIFFED_BYTES = 8192;

  /**
   * A file is binary if more than one in so many of its first bytes is a control character that text does not use: compressed data has
   * one in eleven, text with a stray NUL one in thousands.
   */
  private static final int BYTES_PER_CONTROL = 32;

  /** UTF-8 needs one well-formed sequence among so many; in Latin-1 and its like they come about by chance and very rarely. */
  private static final int SEQUENCES_PER_VALID = 10;

  /** Fewer units of UTF-16 without a mark are no pattern. */
  private static final int FEWEST_UNITS = 4;

  private Encodings() {}

  /** The encoding that a byte order mark announces, or null. */
  static @Nullable Charset ofMark(byte[] bytes, int length) {
    int first = length < 2 ? 0 : (bytes[0] & 0xFF) << 8 | (bytes[1] & 0xFF);
    int second = length < 4 ? -1 : (bytes[2] & 0xFF) << 8 | (bytes[3] & 0xFF);
    if (first == 0xFFFE) {
      return second == 0 ? Charset.forName("UTF-32LE") : StandardCharsets.UTF_16LE;
    }
    if (first == 0xFEFF) {
      return StandardCharsets.UTF_16BE;
    }
    if (first == 0 && second == 0xFEFF) {
      return Charset.forName("UTF-32BE");
    }
    return first == 0xEFBB && length >= 3 && (bytes[2] & 0xFF) == 0xBF ? StandardCharsets.UTF_8 : null;
  }

  /**
   * UTF-16 without a mark, or null: where at least half of the bytes in odd places are NUL and hardly any of the others (or the reverse),
   * and the characters are such as text has.
   */
  static @Nullable Charset ofNulPattern(byte[] bytes, int length) {
    int units = Math.min(length, SNIFFED_BYTES) / 2;
    int[] nuls = new int[2];
    for (int i = 0; i < 2 * units; i++) {
      nuls[i & 1] += bytes[i] == 0 ? 1 : 0;
    }
    boolean little = nuls[1] >= Math.max(1, (units + 1) / 2) && nuls[0] * 100 <= units;
    boolean big = nuls[0] >= Math.max(1, (units + 1) / 2) && nuls[1] * 100 <= units;
    if (little == big || units < FEWEST_UNITS) {
      return null;
    }
    // The other byte of such a pair is the character.
    byte[] characters = new byte[units];
    int count = 0;
    for (int i = 0; i < 2 * units; i += 2) {
      if (bytes[little ? i + 1 : i] == 0) {
        characters[count++] = bytes[little ? i : i + 1];
      }
    }
    if (looksBinary(characters, count)) {
      return null;
    }
    return little ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_16BE;
  }

  /**
   * UTF-8 or Windows-1252, whichever the bytes of a window that begins beyond ASCII are.
   *
   * @param whole whether the text ends with the window
   */
  static Charset ofWindow(byte[] bytes, int from, int end, boolean whole) {
    int valid = 0;
    int invalid = 0;
    int at = from;
    while (at < end) {
      int length = bytes[at] >= 0 ? 1 : Utf8Sequence.length(bytes, at, end, whole);
      if (length == 0) {
        break;
      }
      valid += length > 1 ? 1 : 0;
      invalid += length < 0 ? 1 : 0;
      at += Math.abs(length);
    }
    return invalid == 0 || valid * SEQUENCES_PER_VALID >= valid + invalid ? StandardCharsets.UTF_8 : WINDOWS_1252;
  }

  /** Whether a file that begins so is no text in any encoding of bytes. */
  static boolean looksBinary(byte[] start, int length) {
    // The one binary format in wide use that begins with pages of text.
    if (length >= 5 && start[0] == '%' && start[1] == 'P' && start[2] == 'D' && start[3] == 'F' && start[4] == '-') {
      return true;
    }
    int sniffed = Math.min(length, SNIFFED_BYTES);
    int controls = 0;
    for (int i = 0; i < sniffed; i++) {
      byte b = start[i];
      // White space, bell, backspace, the end of old DOS files and the escapes of terminals occur in text.
      controls += b >= 0 && b < 0x20 && !(b >= 0x07 && b <= 0x0D) && b != 0x1A && b != 0x1B ? 1 : 0;
    }
    return controls * BYTES_PER_CONTROL > sniffed;
  }
}
