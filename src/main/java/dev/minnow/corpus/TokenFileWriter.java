package dev.minnow.corpus;

import it.unimi.dsi.fastutil.ints.IntList;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * Writes a token file beside its place and moves it there when it is whole and on disk, so that whatever happens the place holds a whole
 * file or what it held before. For one thread.
 */
public final class TokenFileWriter implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 18;

  private final Path file;
  private final Path unfinished;
  private final int vocabularySize;
  private final String tokenizerHash;
  private final FileChannel channel;
  private final CRC32C crc = new CRC32C();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private final boolean shortIds;

  private long tokenCount;
  private long textBytes;
  private boolean finished;

  /**
   * Starts a file.
   *
   * @param file where it will be; its folder exists
   * @param vocabularySize V, above every id
   * @param tokenizerHash 64 hexadecimal digits
   * @throws CorpusException if it cannot be written, or another process is writing it
   */
  public TokenFileWriter(Path file, int vocabularySize, String tokenizerHash) {
    this.file = file;
    this.unfinished = file.resolveSibling(file.getFileName() + ".tmp");
    this.vocabularySize = vocabularySize;
    this.tokenizerHash = tokenizerHash;
    this.shortIds = TokenFileHeader.bytesOfId(vocabularySize) == Short.BYTES;
    try {
      channel = openAlone(unfinished);
      channel.position(TokenFileHeader.BYTES);
    } catch (IOException e) {
      throw CorpusException.unwritable(file.toString(), e);
    }
  }

  private static FileChannel openAlone(Path unfinished) throws IOException {
    FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return channel.truncate(0);
      }
    } catch (OverlappingFileLockException e) {
      // This process itself is the one that writes; the answer is the same.
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
    channel.close();
    throw new CorpusException("Another run is writing " + unfinished + "; wait for it or choose another folder.");
  }

  /** Appends ids, each in [0, V). */
  public void append(IntList ids) {
    for (int i = 0; i < ids.size(); i++) {
      append(ids.getInt(i));
    }
  }

  /** Appends one id in [0, V). */
  public void append(int id) {
    if (Integer.compareUnsigned(id, vocabularySize) >= 0) {
      throw new IllegalArgumentException("The id " + id + " is not in a vocabulary of " + vocabularySize + ".");
    }
    if (buffer.remaining() < Integer.BYTES) {
      flush();
    }
    if (shortIds) {
      buffer.putShort((short) id);
    } else {
      buffer.putInt(id);
    }
    tokenCount++;
  }

  /** Counts bytes of text that the ids stand for. */
  public void addTextBytes(long bytes) {
    textBytes += bytes;
  }

  public long tokenCount() {
    return tokenCount;
  }

  private void flush() {
    crc.update(buffer.flip());
    buffer.rewind();
    try {
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    } catch (IOException e) {
      throw CorpusException.unwritable(file.toString(), e);
    }
    buffer.clear();
  }

  /** Completes the file, waits until it is on disk, and moves it to its place. */
  public void finish() {
    flush();
    TokenFileHeader header = new TokenFileHeader(tokenCount, textBytes, vocabularySize, (int) crc.getValue(), tokenizerHash);
    try {
      ByteBuffer bytes = header.toBytes();
      while (bytes.hasRemaining()) {
        channel.write(bytes, bytes.position());
      }
      channel.force(true);
      Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      finished = true;
      channel.close();
    } catch (IOException e) {
      throw CorpusException.unwritable(file.toString(), e);
    }
  }

  /** Ends the writing; what was not finished is removed. */
  @Override
  public void close() {
    if (finished) {
      return;
    }
    try {
      channel.close();
      Files.deleteIfExists(unfinished);
    } catch (IOException e) {
      throw CorpusException.unwritable(file.toString(), e);
    }
  }
}
