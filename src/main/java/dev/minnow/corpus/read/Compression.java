package dev.minnow.corpus.read;

import io.airlift.compress.zstd.ZstdInputStream;
import java.io.IOException;
import java.io.InputStream;

/** How a file is packed, by the end of its name. */
public enum Compression {
  NONE(""), GZIP(".gz"), ZSTANDARD(".zst");

  private final String extension;

  Compression(String extension) {
    this.extension = extension;
  }

  /** The compression of a file of that name. */
  public static Compression ofName(String lowerCaseName) {
    if (lowerCaseName.endsWith(GZIP.extension)) {
      return GZIP;
    }
    return lowerCaseName.endsWith(ZSTANDARD.extension) ? ZSTANDARD : NONE;
  }

  /** The compression that a file's first four bytes show. */
  public static Compression ofStart(byte[] start) {
    if (start.length >= 2 && (start[0] & 0xFF) == 0x1F && (start[1] & 0xFF) == 0x8B) {
      return GZIP;
    }
    boolean zstandard =
        start.length >= 4 && (start[0] & 0xFF) == 0x28 && (start[1] & 0xFF) == 0xB5 && (start[2] & 0xFF) == 0x2F
            && (start[3] & 0xFF) == 0xFD;
    return zstandard ? ZSTANDARD : NONE;
  }

  /** The name without the compression's extension. */
  public String inner(String name) {
    return name.substring(0, name.length() - extension.length());
  }

  /**
   * What is in a packed file.
   *
   * @param limit how much that may be
   * @throws IOException if it does not begin as such a file does
   */
  public InputStream open(InputStream packed, ExpansionLimit limit) throws IOException {
    return this == NONE ? packed : limit.guard(new UnpackedBytes(packed, this::unpack));
  }

  private InputStream unpack(InputStream packed) throws IOException {
    return this == ZSTANDARD ? Zstandard.open(packed) : new GzipMembers(packed);
  }

  /** A class of its own, so that the library is asked for when a file needs it, and not before. */
  private static final class Zstandard {
    /**
     * Refuses windows of more than 8 MiB, which only "zstd --ultra" and "--long" make. What is in the window when a file turns out to be
     * damaged is lost.
     */
    static InputStream open(InputStream packed) {
      return new ZstdInputStream(packed);
    }
  }
}
