package dev.minnow.corpus;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Objects;

/** The folder in which words of a command line name files. */
public record WorkingFolder(Path path) {
  /** The one of this program. */
  public static WorkingFolder current() {
    return new WorkingFolder(Path.of("").toAbsolutePath());
  }

  /** A path or pattern that names the same files in any working folder. A word that is neither stays as it is. */
  String absolute(String word) {
    try {
      return Glob.of(word, path)
          .map(glob -> joined(folded(glob.folder()), glob.pattern()))
          .orElseGet(() -> absolute(Path.of(word)).toString());
    } catch (InvalidPathException e) {
      return word;
    }
  }

  /** A path to the same file from any working folder, without the names that lead nowhere. */
  public Path absolute(Path file) {
    return folded(path.resolve(file));
  }

  private static String joined(Path folder, String pattern) {
    String text = folder.toString();
    return text.endsWith(File.separator) ? text + pattern : text + File.separator + pattern;
  }

  /** Without {@code .} and {@code ..}, but where this follows a link: from there it leads out of the folder that is linked to. */
  private static Path folded(Path absolute) {
    Path root = Objects.requireNonNull(absolute.getRoot());
    Path folded = root;
    for (Path name : absolute) {
      boolean up = name.toString().equals("..");
      if (up && !folded.equals(root) && !folded.endsWith("..") && !Files.isSymbolicLink(folded)) {
        folded = Objects.requireNonNull(folded.getParent());
      } else if (!name.toString().equals(".") && !(up && folded.equals(root))) {
        folded = folded.resolve(name);
      }
    }
    return folded;
  }
}
