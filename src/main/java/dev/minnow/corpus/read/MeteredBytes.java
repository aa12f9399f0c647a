package dev.minnow.corpus.read;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Bytes on their way to a library, each of which is counted. */
abstract class MeteredBytes extends FilterInputStream {
  MeteredBytes(InputStream in) {
    super(in);
  }

  /**
   * So many bytes were read.
   *
   * @throws ReadingFault if that is more than there may be
   */
  abstract void count(int bytes) throws ReadingFault;

  @Override
  public int read() throws IOException {
    int value = super.read();
    count(value < 0 ? 0 : 1);
    return value;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int count = super.read(into, offset, length);
    count(Math.max(count, 0));
    return count;
  }

  /** Going back would count bytes twice. */
  @Override
  public boolean markSupported() {
    return false;
  }
}
