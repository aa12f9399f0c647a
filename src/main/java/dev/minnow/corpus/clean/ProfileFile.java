package dev.minnow.corpus.clean;

import dev.minnow.corpus.CorpusException;
import it.unimi.dsi.fastutil.HashCommon;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The profiles of a corpus in a mapped file, read without making objects of them; document i has the record at i * BYTES. */
final class ProfileFile implements AutoCloseable {
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private static final int CHARACTERS_AT = 2 * Long.BYTES;
  private static final int WORDS_AT = 3 * Long.BYTES;
  private static final int SIGNATURE_AT = DocumentProfile.BYTES - DocumentProfile.SIGNATURE_VALUES * Short.BYTES;

  /** The highest bit of each of four values of 16 bits. */
  private static final long HIGHEST_BITS = 0x8000_8000_8000_8000L;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment records;
  private final int documents;

  ProfileFile(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long bytes = channel.size();
      if (bytes % DocumentProfile.BYTES != 0) {
        throw new CorpusException(file + " ends within the profile of a document; prepare the corpus again.");
      }
      if (bytes / DocumentProfile.BYTES > Integer.MAX_VALUE - Long.BYTES) {
        throw new CorpusException(file + " has more than two thousand million documents; prepare the corpus in parts.");
      }
      documents = (int) (bytes / DocumentProfile.BYTES);
      records = channel.map(FileChannel.MapMode.READ_ONLY, 0, bytes, arena);
    } catch (IOException | RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  int documents() {
    return documents;
  }

  private static long at(int document, int offset) {
    return (long) document * DocumentProfile.BYTES + offset;
  }

  long hashHigh(int document) {
    return records.get(LONG, at(document, 0));
  }

  boolean hasText(int document, int other) {
    return hashHigh(document) == hashHigh(other)
        && records.get(LONG, at(document, Long.BYTES)) == records.get(LONG, at(other, Long.BYTES));
  }

  long characters(int document) {
    return records.get(LONG, at(document, CHARACTERS_AT));
  }

  long words(int document) {
    return records.get(LONG, at(document, WORDS_AT));
  }

  /** A hash of so many values of the signature. */
  int band(int document, int from, int values) {
    long hash = 0;
    for (int i = from; i < from + values; i++) {
      hash = HashCommon.murmurHash3(hash ^ records.get(SHORT, at(document, SIGNATURE_AT + i * Short.BYTES)));
    }
    return (int) hash;
  }

  /** How many values of two signatures are equal; four at a time. */
  int equalValues(int document, int other) {
    int different = 0;
    for (int offset = SIGNATURE_AT; offset < DocumentProfile.BYTES; offset += Long.BYTES) {
      long difference = records.get(LONG, at(document, offset)) ^ records.get(LONG, at(other, offset));
      // Adding carries into the highest bit of a value unless its other bits are all zero, and never beyond.
      different += Long.bitCount(((difference & ~HIGHEST_BITS) + ~HIGHEST_BITS | difference) & HIGHEST_BITS);
    }
    return DocumentProfile.SIGNATURE_VALUES - different;
  }

  @Override
  public void close() {
    arena.close();
  }
}
