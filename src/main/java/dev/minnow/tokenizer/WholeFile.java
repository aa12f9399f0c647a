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
import java.util.Map;

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
    replace(Map.of(file, contents));
  }

  /** The same of bytes that are there already. */
  public static void replace(Path file, byte[] contents) throws IOException {
    replace(file, out -> out.write(contents));
  }

  /** The same of several files that belong together: where one cannot be written, all are as before. */
  static void replace(Map<Path, Contents> contentsOfFiles) throws IOException {
    try {
      for (Map.Entry<Path, Contents> file : contentsOfFiles.entrySet()) {
        writeUnfinished(file.getKey(), file.getValue());
      }
      for (Path file : contentsOfFiles.keySet()) {
        Files.move(unfinished(file), file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      for (Path file : contentsOfFiles.keySet()) {
        Files.deleteIfExists(unfinished(file));
      }
      throw e;
    }
  }

  private static Path unfinished(Path file) {
    return file.resolveSibling(file.getFileName() + ".part");
  }

  private static void writeUnfinished(Path file, Contents contents) throws IOException {
    try (FileChannel channel =
        FileChannel.open(unfinished(file), StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
      OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES);
      contents.writeTo(out);
      out.flush();
      channel.force(true);
    }
  }

  /** Writes all that remains in a buffer. */
  public static void write(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
