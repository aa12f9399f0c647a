package dev.minnow.cli;

import java.io.IOException;
import java.io.InputStream;

/** Standard input, whose errors say that it is the one that cannot be read. */
final class StandardInput extends InputStream {
  private final InputStream in;

  StandardInput(InputStream in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    try {
      return in.read();
    } catch (IOException e) {
      throw named(e);
    }
  }

  @Override
  public int read(byte[] bytes, int from, int length) throws IOException {
    try {
      return in.read(bytes, from, length);
    } catch (IOException e) {
      throw named(e);
    }
  }

  /** Where the stream is a file, its length is known and no byte is held twice. */
  @Override
  public byte[] readAllBytes() throws IOException {
    try {
      return in.readAllBytes();
    } catch (IOException e) {
      throw named(e);
    }
  }

  @Override
  public int available() throws IOException {
    try {
      return in.available();
    } catch (IOException e) {
      throw named(e);
    }
  }

  private static IOException named(IOException e) {
    return new IOException("Standard input cannot be read: " + e.getMessage() + "; redirect a file or a pipe to it.", e);
  }
}
