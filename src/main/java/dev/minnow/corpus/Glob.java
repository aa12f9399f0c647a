package dev.minnow.corpus;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Files that a pattern names. A folder goes before a pattern: {@code data [v2]} is that folder where there is one, and else two names.
 *
 * @param folder below which they are, as far as the word says without a pattern
 * @param pattern of their paths from there, with {@code /} between names
 */
record Glob(Path folder, String pattern) {
  private static final String SPECIAL = "*?[{";

  /**
   * What a word names.
   *
   * @param workingFolder that relative words start from
   * @return nothing if there is no pattern in it, or no path can begin as it does
   */
  static Optional<Glob> of(String word, Path workingFolder) {
    String path = File.separatorChar == '\\' ? word.replace('\\', '/') : word;
    int folderEnd = 0;
    for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      if (isPattern(path.substring(folderEnd, slash)) && !isFolder(path.substring(0, slash), workingFolder)) {
        break;
      }
      folderEnd = slash + 1;
    }
    String pattern = path.substring(folderEnd);
    if (!isPattern(pattern)) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Glob(workingFolder.resolve(path.substring(0, folderEnd)), plain(pattern)));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private static boolean isPattern(String text) {
    return text.chars().anyMatch(c -> SPECIAL.indexOf(c) >= 0);
  }

  private static boolean isFolder(String path, Path workingFolder) {
    try {
      return Files.isDirectory(workingFolder.resolve(path));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /** Paths below a folder have no empty names, nor any that is the folder itself. */
  private static String plain(String pattern) {
    return Arrays.stream(pattern.replace('\\', '/').split("/"))
        .filter(name -> !name.isEmpty() && !name.equals("."))
        .collect(Collectors.joining("/"));
  }
}
