package dev.minnow.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobPathsTest {
  private static final List<String> FOLDERS = List.of("a", "b", "c", "a/b", "a/c", "b/b", "c/b", "a/b/c", "a/b/c/d");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
          "*.txt         |",
          "*/*.txt       | a b c",
          "[ab]/b/*.txt  | a b a/b b/b",
          "{a,b}/*/x.txt | a b a/b a/c b/b",
          "{a/b,c}/*/x   | a b c a/b a/c b/b c/b a/b/c",
          "?/{b/c,c}/x   | a b c a/b a/c b/b c/b a/b/c",
          "a/**.txt      | a a/b a/c a/b/c a/b/c/d",
          "a/b**/x       | a a/b a/c a/b/c a/b/c/d",
          "**            | a b c a/b a/c b/b c/b a/b/c a/b/c/d",
      })
  void aFolderIsEnteredWherePathsOfThePatternMayLieInIt(String pattern, String expected) {
    GlobPaths paths = GlobPaths.of(pattern, FileSystems.getDefault());
    List<String> entered = FOLDERS.stream().filter(folder -> isEntered(Path.of(folder), paths)).toList();
    assertEquals(expected == null ? List.of() : List.of(expected.split(" ")), entered);
  }

  private static boolean isEntered(Path folder, GlobPaths paths) {
    return Stream.iterate(folder, above -> above != null, Path::getParent).allMatch(paths::mayLieIn);
  }
}
