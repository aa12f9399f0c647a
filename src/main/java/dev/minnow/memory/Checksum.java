package dev.minnow.memory;

import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32C;

/** A CRC-32C of memory of any length. */
public final class Checksum {
  /** A buffer has at most 2 GiB. */
  private static final long AT_ONCE_BYTES = 1 << 30;

  private final CRC32C crc = new CRC32C();

  /** Of nothing yet. */
  public Checksum() {}

  /** Goes on with these bytes. */
  public void add(MemorySegment bytes) {
    for (long at = 0; at < bytes.byteSize(); at += AT_ONCE_BYTES) {
      crc.update(bytes.asSlice(at, Math.min(AT_ONCE_BYTES, bytes.byteSize() - at)).asByteBuffer());
    }
  }

  /** Of what was added. */
  public int value() {
    return (int) crc.getValue();
  }
}
