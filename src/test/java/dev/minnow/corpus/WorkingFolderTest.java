package dev.minnow.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkingFolderTest {
  @TempDir
  Path temporary;
  private Path folder;

  @BeforeEach
  void resolveLinksInTheTemporaryFolder() throws IOException {
    folder = temporary.toRealPath();
  }

  private static String absolute(Path folder, String word) {
    return new WorkingFolder(folder).absolute(word);
  }

  private void text(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  @Test
  void aPathBecomesAbsoluteAndPlain() {
    assertEquals(folder + "/a.txt", absolute(folder, "a.txt"));
    assertEquals(folder + "/b.txt", absolute(folder, "./a/../b.txt"));
    assertEquals(folder.getParent() + "/b.txt", absolute(folder, "a/../../b.txt"));
    assertEquals("/b.txt", absolute(folder, "/../a/.././b.txt"));
    assertEquals(folder.toString(), absolute(folder, ""));
    assertEquals("/", absolute(Path.of("/a"), ".."));
  }

  @Test
  void aPathIsNoPatternAndNoNameOfTheCatalogue() {
    WorkingFolder here = new WorkingFolder(folder);
    assertEquals(folder.resolve("m*[1]"), here.absolute(Path.of("./a/../m*[1]")));
    assertEquals(folder.resolve("jdk"), here.absolute(Path.of("jdk")));
  }

  @Test
  void aGlobKeepsItsPattern() throws IOException {
    Files.createDirectory(folder.resolve("texts"));
    assertEquals(folder + "/texts/*.txt", absolute(folder, "./other/../texts/*.txt"));
    assertEquals(folder + "/te?ts/{a,b}/**", absolute(folder, "te?ts/{a,b}/**/"));
    assertEquals("/*.txt", absolute(Path.of("/"), "*.txt"));
    assertEquals("/texts/[a-c]", absolute(folder, "/texts/[a-c]"));
  }

  @Test
  void aGlobInAFolderThatLooksLikeOneNamesTheSameFiles() throws IOException {
    text("data [v2]/texts/a.txt", "a");
    text("data v/texts/a.txt", "no");
    text("we\\ird {/b.txt", "b");
    Path data = folder.resolve("data [v2]");
    for (String word : List.of("texts/*.txt", "*/?.txt", "../data [v2]/texts/*", "../data ?v2?/texts/*.txt", "texts/a.txt")) {
      assertEquals(List.of("a"), CorpusReading.texts(Corpus.open(List.of(absolute(data, word)))), word);
    }
    assertEquals(data + "/texts/*.txt", absolute(data, "texts/*.txt"));
    String other = absolute(folder.resolve("we\\ird {"), "*.txt");
    assertEquals(List.of("b"), CorpusReading.texts(Corpus.open(List.of(other))));
  }

  @Test
  void whatFollowsALinkIsNotFoldedIntoAnotherFile() throws IOException {
    text("real/inner/a.txt", "inner");
    text("real/x.txt", "beside inner");
    text("x.txt", "beside the link");
    Files.createSymbolicLink(folder.resolve("link"), Path.of("real/inner"));
    for (String word : List.of("link/../x.txt", "link/../inner/../x.txt", "./link/../*.txt", "link/../../real/x.txt")) {
      assertEquals(List.of("beside inner"), CorpusReading.texts(Corpus.open(List.of(absolute(folder, word)))), word);
    }
    assertEquals(folder + "/x.txt", absolute(folder, "real/inner/../../x.txt"));
    assertEquals(folder + "/link/a.txt", absolute(folder, "link/./b/../a.txt"));
  }

  @Test
  void wordsThatNameNoPathStayAsTheyAre() {
    for (String word : List.of("a\0b", "a\0/*.txt")) {
      assertEquals(word, Corpus.absolute(word));
    }
    assertEquals("-", Corpus.absolute("-"));
    assertThrows(CorpusException.class, () -> Corpus.absolute(""));
    assertThrows(CorpusException.class, () -> Corpus.open(List.of("pom.xml", "")));
    assertEquals("jdk", Corpus.absolute("jdk"));
    assertEquals(Path.of("pom.xml").toAbsolutePath().toString(), Corpus.absolute("pom.xml"));
  }
}
