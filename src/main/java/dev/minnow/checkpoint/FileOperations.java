package dev.minnow.checkpoint;

import dev.minnow.tokenizer.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** Everything a save does to the file system, one method each, so that tests can make any of them the last. */
class FileOperations {
  /** Writes the bytes of a file. */
  interface Content {
    void writeTo(WritableByteChannel target) throws IOException;
  }

  static final FileOperations SYSTEM = new FileOperations();

  /** Creates a folder and those above it that are missing; what each lies in is synced, so that they survive a power cut. */
  void createFolder(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    Path parent = folder.toAbsolutePath().getParent();
    if (parent != null) {
      createFolder(parent);
    }
    Files.createDirectories(folder);
    if (parent != null) {
      syncFolder(parent);
    }
  }

  /** Opens a new file, which must not exist. */
  FileChannel create(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  void write(FileChannel channel, Content content) throws IOException {
    content.writeTo(channel);
  }

  void sync(FileChannel channel) throws IOException {
    channel.force(true);
  }

  /** Makes the names in a folder durable. Windows has no such call and opens no folders. */
  void syncFolder(Path folder) throws IOException {
    if (!System.getProperty("os.name").startsWith("Windows")) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  /** Renames atomically; a file of the target's name is replaced. */
  void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  void link(Path link, Path existing) throws IOException {
    Files.createLink(link, existing);
  }

  /** Deletes a file or an empty folder, if there is one. */
  void delete(Path path) throws IOException {
    Files.deleteIfExists(path);
  }

  /** Writes a new file and waits until it is on the disk. */
  final void writeFile(Path file, Content content) throws IOException {
    try (FileChannel channel = create(file)) {
      write(channel, content);
      sync(channel);
    }
  }

  final void writeFile(Path file, byte[] bytes) throws IOException {
    writeFile(file, target -> WholeFile.write(target, ByteBuffer.wrap(bytes)));
  }

  /** Gives a file a second name; where the file system has no hard links, a copy. */
  final void linkOrCopy(Path link, Path existing) throws IOException {
    try {
      link(link, existing);
    } catch (UnsupportedOperationException | IOException noLinks) {
      delete(link);
      try (FileChannel source = FileChannel.open(existing, StandardOpenOption.READ)) {
        writeFile(
            link,
            target -> {
              for (long position = 0; position < source.size();) {
                position += source.transferTo(position, source.size() - position, target);
              }
            });
      }
    }
  }

  /** Deletes a folder with everything in it; links are deleted and not followed. */
  final void deleteTree(Path path) throws IOException {
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      for (Path child : children(path)) {
        deleteTree(child);
      }
    }
    delete(path);
  }

  /** What lies in a folder, by name; nothing if there is no folder. */
  static List<Path> children(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> stream = Files.list(folder)) {
      return stream.sorted().toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
