package dev.minnow.corpus;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/**
 * The start of a token file, little-endian; ids follow it without a gap.
 *
 * <pre>
 * offset  bytes
 *      0      8  "MINNOWTK"
 *      8      4  version, 1
 *     12      4  bytes of one id: 2 up to a vocabulary of 65,536, otherwise 4; unsigned
 *     16      8  number of ids
 *     24      8  bytes of text that the ids stand for, separators not counted
 *     32      4  vocabulary size
 *     36      4  CRC-32C of the ids' bytes
 *     40     32  SHA-256 that identifies the tokenizer
 *     72     52  zero
 *    124      4  CRC-32C of the 124 bytes before
 * </pre>
 *
 * @param tokenizerHash in lower-case hexadecimal
 */
record TokenFileHeader(long tokenCount, long textBytes, int vocabularySize, int idsChecksum, String tokenizerHash) {
  /** A multiple of a cache line, so that ids are aligned in a mapped file. */
  static final int BYTES = 128;

  private static final long MAGIC = 0x4B54574F4E4E494DL;
  private static final int VERSION = 1;
  private static final int HASH_OFFSET = 40;
  private static final int HASH_BYTES = 32;
  private static final int CHECKSUM_OFFSET = 124;
  private static final int SHORT_VOCABULARY = 1 << 16;

  static int bytesOfId(int vocabularySize) {
    return vocabularySize <= SHORT_VOCABULARY ? Short.BYTES : Integer.BYTES;
  }

  int bytesOfId() {
    return bytesOfId(vocabularySize);
  }

  ByteBuffer toBytes() {
    byte[] hash = HexFormat.of().parseHex(tokenizerHash);
    if (hash.length != HASH_BYTES) {
      throw new IllegalArgumentException("A tokenizer hash has 64 hexadecimal digits, not " + tokenizerHash + ".");
    }
    ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(MAGIC).putInt(VERSION).putInt(bytesOfId()).putLong(tokenCount).putLong(textBytes).putInt(vocabularySize);
    bytes.putInt(idsChecksum).put(hash).putInt(CHECKSUM_OFFSET, checksum(bytes.array()));
    return bytes.rewind();
  }

  /**
   * Reads and checks a header.
   *
   * @param bytes the first {@link #BYTES} of the file, or the whole of a shorter one
   * @param fileBytes length of the file
   * @throws CorpusException if any field is not what a whole file has
   */
  static TokenFileHeader parse(String name, byte[] bytes, long fileBytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.length < Long.BYTES || in.getLong() != MAGIC) {
      throw new CorpusException(name + " is not a token file; give one that Minnow wrote.");
    }
    if (bytes.length < BYTES) {
      throw damaged(name, "it is shorter than its header");
    }
    int version = in.getInt();
    if (version != VERSION) {
      throw new CorpusException(name + " is a token file of version " + version + ", this Minnow reads " + VERSION + "; remove it.");
    }
    if (in.getInt(CHECKSUM_OFFSET) != checksum(bytes)) {
      throw damaged(name, "the checksum of its header does not agree");
    }
    int bytesOfId = in.getInt();
    long tokenCount = in.getLong();
    long textBytes = in.getLong();
    int vocabularySize = in.getInt();
    int idsChecksum = in.getInt();
    String hash = HexFormat.of().formatHex(Arrays.copyOfRange(bytes, HASH_OFFSET, HASH_OFFSET + HASH_BYTES));
    if (vocabularySize < 1 || bytesOfId != bytesOfId(vocabularySize) || textBytes < 0) {
      throw damaged(name, "its header contradicts itself");
    }
    if (tokenCount < 0 || tokenCount > (fileBytes - BYTES) / bytesOfId || tokenCount * bytesOfId != fileBytes - BYTES) {
      throw damaged(name, "it has " + fileBytes + " bytes, which is not what " + tokenCount + " ids take");
    }
    return new TokenFileHeader(tokenCount, textBytes, vocabularySize, idsChecksum, hash);
  }

  static CorpusException damaged(String name, String how) {
    return new CorpusException("The token file " + name + " is damaged: " + how + "; remove it and let it be made again.");
  }

  private static int checksum(byte[] header) {
    CRC32C crc = new CRC32C();
    crc.update(header, 0, CHECKSUM_OFFSET);
    return (int) crc.getValue();
  }
}
