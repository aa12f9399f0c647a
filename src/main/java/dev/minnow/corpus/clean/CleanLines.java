package dev.minnow.corpus.clean;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * Leaves out boilerplate lines and, when asked to, blanks at the ends of lines, blank lines at both ends of a document and all but one
 * between others. For one thread, one document after the other, in pieces whose ends may fall anywhere.
 */
final class CleanLines {
  /** Most blanks that wait for what follows; no line of text ends in so many. */
  private static final int MOST_BLANKS = 1 << 16;

  private final boolean trimmed;
  private final BoilerplateLines boilerplate;
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  /** Whether something of the document was kept. */
  private boolean started;
  /** Whether the line that is being read began in an earlier piece. */
  private boolean continued;
  /** Blanks at the end of the last piece. */
  private byte[] waitingBlanks = {};
  /** Ends of lines that are written once something follows; two of them make a blank line. */
  private int pendingEnds;

  CleanLines(boolean trimmed, BoilerplateLines boilerplate) {
    this.trimmed = trimmed;
    this.boilerplate = boilerplate;
  }

  /** The next piece of the document. */
  byte[] clean(byte[] piece, boolean last) {
    byte[] utf8 = withWaitingBlanks(piece);
    kept.reset();
    int start = 0;
    for (int i = 0; i < utf8.length; i++) {
      if (utf8[i] == '\n') {
        line(utf8, start, i);
        start = i + 1;
        continued = false;
      }
    }
    if (start < utf8.length) {
      rest(utf8, start, last);
    }
    if (last) {
      end();
    }
    return kept.toByteArray();
  }

  private void line(byte[] utf8, int start, int end) {
    if (!continued && boilerplate.contains(utf8, start, end)) {
      return;
    }
    content(utf8, start, trimmed ? withoutBlanks(utf8, start, end) : end);
    if (!trimmed) {
      pendingEnds++;
    } else if (started) {
      pendingEnds = Math.min(pendingEnds + 1, 2);
    }
  }

  private byte[] withWaitingBlanks(byte[] piece) {
    if (waitingBlanks.length == 0) {
      return piece;
    }
    byte[] joined = Arrays.copyOf(waitingBlanks, waitingBlanks.length + piece.length);
    System.arraycopy(piece, 0, joined, waitingBlanks.length, piece.length);
    waitingBlanks = new byte[0];
    return joined;
  }

  /** A line that the piece does not end. */
  private void rest(byte[] utf8, int start, boolean last) {
    if (last) {
      if (continued || !boilerplate.contains(utf8, start, utf8.length)) {
        content(utf8, start, trimmed ? withoutBlanks(utf8, start, utf8.length) : utf8.length);
      }
      return;
    }
    int end = trimmed ? withoutBlanks(utf8, start, utf8.length) : utf8.length;
    if (utf8.length - end > MOST_BLANKS) {
      end = utf8.length;
    }
    content(utf8, start, end);
    waitingBlanks = Arrays.copyOfRange(utf8, end, utf8.length);
    continued |= end > start;
  }

  private void content(byte[] utf8, int start, int end) {
    if (end > start) {
      writeEnds(pendingEnds);
      kept.write(utf8, start, end - start);
      started = true;
    }
  }

  private void writeEnds(int count) {
    for (int i = 0; i < count; i++) {
      kept.write('\n');
    }
    pendingEnds = 0;
  }

  private void end() {
    writeEnds(trimmed ? Math.min(pendingEnds, 1) : pendingEnds);
    started = false;
    continued = false;
  }

  private static int withoutBlanks(byte[] utf8, int start, int end) {
    int at = end;
    while (at > start && CandidateLine.isBlank(utf8[at - 1])) {
      at--;
    }
    return at;
  }
}
