package dev.minnow.corpus.clean;

import dev.minnow.tokenizer.Sha256;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/** A hash of a text that case and white space do not change: half of a SHA-256. For one thread, one document after the other. */
final class TextHash {
  private static final int BUFFER_BYTES = 8192;

  private final MessageDigest digest = Sha256.digest();
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int length;

  /** Takes the next part of the text. */
  void add(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        addWide(c);
      } else if (c > ' ') {
        put((char) (c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c));
      }
    }
  }

  /** Halves of surrogate pairs stay as they are: the few scripts beyond them that have case are not worth more. */
  private void addWide(char c) {
    if (!Character.isWhitespace(c) && !Character.isSpaceChar(c)) {
      // By way of the upper case, as equalsIgnoreCase does, so that both forms of sigma are one.
      put(Character.toLowerCase(Character.toUpperCase(c)));
    }
  }

  private void put(char c) {
    if (length == BUFFER_BYTES) {
      flush();
    }
    buffer[length++] = (byte) (c >> 8);
    buffer[length++] = (byte) c;
  }

  private void flush() {
    digest.update(buffer, 0, length);
    length = 0;
  }

  /** The 16 bytes of the document's hash; the next text begins another. */
  ByteBuffer finish() {
    flush();
    return ByteBuffer.wrap(digest.digest(), 0, 2 * Long.BYTES);
  }
}
