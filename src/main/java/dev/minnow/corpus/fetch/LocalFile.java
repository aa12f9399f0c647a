package dev.minnow.corpus.fetch;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.minnow.tokenizer.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** A {@link RemoteFile} on disk, whether Minnow or a person put it there. */
final class LocalFile {
  /** A file that was found right, so that gigabytes are not hashed at every start. */
  private record Mark(String sha256, long bytes, long modifiedNanos) {}

  private static final JsonMapper JSON = new JsonMapper();

  private final RemoteFile file;
  private final Path path;
  private final Path mark;

  LocalFile(RemoteFile file, Path folder) {
    this.file = file;
    path = folder.resolve(file.name());
    mark = folder.resolve("." + file.name() + ".verified");
  }

  Path path() {
    return path;
  }

  /** Whether there is a file of the right size. */
  boolean isThere() {
    try {
      return Files.isRegularFile(path) && (!file.exact() || Files.size(path) == file.bytes());
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Whether the file is there, and right.
   *
   * @param onBytes hears how many bytes were read to find out
   * @throws FetchException if what is there is another file
   */
  boolean isWhole(LongConsumer onBytes) throws IOException {
    if (!Files.exists(path)) {
      return false;
    }
    String wrong = difference(path, onBytes);
    if (wrong != null) {
      throw new FetchException(path + " is not the file that the catalogue means: it " + wrong + "; remove it, then it is fetched again.");
    }
    return true;
  }

  /** What is wrong with a file that should have these bytes, as in "has 1 byte"; null where nothing is. */
  @Nullable
  String difference(Path candidate, LongConsumer onBytes) throws IOException {
    if (!Files.isRegularFile(candidate)) {
      return "is not a regular file";
    }
    long bytes = Files.size(candidate);
    if (file.exact() ? bytes != file.bytes() : bytes > file.mostBytes()) {
      return "has " + bytes + " bytes instead of " + file.bytes();
    }
    String wanted = file.sha256();
    if (wanted == null) {
      return null;
    }
    Mark now = new Mark(wanted, bytes, modifiedNanos(candidate));
    if (candidate.equals(path) && now.equals(storedMark())) {
      return null;
    }
    String found = sha256(candidate, onBytes);
    if (!found.equals(wanted)) {
      return "has the SHA-256 " + found + " instead of " + wanted;
    }
    store(now);
    return null;
  }

  private static long modifiedNanos(Path file) throws IOException {
    FileTime modified = Files.getLastModifiedTime(file);
    return modified.to(TimeUnit.NANOSECONDS);
  }

  private @Nullable Mark storedMark() throws IOException {
    if (!Files.exists(mark)) {
      return null;
    }
    try {
      return JSON.readValue(mark.toFile(), Mark.class);
    } catch (JacksonException e) {
      return null;
    }
  }

  private void store(Mark found) {
    try {
      Files.write(mark, JSON.writeValueAsBytes(found));
    } catch (IOException e) {
      // A folder that many read and few may write: the file is right all the same, and is hashed again next time.
      System.getLogger(LocalFile.class.getName()).log(System.Logger.Level.DEBUG, mark + " cannot be written", e);
    }
  }

  private static String sha256(Path file, LongConsumer onBytes) throws IOException {
    MessageDigest digest = Sha256.digest();
    byte[] buffer = new byte[1 << 16];
    long done = 0;
    try (InputStream in = Files.newInputStream(file)) {
      for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
        digest.update(buffer, 0, length);
        done += length;
        onBytes.accept(done);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
