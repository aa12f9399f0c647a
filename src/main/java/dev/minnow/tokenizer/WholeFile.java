package dev.minnow.tokenizer;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Writes files that others see whole or not at all. */
public final class WholeFile {
  private static final int BUFFER_BYTES = 1 << 16;

  /** Writes the bytes of a file. */
  public interface Contents {
    void writeTo(OutputStream out) throws IOException;
  }

  private WholeFile() {}

  /** Writes a file so that, whatever instant the process ends, it is either as before or whole and on disk. */
  public static void replace(Path file, Contents contents) throws IOException {
    Path unfinished = unfinished(file);
    try {
      write(unfinished, contents);
      move(unfinished, file);
    } catch (IOException e) {
      Files.deleteIfExists(unfinished);
      throw e;
    }
  }

  /** The same of bytes that are there already. */
  public static void replace(Path file, byte[] contents) throws IOException {
    replace(file, out -> out.write(contents));
  }

  /** Where a file is until it is whole. */
  static Path unfinished(Path file) {
    return file.resolveSibling(file.getFileName() + ".part");
  }

  /** Writes a file in its place and waits until it is on disk. */
  static void write(Path file, Contents contents) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
      OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES);
      contents.writeTo(out);
      out.flush();
      channel.force(true);
    }
  }

  /** Renames a file atomically, in place of another one. */
  static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Writes all that remains in a buffer. */
  public static void write(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
