package dev.minnow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CorpusListCommandTest {
  private static final List<String> NAMES = List.of("jdk", "tiny-shakespeare", "tinystories", "wikitext-2", "fineweb-edu-sample");

  @Test
  void everyCorpusHasItsRowAndWhatBelongsToIt() {
    CommandRun run = CommandRun.of("corpus", "list");
    assertEquals(0, run.exitCode(), run.error());
    List<String> lines = run.out().lines().toList();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < lines.size(); i += 5) {
      assertTrue(lines.get(i).matches("[a-z0-9-]+ +[0-9.]+ [MG]B +(not )?here"), lines.get(i));
      names.add(lines.get(i).split(" ", 2)[0]);
      assertTrue(lines.get(i + 3).startsWith("    licence: "), lines.get(i + 3));
    }
    assertEquals(NAMES, names);
    assertTrue(lines.get(5).contains(" 1.1 MB "), lines.get(5));
  }

  @Test
  void theJsonSaysWhereFilesAreAndWhetherTheyAreHere() {
    JsonNode corpora = CommandRun.of("corpus", "list", "--json").json().get("corpora");
    assertEquals(NAMES, corpora.findValuesAsText("name"));
    JsonNode jdk = corpora.get(0);
    Path sources = Path.of(System.getProperty("java.home"), "lib", "src.zip");
    assertEquals(sources.toString(), jdk.get("file").asText());
    assertEquals(Files.isReadable(sources), jdk.get("here").asBoolean());
    assertTrue(jdk.get("sha256").isNull() && jdk.get("file_bytes").isNull());
    JsonNode shakespeare = corpora.get(1);
    assertEquals(1_115_394, shakespeare.get("file_bytes").asLong());
    assertTrue(Path.of(shakespeare.get("file").asText()).endsWith(Path.of("tiny-shakespeare", "tiny-shakespeare.txt")));
    assertTrue(shakespeare.get("addresses").get(0).asText().startsWith("https://"));
  }

  @Test
  void aMissingCommandIsWrongUsage() {
    assertEquals(2, CommandRun.of("corpus").exitCode());
  }
}
