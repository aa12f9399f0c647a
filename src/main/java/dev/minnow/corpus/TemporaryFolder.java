package dev.minnow.corpus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * A folder for files of one computation, which goes with all that is in it, also where the program is told to end before.
 *
 * @param path of it
 */
public record TemporaryFolder(Path path) implements AutoCloseable {
  private static final Set<TemporaryFolder> OPEN = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(TemporaryFolder::deleteOpen, "minnow-temporary-folders"));
  }

  /** A new, empty one, whose name begins with {@code prefix}. */
  public static TemporaryFolder create(String prefix) throws IOException {
    TemporaryFolder folder = new TemporaryFolder(Files.createTempDirectory(prefix));
    OPEN.add(folder);
    return folder;
  }

  @Override
  public void close() throws IOException {
    OPEN.remove(this);
    try {
      deleteTree(path);
    } catch (NoSuchFileException e) {
      // The program is told to end, and the other thread was there before.
    }
  }

  /** Deletes a folder with all that is in it. */
  public static void deleteTree(Path folder) throws IOException {
    try (Stream<Path> inside = Files.walk(folder)) {
      List<Path> deepestFirst = inside.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.deleteIfExists(file);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void deleteOpen() {
    for (TemporaryFolder folder : OPEN) {
      try {
        deleteTree(folder.path);
      } catch (IOException e) {
        // Somebody still writes there, and there is nobody left to tell.
      }
    }
  }
}
