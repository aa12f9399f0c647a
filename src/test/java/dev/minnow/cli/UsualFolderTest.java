package dev.minnow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class UsualFolderTest {
  private static void check(String name, String word) {
    assertEquals(Path.of("checkpoints").resolve(name), UsualFolder.of(word), word);
  }

  @Test
  void runsAreNamedAfterTheirText() {
    check("novel", "books/novel.txt");
    check("notes.tar", "notes.tar.gz");
    check("my-poems-2", "my poems (2).txt");
    check("jdk", "jdk");
    check("романы", "романы.txt");
    check("hidden", ".hidden");
  }

  @Test
  void aFolderHasItsOwnNameHoweverItIsCalled() {
    String here = Path.of("").toAbsolutePath().getFileName().toString();
    check(here, ".");
    check(here, "src/..");
    check("src", "src/");
  }

  /** Such as a glob on Windows. */
  @Test
  void whatIsNoPathHasALastNameAllTheSame() {
    check("no-vel", "books/old\\no\0vel.txt");
    check("no-vel", "old\\books/no\0vel.txt");
    check("model", "books\\\0.txt");
    check("novel", "\0novel");
  }

  @Test
  void textWithoutANameIsAModel() {
    check("model", "*.txt");
    check("model", "-");
    check("model", "/");
  }
}
