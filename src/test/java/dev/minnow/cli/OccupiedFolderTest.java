package dev.minnow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.minnow.checkpoint.CheckpointFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code train} says of a folder that is not free, and that its advice works. */
class OccupiedFolderTest {
  @TempDir
  private Path temporary;

  private Path text;
  private Path out;

  @BeforeEach
  void writeText() throws IOException {
    text = Files.writeString(temporary.resolve("text.txt"), "a text ".repeat(100));
    out = temporary.resolve("run");
  }

  private CommandRun train(String... further) {
    List<String> line = new ArrayList<>(List.of("train", text.toString(), "--out", out.toString(), "--steps", "1", "--threads", "1"));
    line.addAll(List.of("--layers", "1", "--heads", "1", "--width", "16", "--context", "4", "--vocab-size", "256"));
    line.addAll(List.of(further));
    return CommandRun.of(line.toArray(String[]::new));
  }

  private void assertRefused(String sentence, String... further) {
    CommandRun run = train(further);
    assertEquals("minnow: " + out + sentence + "\n", run.error());
    assertEquals(2, run.exitCode());
    assertEquals("", run.out());
  }

  private void assertTrained(CommandRun run) {
    assertEquals(0, run.exitCode(), run.error());
  }

  private void assertNothingToGoOnWith(String sentence) {
    CommandRun run = CommandRun.of("train", "--resume", "--out", out.toString());
    assertEquals("minnow: " + sentence + "\n", run.error());
    assertEquals(1, run.exitCode());
  }

  @Test
  void aRunGoesOnOrIsReplaced() {
    assertTrained(train());
    assertRefused(" holds a run; add --resume to go on with it, add --overwrite to replace it, or choose another --out.");
    assertTrained(train("--overwrite"));
    assertTrained(train("--resume"));
  }

  @Test
  void aRunThatLostItsSavesIsReplaced() throws IOException {
    assertTrained(train());
    try (Stream<Path> saves = Files.walk(out.resolve("steps"))) {
      for (Path path : saves.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(path);
      }
    }
    assertRefused(" holds a run without a save to go on from; add --overwrite to replace it, or choose another --out.");
    assertNothingToGoOnWith("There is no save to resume from in " + out.resolve("steps") + "; start a new run in its place.");
    assertTrained(train("--overwrite"));
  }

  @Test
  void otherFilesStay() throws IOException {
    Files.createDirectory(out);
    Path letter = Files.writeString(out.resolve("letter.txt"), "dear");
    for (String[] further : new String[][] {{}, {"--overwrite"}, {"--folds", "2"}, {"--folds", "2", "--overwrite"}}) {
      assertRefused(" is no folder for a training run: it holds \"letter.txt\"; choose another --out.", further);
    }
    assertNothingToGoOnWith(out + " is no folder of a training run: it holds \"letter.txt\"; check its name.");
    try (Stream<Path> files = Files.list(out)) {
      assertEquals(List.of(letter), files.toList());
    }
  }

  @Test
  void aFileStays() throws IOException {
    Files.writeString(out, "dear");
    for (String[] further : new String[][] {{}, {"--overwrite"}, {"--folds", "2"}}) {
      assertRefused(" is no folder for a training run: it is a file; choose another --out.", further);
    }
    assertNothingToGoOnWith(out + " is no folder of a training run: it is a file; check its name.");
    assertEquals("dear", Files.readString(out));
  }

  @Test
  void anEmptyNameIsNone() {
    CommandRun run = CommandRun.of("train", text.toString(), "--out", "");
    assertEquals("minnow: --out cannot be \"\"; it takes a path.\n", run.error());
    assertEquals(2, run.exitCode());
    CommandRun tokenizer = CommandRun.of("tokenizer", "train", text.toString(), "--out", "");
    assertEquals("minnow: --out cannot be \"\"; it takes a path.\n", tokenizer.error());
    assertEquals(2, tokenizer.exitCode());
  }

  @Test
  void foldsGoOnOrAreReplacedByFolds() throws IOException {
    assertTrained(train("--folds", "2"));
    String[] alone = {"--folds", "2"};
    assertRefused(" holds a run of several folds; add --resume to go on with it, add --overwrite to replace it, or choose another --out.",
        alone);
    for (String[] further : new String[][] {{}, {"--overwrite"}}) {
      assertRefused(" holds a run of several folds, which a run of one model does not replace; choose another --out.", further);
    }
    assertTrained(train("--folds", "2", "--overwrite"));
    assertTrained(train("--resume"));
    Files.writeString(out.resolve("letter.txt"), "dear");
    assertRefused(" is no folder for a training run: it holds \"letter.txt\"; choose another --out.", "--folds", "2", "--overwrite");
  }

  @Test
  void theRunOfOneModelIsNotReplacedByFolds() {
    assertTrained(train());
    for (String[] further : new String[][] {{"--folds", "2"}, {"--folds", "2", "--overwrite"}}) {
      assertRefused(" holds the run of one model, which a run of several folds does not replace; choose another --out.", further);
    }
    assertFalse(Files.exists(out.resolve("fold-1")));
  }

  @Test
  void whatFoldsLeftBeforeTheirFirstSaveIsNothing() throws IOException {
    Path tokens = Files.createDirectories(new CheckpointFolder(out.resolve("fold-1")).tokens());
    Files.writeString(tokens.resolveSibling("metrics.jsonl"), "{}\n");
    assertTrained(train("--folds", "2"));
  }
}
