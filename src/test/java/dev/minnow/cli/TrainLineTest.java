package dev.minnow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minnow.corpus.Corpus;
import dev.minnow.kernel.scalar.ScalarKernel;
import dev.minnow.model.ParameterTable;
import dev.minnow.train.Preset;
import dev.minnow.train.option.RunOptions;
import dev.minnow.train.plan.Candidate;
import dev.minnow.train.plan.CorpusProfile;
import dev.minnow.train.plan.Rehearsed;
import dev.minnow.train.plan.TrainingPlan;
import dev.minnow.train.step.MemoryPlan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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
  void candidatesStandInATableAboveTheCommandOfTheBest() throws IOException {
    Candidate small = candidate(Map.of("layers", 2), 1.25, true);
    Candidate large = candidate(Map.of("layers", 4), 1.5, false);
    CorpusProfile profile =
        CorpusProfile.of(Corpus.open(List.of(text.toString())), null);
    TrainingPlan plan =
        new TrainingPlan(
            profile, 2.5, 2.25, new Rehearsed(300, 1.75, 2), List.of(small, large),
            List.of(new TrainingPlan.Refusal(8, 512, 1, "it takes 90 MiB of memory, and there are 20")), small);
    String out = new CandidatesReport(plan, new ScalarKernel(), line(text.toString(), small)).text();
    assertEquals(
        String.format(
            Locale.ROOT,
            """
                %,d bytes of text to train on, %,d held out: n-grams need %.3f bits for a byte of these, \
                a pilot run 2.500, a longer one 2.250.

                """,
            profile.trainingBytes(), profile.heldOutBytes(), profile.ngramBitsPerByte()),
        out.substring(0, out.indexOf("layers x")));
    assertEquals(
        """
            layers x   vocab-  param-        MFLOP            tokens                   tokens/  nats/   bits/
            width       ulary   eters  MiB  /token  tokens/s  in all  epochs  minutes   param.  token    byte
            2 x 192 <    2048   1.31M  100     8.0     2,000   0.01M     1.5      0.1      0.0   3.50   1.250
            4 x 192      2048   2.20M  100    13.6     2,000   0.01M     1.5      0.1      0.0   3.50  1.500*
            8 x 512 does not fit: it takes 90 MiB of memory, and there are 20.

            Expected: nats a token and bits a byte of held-out text, by a law of Minnow's runs and a training of 300 steps, usually \
            2.3 % off for other corpora; * is beyond those runs.
            Compute-optimal are some 20 tokens for each parameter.

            Recommended: 2 layers, 3 heads, 192 wide, vocabulary 2,048, context 128
            """,
        out.substring(out.indexOf("layers x"), out.indexOf("Steps of ")));
    assertTrue(out.endsWith("\n\nTrain it with:\n\nscripts/minnow train '" + folder + "/it'\\''s a text.txt' --layers 2 --steps 5\n"), out);
  }

  private static Candidate candidate(Map<String, Object> given, double bitsPerByte, boolean familiar) {
    Map<String, Object> whole = new LinkedHashMap<>(given);
    whole.put("corpus", List.of("-"));
    RunOptions run = RunOptions.create(Preset.TINY, whole).withSteps(5);
    ParameterTable table = new ParameterTable(run.setup().config());
    return new Candidate(
        given, run, table, MemoryPlan.of(new ScalarKernel(), table.config(), run.training()), 100 << 20, 2_000,
        new Candidate.Length(5, 6_000, 1.5, 0.05, Map.entry("steps", 5L), true), new Candidate.Outlook(bitsPerByte, 3.5, familiar));
  }

  private static TrainLine line(String corpus, Candidate candidate) {
    return new TrainLine(List.of(corpus), null, candidate, CommandLine.populateCommand(new ComputeOptions()));
  }

  @Test
  void aFlagThatIsOffIsNoWord() {
    List<String> words = line("-", candidate(Map.of("qk-norm", false), 1, true)).words();
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
