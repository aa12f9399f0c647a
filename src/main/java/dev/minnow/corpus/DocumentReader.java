package dev.minnow.corpus;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Reads documents one after the other and hands them on as pieces of bounded size; a document without text is passed over. */
final class DocumentReader {
  /** Longest piece. Large against the cost of a hand-over, small against memory; where pieces end decides the split, so it is fixed. */
  static final int PIECE_BYTES = 1 << 20;

  /** How much of a file's start shows whether it is text. */
  private static final int SNIFFED_BYTES = 8192;

  private final NormalizedText text = new NormalizedText();
  private final byte[] buffer = new byte[PIECE_BYTES + 1];
  private final Consumer<TextPiece> pieces;
  private final Set<String> passedOver = new TreeSet<>();

  DocumentReader(Consumer<TextPiece> pieces) {
    this.pieces = pieces;
  }

  /** Names of what {@link #readIfText} found not to be text. */
  Set<String> passedOver() {
    return passedOver;
  }

  void passOver(String name) {
    passedOver.add(name);
  }

  /**
   * Reads one document.
   *
   * @throws CorpusException if it is not text in UTF-8
   */
  void read(String name, InputStream in) throws IOException {
    read(name, in, UnaryOperator.identity());
  }

  /** Reads one document that nobody asked for by name: a file that begins like a binary one is passed over. */
  void readIfText(String name, InputStream in, UnaryOperator<byte[]> opening) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(in, SNIFFED_BYTES);
    buffered.mark(SNIFFED_BYTES);
    byte[] start = buffered.readNBytes(SNIFFED_BYTES);
    if (looksBinary(start)) {
      passOver(name);
      return;
    }
    buffered.reset();
    read(name, buffered, opening);
  }

  /** Control characters other than white space, bell, backspace and escape do not occur in text, whatever its encoding. */
  static boolean looksBinary(byte[] start) {
    for (byte b : start) {
      boolean control = b >= 0 && b < 0x20;
      if (control && !(b >= 0x07 && b <= 0x0D) && b != 0x1A && b != 0x1B) {
        return true;
      }
    }
    return false;
  }

  private void read(String name, InputStream in, UnaryOperator<byte[]> opening) throws IOException {
    text.open(name, in);
    int length = 0;
    int index = 0;
    while (true) {
      length += text.read(buffer, length, buffer.length);
      boolean last = length <= PIECE_BYTES;
      int end = last ? length : cutAt(buffer, PIECE_BYTES);
      byte[] piece = Arrays.copyOf(buffer, end);
      if (index == 0) {
        piece = opening.apply(piece);
      }
      if (!last || index > 0 || piece.length > 0) {
        pieces.accept(new TextPiece(name, index++, piece, last));
      }
      if (last) {
        return;
      }
      length -= end;
      System.arraycopy(buffer, end, buffer, 0, length);
    }
  }

  /**
   * The last place at or before {@code limit} where white space follows an ASCII letter or digit: no split pattern of a byte-level BPE
   * joins the two, so both sides encode as they would together. In a text without such a place, the start of a character.
   */
  static int cutAt(byte[] utf8, int limit) {
    for (int at = limit; at > limit / 2; at--) {
      byte b = utf8[at];
      if ((b == ' ' || b == '\n' || b == '\t') && isLetterOrDigit(utf8[at - 1])) {
        return at;
      }
    }
    return characterStart(utf8, limit);
  }

  /** {@code at}, or the start of the character that has it in its middle. */
  static int characterStart(byte[] utf8, int at) {
    int start = at;
    while (start > 0 && start < utf8.length && (utf8[start] & 0xC0) == 0x80) {
      start--;
    }
    return start;
  }

  private static boolean isLetterOrDigit(byte b) {
    return (b >= '0' && b <= '9') || (b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z');
  }
}
