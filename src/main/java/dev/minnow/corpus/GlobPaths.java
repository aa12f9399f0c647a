package dev.minnow.corpus;

import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.Arrays;
import java.util.List;

/**
 * Paths below a folder, relative to it, that a pattern means.
 *
 * @param matcher of whole paths
 * @param names what the first names of such a path must be, one by one, as far as the pattern says that
 * @param depth most names of such a path
 */
record GlobPaths(PathMatcher matcher, List<PathMatcher> names, int depth) {
  /** All there are. */
  static final GlobPaths ALL = new GlobPaths(path -> true, List.of(), Integer.MAX_VALUE);

  /**
   * Those of a pattern.
   *
   * @param pattern with {@code /} between names
   * @throws java.util.regex.PatternSyntaxException if it is none
   */
  static GlobPaths of(String pattern, FileSystem files) {
    String[] names = pattern.split("/");
    return new GlobPaths(
        files.getPathMatcher("glob:" + pattern),
        Arrays.stream(names).takeWhile(GlobPaths::isOneName).map(name -> files.getPathMatcher("glob:" + name)).toList(),
        pattern.contains("**") ? Integer.MAX_VALUE : names.length);
  }

  /** Two stars go on into further names, and so may alternatives that only begin here. */
  private static boolean isOneName(String pattern) {
    return !pattern.contains("**") && pattern.lastIndexOf('{') <= pattern.lastIndexOf('}');
  }

  boolean has(Path file) {
    return matcher.matches(file);
  }

  /** Whether some may lie in a folder below the one they start from, if any lie in the folder that it is in. */
  boolean mayLieIn(Path folder) {
    int level = folder.getNameCount();
    return level < depth && (level > names.size() || names.get(level - 1).matches(folder.getFileName()));
  }
}
