package dev.minnow.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A file system that fails at one operation, once or for good, and notes all of them. It does not wait for the disk. */
final class FaultyFiles extends FileOperations {
  /** The process is gone: not even cleaning up happens. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }

  private final int failing;
  private final boolean kills;
  private final List<String> operations = new ArrayList<>();
  private boolean dead;

  /** @param failing the operation that fails, counted from 1; 0 for none */
  FaultyFiles(int failing, boolean kills) {
    this.failing = failing;
    this.kills = kills;
  }

  /** What was done, in words. */
  List<String> operations() {
    return operations;
  }

  private void operation(String words) throws IOException {
    operations.add(words);
    if (dead || operations.size() == failing) {
      if (kills) {
        dead = true;
        throw new Killed();
      }
      throw new FileSystemException(words, null, "No space left on device");
    }
  }

  @Override
  void createFolder(Path folder) throws IOException {
    operation("createFolder " + folder);
    super.createFolder(folder);
  }

  @Override
  FileChannel create(Path file) throws IOException {
    operation("create " + file);
    return super.create(file);
  }

  /** A write that fails has written some bytes. */
  @Override
  void write(FileChannel channel, Content content) throws IOException {
    super.write(
        channel,
        target -> content.writeTo(new WritableByteChannel() {
          @Override
          public int write(ByteBuffer source) throws IOException {
            int half = source.remaining() / 2;
            channel.write(source.slice(source.position(), half));
            source.position(source.position() + half);
            operation("write");
            return half + channel.write(source);
          }

          @Override
          public boolean isOpen() {
            return channel.isOpen();
          }

          @Override
          public void close() throws IOException {
            channel.close();
          }
        }));
  }

  @Override
  void sync(FileChannel channel) throws IOException {
    operation("sync");
  }

  @Override
  void syncFolder(Path folder) throws IOException {
    operation("syncFolder " + folder);
  }

  @Override
  void rename(Path from, Path to) throws IOException {
    operation("rename " + from + " " + to);
    super.rename(from, to);
  }

  @Override
  void link(Path link, Path existing) throws IOException {
    operation("link " + link);
    super.link(link, existing);
  }

  @Override
  void delete(Path path) throws IOException {
    operation("delete " + path);
    super.delete(path);
  }
}
