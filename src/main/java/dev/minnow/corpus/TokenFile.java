package dev.minnow.corpus;

import dev.minnow.memory.Checksum;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Objects;

/** Token ids in a mapped file, of any length; {@link TokenFileHeader} says how it is laid out. Safe for threads until it is closed. */
public final class TokenFile implements AutoCloseable {
  private static final ValueLayout.OfShort SHORT_ID = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT_ID = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final String name;
  private final TokenFileHeader header;
  private final Arena arena;
  private final MemorySegment ids;

  private TokenFile(String name, TokenFileHeader header, Arena arena, MemorySegment ids) {
    this.name = name;
    this.header = header;
    this.arena = arena;
    this.ids = ids;
  }

  /** Bytes that an id takes in the file of a vocabulary. */
  public static int bytesOfId(int vocabularySize) {
    return TokenFileHeader.bytesOfId(vocabularySize);
  }

  /**
   * Maps a file.
   *
   * @throws CorpusException if it cannot be read or its header is not that of a whole token file
   */
  public static TokenFile open(Path file) {
    String name = file.toString();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer start = ByteBuffer.allocate(TokenFileHeader.BYTES);
      int count;
      do {
        count = channel.read(start);
      } while (count >= 0 && start.hasRemaining());
      TokenFileHeader header = TokenFileHeader.parse(name, Arrays.copyOf(start.array(), start.position()), channel.size());
      Arena arena = Arena.ofShared();
      try {
        long bytes = header.tokenCount() * header.bytesOfId();
        return new TokenFile(name, header, arena, channel.map(FileChannel.MapMode.READ_ONLY, TokenFileHeader.BYTES, bytes, arena));
      } catch (IOException | RuntimeException e) {
        arena.close();
        throw e;
      }
    } catch (IOException e) {
      throw CorpusException.unreadable(name, e);
    }
  }

  public long tokenCount() {
    return header.tokenCount();
  }

  /** V; every id is below it. */
  public int vocabularySize() {
    return header.vocabularySize();
  }

  /** Bytes of text that the ids stand for; tokens between documents stand for none. */
  public long textBytes() {
    return header.textBytes();
  }

  /** Identifies the tokenizer that made the ids, in hexadecimal. */
  public String tokenizerHash() {
    return header.tokenizerHash();
  }

  /** CRC-32C of the ids as the file holds them. */
  public int idsChecksum() {
    return header.idsChecksum();
  }

  /** The file's name, for messages. */
  String name() {
    return name;
  }

  /**
   * One id.
   *
   * @throws CorpusException if the file is damaged and the id is not in the vocabulary
   */
  public int get(long index) {
    Objects.checkIndex(index, header.tokenCount());
    int id = header.bytesOfId() == Short.BYTES ? Short.toUnsignedInt(ids.get(SHORT_ID, index * Short.BYTES))
        : ids.get(INT_ID, index * Integer.BYTES);
    if (Integer.compareUnsigned(id, header.vocabularySize()) >= 0) {
      throw TokenFileHeader.damaged(name, "id number " + index + " is " + Integer.toUnsignedString(id) + ", outside its vocabulary");
    }
    return id;
  }

  /**
   * Copies ids {@code from} to {@code from + count} to the elements of a tensor that start at {@code element}.
   *
   * @param destination any shape, I32
   * @throws CorpusException as {@link #get}
   */
  public void copy(long from, int count, Tensor destination, long element) {
    if (destination.type() != ElementType.I32) {
      throw new IllegalArgumentException("Token ids go into a tensor of I32, not " + destination + ".");
    }
    Objects.checkFromIndexSize(from, count, header.tokenCount());
    Objects.checkFromIndexSize(element, count, destination.elementCount());
    for (int i = 0; i < count; i++) {
      destination.setInt(element + i, get(from + i));
    }
  }

  /**
   * Reads all ids against the checksum.
   *
   * @throws CorpusException if they are not those that were written
   */
  public void verify() {
    Checksum checksum = new Checksum();
    checksum.add(ids);
    if (checksum.value() != header.idsChecksum()) {
      throw TokenFileHeader.damaged(name, "the checksum of its ids does not agree");
    }
  }

  /** Unmaps the file. */
  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
