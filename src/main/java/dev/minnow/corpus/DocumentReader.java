package dev.minnow.corpus;

import dev.minnow.corpus.read.NormalizedText;
import dev.minnow.corpus.read.ProblemKind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Reads documents one after the other and hands them on as pieces of bounded size; a document without text gives none. */
final class DocumentReader {
  /** Longest piece. Large against the cost of a hand-over, small against memory; where pieces end decides the split, so it is fixed. */
  static final int PIECE_BYTES = 1 << 20;

  private final NormalizedText text = new NormalizedText();
  private final byte[] buffer = new byte[PIECE_BYTES + 1];
  private final Consumer<TextPiece> pieces;
  private final ReadingProblems problems;

  DocumentReader(Consumer<TextPiece> pieces, ReadingProblems problems) {
    this.pieces = pieces;
    this.problems = problems;
  }

  /**
   * Reads one document.
   *
   * @param encoding null to find out
   * @param opening what to make of the first piece
   * @throws IOException if it is not text, or cannot be read to its end; what stands before that is handed on
   */
  void read(String name, InputStream in, @Nullable Charset encoding, UnaryOperator<byte[]> opening) throws IOException {
    text.open(in, encoding);
    try {
      readPieces(name, opening);
    } finally {
      noteChanges(name, text);
    }
  }

  /**
   * Reads one document that is made of UTF-8 for sure.
   *
   * @throws IOException if it cannot be read to its end; what stands before that is handed on
   */
  void readUtf8(String name, InputStream in) throws IOException {
    text.openUtf8(in);
    try {
      readPieces(name, UnaryOperator.identity());
    } finally {
      noteChanges(name, text);
    }
  }

  /** Reads one document. */
  void read(String name, String document) throws IOException {
    byte[] utf8 = document.getBytes(StandardCharsets.UTF_8);
    if (document.chars().anyMatch(c -> Character.isSurrogate((char) c))) {
      long halves = document.codePoints().filter(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE).count();
      if (halves > 0) {
        utf8 = withoutHalfPairs(document).getBytes(StandardCharsets.UTF_8);
        noteReplaced(name, halves);
      }
    }
    readUtf8(name, new ByteArrayInputStream(utf8));
  }

  private static String withoutHalfPairs(String document) {
    StringBuilder whole = new StringBuilder(document.length());
    document.codePoints()
        .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
        .forEach(whole::appendCodePoint);
    return whole.toString();
  }

  /** Notes what reading a file changed. */
  void noteChanges(String name, NormalizedText normalized) {
    if (!normalized.encoding().equals(StandardCharsets.UTF_8)) {
      problems.changed(ProblemKind.OTHER_ENCODING, name, "is in " + normalized.encoding().name() + ".");
    }
    noteReplaced(name, normalized.replacedCharacters());
    if (normalized.droppedControls() > 0) {
      problems.changed(ProblemKind.DROPPED_CONTROLS, name, "has " + normalized.droppedControls() + " control characters.");
    }
  }

  void noteReplaced(String name, long times) {
    if (times > 0) {
      problems.changed(ProblemKind.REPLACED_CHARACTERS, name, "has " + times + " of those.");
    }
  }

  private void readPieces(String name, UnaryOperator<byte[]> opening) throws IOException {
    int length = 0;
    int index = 0;
    boolean last;
    do {
      @Nullable IOException fault = null;
      try {
        while (length < buffer.length) {
          int count = text.read(buffer, length, buffer.length - length);
          if (count < 0) {
            break;
          }
          length += count;
        }
      } catch (IOException e) {
        fault = e;
      }
      last = length <= PIECE_BYTES;
      int end = last ? length : cutAt(buffer, PIECE_BYTES);
      byte[] piece = Arrays.copyOf(buffer, end);
      if (index == 0) {
        piece = opening.apply(piece);
      }
      if (!last || index > 0 || piece.length > 0) {
        pieces.accept(new TextPiece(name, index++, piece, last));
      }
      if (fault != null) {
        throw fault;
      }
      length -= end;
      System.arraycopy(buffer, end, buffer, 0, length);
    } while (!last);
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
