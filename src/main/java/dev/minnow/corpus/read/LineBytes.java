package dev.minnow.corpus.read;

import java.io.IOException;
import java.io.InputStream;

/** A stream that ends at each line feed, until it is sent on to the next line: lines of any length in bounded memory. */
final class LineBytes extends InputStream {
  private final InputStream in;
  private final byte[] buffer = new byte[1 << 13];
  private int next;
  private int end;
  /** The place of the line feed that ends the line, or {@code end} if it is not in the buffer. */
  private int lineEnd;
  private boolean exhausted;
  private long line;

  LineBytes(InputStream in) {
    this.in = in;
  }

  /** The number of the current line, from 1. */
  long line() {
    return line;
  }

  /**
   * Goes to the start of the next line.
   *
   * @return whether there is one
   */
  boolean nextLine() throws IOException {
    while (line > 0 && !exhausted && lineEnd == end) {
      fill();
    }
    if (line > 0 && lineEnd < end) {
      next = lineEnd + 1;
      findEnd();
    } else if (line > 0) {
      next = end;
    }
    line++;
    if (next == end) {
      fill();
    }
    return next < end;
  }

  private void fill() throws IOException {
    int count = in.read(buffer, 0, buffer.length);
    exhausted = count < 0;
    next = 0;
    end = Math.max(count, 0);
    findEnd();
  }

  private void findEnd() {
    lineEnd = next;
    while (lineEnd < end && buffer[lineEnd] != '\n') {
      lineEnd++;
    }
  }

  @Override
  public int read() throws IOException {
    return ready() ? buffer[next++] & 0xFF : -1;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!ready()) {
      return -1;
    }
    int count = Math.min(length, lineEnd - next);
    System.arraycopy(buffer, next, into, offset, count);
    next += count;
    return count;
  }

  /** Whether the line goes on. */
  private boolean ready() throws IOException {
    while (next == lineEnd && lineEnd == end && !exhausted) {
      fill();
    }
    return next < lineEnd;
  }
}
