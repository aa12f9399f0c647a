package dev.minnow.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pair whose replacement ends at each of its renames in turn. */
class FilePairTest {
  private static final int RENAMES = 4;

  @TempDir
  private Path temporary;

  private static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }

  /** What a folder holds, as "name: contents". */
  private static List<String> contents(Path folder) throws IOException {
    TreeMap<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        contents.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    return contents.entrySet().stream().map(entry -> entry.getKey() + ": " + entry.getValue()).toList();
  }

  private static void replace(Path folder, String with, FilePair.Renaming renaming) throws IOException {
    byte[] bytes = with.getBytes(StandardCharsets.UTF_8);
    new FilePair(folder.resolve("one"), folder.resolve("two"), renaming)
        .replace(out -> out.write(bytes), out -> out.write(bytes));
  }

  private Path pair(String name) throws IOException {
    Path folder = Files.createDirectory(temporary.resolve(name));
    replace(folder, "old", WholeFile::move);
    assertEquals(List.of("one: old", "two: old"), contents(folder));
    return folder;
  }

  /** Renames until the one of this number, counted from 1. */
  private static FilePair.Renaming until(int last, Runnable end) {
    int[] count = {0};
    return (from, to) -> {
      if (++count[0] == last) {
        end.run();
        throw new IOException("No space left on device");
      }
      WholeFile.move(from, to);
    };
  }

  @Test
  void aPairOfWhichOneCannotBeWrittenIsAsBefore() throws IOException {
    for (int failing = 1; failing <= RENAMES; failing++) {
      Path folder = pair("failed" + failing);
      FilePair.Renaming renaming = until(failing, () -> {});
      assertThrows(IOException.class, () -> replace(folder, "new", renaming));
      assertEquals(List.of("one: old", "two: old"), contents(folder), "rename " + failing);
    }
    for (int failing = 1; failing <= 2; failing++) {
      Path folder = Files.createDirectory(temporary.resolve("empty" + failing));
      FilePair.Renaming renaming = until(failing, () -> {});
      assertThrows(IOException.class, () -> replace(folder, "new", renaming));
      assertEquals(List.of(), contents(folder), "rename " + failing);
    }
  }

  @Test
  void aProcessThatEndsInBetweenLeavesNoMixture() throws IOException {
    for (int killed = 1; killed <= RENAMES; killed++) {
      Path folder = pair("killed" + killed);
      FilePair.Renaming renaming = until(killed, () -> {
        throw new Killed();
      });
      assertThrows(Killed.class, () -> replace(folder, "new", renaming));
      List<String> left = contents(folder);
      assertTrue(left.containsAll(Set.of("one: old", "two: old")) || left.stream().noneMatch(file -> file.startsWith("one:")),
          "rename " + killed + ": " + left);
      replace(folder, "new", WholeFile::move);
      assertEquals(List.of("one: new", "two: new"), contents(folder), "rename " + killed);
    }
  }

  @Test
  void aFolderInThePlaceOfOneStaysAndSoDoesTheOther() throws IOException {
    Path vocabulary = Files.writeString(temporary.resolve("vocab.json"), "before");
    Files.createDirectories(temporary.resolve("merges.txt/in the way"));
    String message = String.valueOf(assertThrows(IOException.class, () -> Tokenizer.bytes().save(vocabulary)).getMessage());
    assertTrue(message.contains("merges.txt: a folder is in its place"), message);
    assertEquals("before", Files.readString(vocabulary));
    try (Stream<Path> files = Files.list(temporary)) {
      assertEquals(2, files.count());
    }
  }
}
