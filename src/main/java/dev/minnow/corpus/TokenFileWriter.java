package dev.minnow.corpus;

import dev.minnow.tokenizer.WholeFile;
import it.unimi.dsi.fastutil.ints.IntList;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.CRC32C;

/**
 * Writes a token file beside its place and moves it there when it is whole and on disk, so that whatever happens the place holds a whole
 * file or what it held before. What was written up to a {@link #checkpoint} can be taken up again, by another process too. For one thread.
 */
public final class TokenFileWriter implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 18;

  /**
   * How far a file is on disk.
   *
   * @param idsChecksum CRC-32C of the bytes of its ids
   */
  public record Checkpoint(long tokenCount, long textBytes, int idsChecksum) {
    /** Of a file that has only begun. */
    public static final Checkpoint START = new Checkpoint(0, 0, 0);
  }

  private final Path file;
  private final Path unfinished;
  private final int vocabularySize;
  private final String tokenizerHash;
  private final SoleFile sole;
  private final CRC32C crc = new CRC32C();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private final boolean shortIds;

  private long tokenCount;
  private long textBytes;
  private boolean ended;

  /**
   * Starts a file.
   *
   * @param file where it will be; its folder exists
   * @param vocabularySize V, above every id
   * @param tokenizerHash 64 hexadecimal digits
   * @throws CorpusException if it cannot be written, or another process is writing it
   */
  public TokenFileWriter(Path file, int vocabularySize, String tokenizerHash) {
    this(file, vocabularySize, tokenizerHash, Checkpoint.START);
  }

  /**
   * Takes up a file that was left unfinished, at a checkpoint; what was written after that is dropped.
   *
   * @throws CorpusException also if the file does not hold what the checkpoint says
   */
  public TokenFileWriter(Path file, int vocabularySize, String tokenizerHash, Checkpoint from) {
    this.file = file;
    this.unfinished = unfinished(file);
    this.vocabularySize = vocabularySize;
    this.tokenizerHash = tokenizerHash;
    this.shortIds = TokenFileHeader.bytesOfId(vocabularySize) == Short.BYTES;
    try {
      sole = openAlone(unfinished);
      try {
        takeUp(from);
      } catch (IOException | RuntimeException e) {
        sole.close();
        throw e;
      }
    } catch (IOException e) {
      throw CorpusException.unwritable(file.toString(), e);
    }
  }

  /** Where a file is until it is whole. */
  public static Path unfinished(Path file) {
    return file.resolveSibling(file.getFileName() + ".tmp");
  }

  private static SoleFile openAlone(Path unfinished) throws IOException {
    return SoleFile.lock(unfinished)
        .orElseThrow(() -> new CorpusException("Another run is writing " + unfinished + "; wait for it or choose another folder."));
  }

  private void takeUp(Checkpoint from) throws IOException {
    FileChannel channel = sole.channel();
    long idBytes = from.tokenCount() * TokenFileHeader.bytesOfId(vocabularySize);
    if (idBytes > 0 && channel.size() - TokenFileHeader.BYTES < idBytes) {
      throw TokenFileHeader.damaged(unfinished.toString(), "it is shorter than when it was left");
    }
    channel.truncate(TokenFileHeader.BYTES + idBytes).position(TokenFileHeader.BYTES);
    for (long left = idBytes; left > 0; left -= buffer.limit()) {
      buffer.clear().limit((int) Math.min(left, buffer.capacity()));
      while (buffer.hasRemaining()) {
        if (channel.read(buffer) < 0) {
          throw new EOFException();
        }
      }
      crc.update(buffer.flip());
    }
    buffer.clear();
    if ((int) crc.getValue() != from.idsChecksum()) {
      throw TokenFileHeader.damaged(unfinished.toString(), "the checksum of its ids does not agree");
    }
    tokenCount = from.tokenCount();
    textBytes = from.textBytes();
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
      WholeFile.write(sole.channel(), buffer);
    } catch (IOException e) {
      throw CorpusException.unwritable(file.toString(), e);
    }
    buffer.clear();
  }

  /** Waits until all that was appended is on disk, and says how much that is. */
  public Checkpoint checkpoint() {
    flush();
    try {
      sole.channel().force(false);
    } catch (IOException e) {
      throw CorpusException.unwritable(file.toString(), e);
    }
    return new Checkpoint(tokenCount, textBytes, (int) crc.getValue());
  }

  /** Completes the file, waits until it is on disk, and moves it to its place. */
  public void finish() {
    complete();
    try {
      Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw CorpusException.unwritable(file.toString(), e);
    }
  }

  /** Completes the file and waits until it is on disk, where it is {@link #unfinished}. */
  public Checkpoint complete() {
    flush();
    TokenFileHeader header = new TokenFileHeader(tokenCount, textBytes, vocabularySize, (int) crc.getValue(), tokenizerHash);
    try {
      FileChannel channel = sole.channel();
      ByteBuffer bytes = header.toBytes();
      while (bytes.hasRemaining()) {
        channel.write(bytes, bytes.position());
      }
      channel.force(true);
      ended = true;
      sole.close();
    } catch (IOException e) {
      throw CorpusException.unwritable(file.toString(), e);
    }
    return new Checkpoint(tokenCount, textBytes, header.idsChecksum());
  }

  /** Ends the writing and leaves what was not completed, to be taken up again at its last checkpoint. */
  public void leave() {
    ended = true;
    try {
      sole.close();
    } catch (IOException e) {
      throw CorpusException.unwritable(file.toString(), e);
    }
  }

  /** Ends the writing; what was not completed is removed. */
  @Override
  public void close() {
    if (ended) {
      return;
    }
    leave();
    try {
      Files.deleteIfExists(unfinished);
    } catch (IOException e) {
      throw CorpusException.unwritable(file.toString(), e);
    }
  }
}
