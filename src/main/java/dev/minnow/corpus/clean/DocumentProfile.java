package dev.minnow.corpus.clean;

import java.nio.ByteBuffer;

/**
 * What is remembered of a document once it has been read.
 *
 * @param hashHigh first half of a hash of its text without case and white space
 * @param hashLow second half
 * @param characters code points other than white space
 * @param words of Unicode's word boundaries, numbers included
 * @param lines that are not blank
 * @param likeness to language or source code, 0 (noise) to 1
 * @param signature (SIGNATURE_VALUES) minimum hashes of its shingles, 16 bits of each; not to be changed
 */
public record DocumentProfile(long hashHigh, long hashLow, long characters, long words, long lines, float likeness, short[] signature) {
  /** The standard deviation of an estimated similarity is at most 1 / (2 sqrt(128)) = 0.044. */
  public static final int SIGNATURE_VALUES = 128;

  /** Size of {@link #toBytes}. */
  public static final int BYTES = 5 * Long.BYTES + 2 * Float.BYTES + SIGNATURE_VALUES * Short.BYTES;

  public DocumentProfile {
    if (signature.length != SIGNATURE_VALUES) {
      throw new IllegalArgumentException("A signature has " + SIGNATURE_VALUES + " values, not " + signature.length + ".");
    }
  }

  /** A record of {@link #BYTES} bytes, big-endian, for a file of many. */
  public byte[] toBytes() {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES);
    bytes.putLong(hashHigh).putLong(hashLow).putLong(characters).putLong(words).putLong(lines).putFloat(likeness).putFloat(0);
    bytes.asShortBuffer().put(signature);
    return bytes.array();
  }

  /** The profile of which {@link #toBytes} gave these bytes. */
  public static DocumentProfile fromBytes(byte[] record) {
    if (record.length != BYTES) {
      throw new IllegalArgumentException("The record of a document has " + BYTES + " bytes, not " + record.length + ".");
    }
    ByteBuffer bytes = ByteBuffer.wrap(record);
    short[] signature = new short[SIGNATURE_VALUES];
    bytes.slice(BYTES - 2 * SIGNATURE_VALUES, 2 * SIGNATURE_VALUES).asShortBuffer().get(signature);
    return new DocumentProfile(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getFloat(),
        signature);
  }
}
