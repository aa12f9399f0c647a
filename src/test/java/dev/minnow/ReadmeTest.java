package dev.minnow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the README says about the project is so. */
class ReadmeTest {
  private static List<String> readme() throws IOException {
    return Files.readAllLines(Path.of("README.md"));
  }

  @Test
  void continuousIntegrationRunsTheTestCommandOfTheReadme() throws IOException {
    List<String> readme = readme();
    String command = readme.get(readme.indexOf("Pass the tests:") + 2).strip();
    assertEquals(command, Files.readAllLines(Path.of(".ci/run")).getLast());
    assertTrue(Files.isExecutable(Path.of(".ci/run")), ".ci/run is not executable");
  }

  @Test
  void everythingInTheTreeExists() throws IOException {
    List<String> readme = readme();
    List<String> tree =
        readme.subList(readme.indexOf("## What is where") + 2, readme.indexOf("## Licence") - 1).stream().map(String::strip).toList();
    assertTrue(tree.size() > 10, "the tree has " + tree.size() + " lines");
    List<String> missing =
        tree.stream().map(line -> line.replaceFirst(" .*", "")).filter(name -> !Files.exists(Path.of(name))).toList();
    assertEquals(List.of(), missing);
  }
}
