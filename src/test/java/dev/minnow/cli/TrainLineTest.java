package dev.minnow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minnow.kernel.scalar.ScalarKernel;
import dev.minnow.model.ParameterTable;
import dev.minnow.train.Preset;
import dev.minnow.train.option.RunOptions;
import dev.minnow.train.plan.Candidate;
import dev.minnow.train.step.MemoryPlan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Plans of a corpus, whole: from the command line to the command that they recommend. */
class TrainLineTest {
  @TempDir
  private Path folder;

  private Path text;

  @BeforeEach
  void writeText() throws IOException {
    Random random = new Random(5);
    StringBuilder words = new StringBuilder();
    while (words.length() < 60_000) {
      words.append(Integer.toString(((int) Math.abs(random.nextGaussian() * 40)) * 7919 + 1000, 36)).append(' ');
    }
    text = Files.writeString(folder.resolve("it's a text.txt"), words);
  }

  private CommandRun plan(String... options) {
    List<String> arguments = new ArrayList<>(List.of("plan", text.toString()));
    arguments.addAll(List.of(options));
    return CommandRun.of(arguments.toArray(String[]::new));
  }

  @Test
  void theRecommendedCommandRunsAsPrinted() throws Exception {
    CommandRun run = plan("--layers", "2", "--heads", "1", "--width", "16", "--context", "16", "--vocab-size", "300", "--batch", "2",
        "--qk-norm", "--minutes", "0.1", "--threads", "2", "--json");
    assertEquals(0, run.exitCode(), run.error());
    JsonNode json = run.json();
    assertEquals(1, json.get("candidates").size());
    for (String key : List.of("bytes", "flops_per_token", "tokens_per_second", "predicted_loss", "predicted_bits_per_byte", "steps")) {
      assertTrue(json.path(key).doubleValue() > 0, key + " in " + json);
    }
    List<String> words = new ArrayList<>();
    json.get("arguments").forEach(word -> words.add(word.textValue()));
    // A shell reads from the line what the list says.
    Process shell =
        new ProcessBuilder("sh", "-c", "for word in " + json.get("command").textValue() + "; do printf '%s\\n' \"$word\"; done").start();
    List<String> read = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    assertEquals("scripts/minnow", read.getFirst());
    assertEquals(words, read.subList(1, read.size()));
    assertEquals("train", words.getFirst());
    List<String> shortened = new ArrayList<>(words);
    int minutes = shortened.indexOf("--minutes");
    int epochs = shortened.indexOf("--epochs");
    int length = Math.max(minutes, epochs);
    assertTrue(length > 0, words.toString());
    shortened.set(length, "--steps");
    shortened.set(length + 1, "2");
    shortened.addAll(List.of("--out", folder.resolve("model").toString(), "--json"));
    CommandRun trained = CommandRun.of(shortened.toArray(String[]::new));
    assertEquals(0, trained.exitCode(), trained.error());
    assertEquals(json.get("parameters"), trained.json().get("parameters"));
    assertEquals(json.get("kernel"), trained.json().get("kernel"));
    assertEquals(json.get("threads"), trained.json().get("threads"));
  }

  @Test
  void candidatesStandInATableAboveTheCommandOfTheBest() {
    CommandRun run = plan("--parameters", "500000", "--minutes", "0.1", "--threads", "2");
    assertEquals(0, run.exitCode(), run.error());
    String out = run.out();
    assertTrue(out.matches("(?s)[0-9,]+ bytes of text to train on, [0-9,]+ held out: n-grams need [0-9.]+ bits for a byte of these, .*"),
        out);
    List<String> candidates = out.lines().filter(line -> line.matches(" *[0-9]+ x [0-9]+( <)? .*")).toList();
    assertTrue(candidates.size() > 1, out);
    assertEquals(1, candidates.stream().filter(line -> line.contains(" < ")).count(), out);
    assertTrue(out.contains("\nRecommended: "), out);
    assertTrue(out.matches("(?s).*\n\nTrain it with:\n\nscripts/minnow train '.*it'\\\\''s a text.txt' --.*\n"), out);
  }

  @Test
  void aFlagThatIsOffIsNoWord() {
    RunOptions run = RunOptions.create(Preset.TINY, Map.of("corpus", List.of("-"), "qk-norm", false)).withSteps(5);
    ParameterTable table = new ParameterTable(run.setup().config());
    Candidate candidate =
        new Candidate(
            Map.of("qk-norm", false), run, table, MemoryPlan.of(new ScalarKernel(), table.config(), run.training()), 1, 1,
            new Candidate.Length(5, 5, 1, 1, Map.entry("steps", 5L), true), new Candidate.Outlook(1, 1, true));
    List<String> words = new TrainLine(List.of("-"), null, candidate, CommandLine.populateCommand(new ComputeOptions())).words();
    assertEquals(List.of("train", "-", "--steps", "5"), words.subList(0, 4));
  }

  @Test
  void whatCannotFitIsOneSentence() {
    CommandRun run = plan("--minutes", "1", "--memory", "20m");
    assertEquals(1, run.exitCode(), run.error());
    assertTrue(
        run.error()
            .matches("minnow: Not even the smallest model fits: it takes \\d+ MiB of memory, and there are 20; give a larger budget\\.\n"),
        run.error());
    assertEquals("", run.out());
  }

  @Test
  void wrongBudgetsAreWrongUsage() {
    assertEquals(2, plan("--minutes", "0").exitCode());
    assertEquals(2, plan("--memory", "much").exitCode());
    assertEquals(2, plan("--parameters", "-5").exitCode());
    assertEquals(2, plan("--no-probe").exitCode());
    CommandRun alone = CommandRun.of("plan", "--minutes", "3");
    assertEquals(2, alone.exitCode());
    assertTrue(alone.error().startsWith("minnow: A budget needs a corpus to spend it on;"), alone.error());
  }

  @Test
  void aPreparedCorpusIsRefused() throws IOException {
    for (String file : List.of("manifest.json", "training.tokens", "tokenizer.json")) {
      Files.createDirectories(folder.resolve("prepared"));
      Files.writeString(folder.resolve("prepared").resolve(file), "");
    }
    CommandRun run = CommandRun.of("plan", folder.resolve("prepared").toString());
    assertEquals(2, run.exitCode());
    assertTrue(run.error().contains(" is a prepared corpus, which has tokens and no text;"), run.error());
  }

  @Test
  void aTextTooSmallToSayAnythingIsOneSentence() throws IOException {
    Files.writeString(text, "too little");
    CommandRun run = plan("--minutes", "1");
    assertEquals(1, run.exitCode());
    assertTrue(run.error().contains("too few to say what a model would learn; use more text.\n"), run.error());
  }
}
