package dev.minnow.corpus.read;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/** The files of a tar archive, in its order. They are read in place and never written, so a name that points outside harms nothing. */
public final class TarEntries implements AutoCloseable {
  /** Headers are held in memory, and each long name within another takes a bit of stack. */
  private static final int MOST_HEADER_BYTES = 1 << 18;

  private final HeaderBytes bytes;
  private final TarArchiveInputStream tar;
  private boolean begun;
  private @Nullable IOException fault;

  /**
   * The files of an archive.
   *
   * @param archive unpacked; closed with this
   */
  public TarEntries(InputStream archive) {
    this.bytes = new HeaderBytes(archive);
    this.tar = new TarArchiveInputStream(bytes, StandardCharsets.UTF_8.name());
  }

  /**
   * The name of the next file that has content of its own; links and folders have none.
   *
   * @throws IOException if the rest of the archive cannot be read
   */
  public Optional<String> next() throws IOException {
    while (true) {
      if (begun) {
        // The archive itself would pass over the rest of an entry as part of reading the next header.
        content().transferTo(OutputStream.nullOutputStream());
      }
      begun = true;
      @Nullable TarArchiveEntry entry = header();
      if (entry == null) {
        return Optional.empty();
      }
      if (entry.isSparse()) {
        throw new ReadingFault(
            ProblemKind.OVER_LIMIT, "holds " + entry.getName() + ", a file with holes of any size; unpack it first and give the folder.");
      }
      if (entry.isFile() && !entry.isLink() && !entry.isSymbolicLink() && entry.getSize() > 0) {
        return Optional.of(entry.getName());
      }
    }
  }

  private @Nullable TarArchiveEntry header() throws IOException {
    bytes.left = MOST_HEADER_BYTES;
    try {
      return tar.getNextEntry();
    } catch (IOException | RuntimeException e) {
      throw remembered(e);
    } finally {
      bytes.left = Long.MAX_VALUE;
    }
  }

  /** What the file holds; it need not be read to its end, nor closed. */
  public InputStream content() {
    return new FilterInputStream(tar) {
      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        if (fault != null) {
          throw fault;
        }
        try {
          return super.read(into, offset, length);
        } catch (IOException | RuntimeException e) {
          throw remembered(e);
        }
      }

      @Override
      public void close() {
        // The archive goes on.
      }
    };
  }

  /** After a failure nothing in the archive can be found. */
  private IOException remembered(Exception e) {
    fault = ReadingFault.of(e);
    return fault;
  }

  @Override
  public void close() throws IOException {
    tar.close();
  }

  /** Counts what one header takes. */
  private static final class HeaderBytes extends MeteredBytes {
    private long left = Long.MAX_VALUE;

    HeaderBytes(InputStream in) {
      super(in);
    }

    @Override
    void count(int bytes) throws ReadingFault {
      left -= bytes;
      if (left < 0) {
        throw new ReadingFault(
            ProblemKind.OVER_LIMIT, "has a header of more than " + MOST_HEADER_BYTES + " bytes; unpack it first and give the folder.");
      }
    }
  }
}
