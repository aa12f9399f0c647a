package dev.minnow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainCommandTest {
  @TempDir
  private Path temporary;

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      --epsilon 1e-50          | --epsilon must be above 0 and finite as a 32-bit number, not 1.0E-50.
      --lr 1e39                | --lr must be above 0 and finite as a 32-bit number, not 1.0E39.
      --beta2 0.99999999       | --beta2 must be at least 0, and below 1 as a 32-bit number, not 0.99999999.
      --weight-decay 1e39      | --weight-decay must be at least 0 and finite as a 32-bit number, not 1.0E39.
      """)
  void anOptionThatIsOutOfRangeAsAFloatIsWrongUsage(String options, String sentence) throws IOException {
    assertRefused(sentence, "TEXT --out OUT --preset nano --steps 1 " + options);
    assertFalse(Files.exists(temporary.resolve("run")));
  }

  @BeforeEach
  void writeText() throws IOException {
    Files.writeString(temporary.resolve("text.txt"), "a text ".repeat(100));
  }

  private CommandRun train(String words) {
    String line = words.replace("TEXT", temporary.resolve("text.txt") + "").replace("OUT", temporary.resolve("run") + "");
    return CommandRun.of(("train " + line).split(" "));
  }

  private void assertRefused(String sentence, String words) {
    CommandRun run = train(words);
    assertEquals("minnow: " + sentence + "\n", run.error());
    assertEquals(2, run.exitCode());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      --validation 0 --eval-every 5 --out OUT | --eval-every needs held-out text; give --validation a share of the corpus.
      --from OUT --out OUT2 | A preset is the size of a new model, and --from begins with the weights of another; leave one of them out.
      --validation 1 --out OUT | --validation must be at least 0 and below 1, not 1.0.
      --validation 0 --patience 2 --out OUT | --patience needs held-out text; give --validation a share of the corpus.
      --folds 0 --out OUT | --folds must be from 2 to 1000, not 0.
      --schedule inverse-sqrt --min-lr 1e-5 --out OUT | --min-lr is not for --schedule inverse-sqrt, which has none; leave it out.
      """)
  void anOptionThatWouldDoNothingIsWrongUsage(String options, String sentence) {
    assertRefused(sentence, "TEXT --preset nano " + options);
  }

  @ParameterizedTest
  @CsvSource({
      "--steps, 5", "--minutes, 1", "--folds, 3", "--out, OUT", "--patience, 2", "--eval-every, 2", "--sample-every, 2",
      "--save-every, 2", "--keep, 2"
  })
  void aCheckOfOneBatchRefusesWhatSaysHowARunGoes(String option, String value) {
    String sentence = "--overfit-one-batch trains until the batch is learned, without evaluations, samples and saves; leave out ";
    assertRefused(sentence + option + ".", "TEXT --preset nano --overfit-one-batch " + option + " " + value);
  }

  @Test
  void aRunThatRunsOutOfPatienceSaysSo() throws IOException {
    String options = " --preset nano --context 16 --vocab-size 256 --steps 40 --threads 1 --lr 1e-12 --min-lr 0 --weight-decay 0";
    CommandRun run = train("TEXT --out OUT" + options + " --patience 1 --eval-every 2 --json");
    assertTrue(run.json().get("steps").intValue() < 40, run.out());
    long best = run.json().get("best_step").longValue();
    assertEquals(run.json().get("steps").longValue() - 2, best, run.out());
    double loss = run.json().get("best_validation_loss").doubleValue();
    assertTrue(loss > 0 && loss <= run.json().get("validation_loss").doubleValue(), run.out());
    String kept =
        String.format(
            Locale.ROOT, "for as long as --patience allows; the model of step %d, whose %.4f nats are the best, is kept in %s.\n", best,
            loss,
            temporary.resolve("run/steps/best"));
    assertTrue(run.error().contains(kept), run.error());
    assertTrue(Files.exists(temporary.resolve("run/steps/best/model.safetensors")));
    String page = Files.readString(temporary.resolve("run/report.html"));
    assertTrue(page.contains("\"end\":{\"how\":\"patience\""), "the page was not written when the run ended");
    CommandRun again = train("--resume --out OUT --json");
    assertTrue(again.json().get("tokens_per_second").isNull() && again.error().contains(kept), again.error());
    assertEquals(best, again.json().get("best_step").longValue());
  }

  @Test
  void eachFoldThatRunsOutOfPatienceSaysSo() {
    String options = " --preset nano --context 16 --vocab-size 256 --steps 40 --threads 1 --lr 1e-12 --min-lr 0 --weight-decay 0";
    CommandRun run = train("TEXT --out OUT" + options + " --patience 1 --eval-every 2 --folds 2 --json");
    for (int number = 1; number <= 2; number++) {
      assertTrue(run.error().contains("is kept in " + temporary.resolve("run/fold-" + number + "/steps/best") + ".\n"), run.error());
      assertTrue(run.json().at("/folds/" + (number - 1) + "/best_validation_loss").doubleValue() > 0, run.out());
      assertTrue(run.json().at("/folds/" + (number - 1) + "/best_step").longValue() > 0, run.out());
    }
  }

  @Test
  void aRunWithoutHeldOutTextHasNoBest() {
    CommandRun run = train("TEXT --out OUT --preset nano --context 16 --vocab-size 256 --steps 2 --threads 1 --validation 0 --json");
    assertTrue(run.json().get("best_validation_loss").isNull() && run.json().get("best_step").isNull(), run.out());
  }

  @Test
  void foldsThatCannotAllBeDrawnAreTrainedAllTheSame() throws IOException {
    CommandRun run =
        train("TEXT --out OUT --folds 17 --layers 1 --heads 1 --width 16 --context 4 --vocab-size 256 --steps 1 --threads 1");
    assertEquals(0, run.exitCode(), run.error());
    assertTrue(run.out().contains("\nmean validation loss "), run.out());
    assertTrue(run.out().contains("\nThe first 16 of 17 folds are drawn in "), run.out());
    Path page = temporary.resolve("run/report.html");
    Files.delete(page);
    Files.createDirectory(page);
    Files.createFile(page.resolve("something else"));
    CommandRun undrawn = train("--resume --out OUT");
    assertEquals(0, undrawn.exitCode(), undrawn.error());
    assertTrue(undrawn.out().contains("\nThe report " + page + " cannot be made: "), undrawn.out());
  }

  @Test
  void theTrainingLossIsTheSameInTheResultAndInTheReport() throws IOException {
    CommandRun run = train("TEXT --out OUT --preset nano --context 16 --vocab-size 256 --steps 60 --threads 1 --json");
    double told = run.json().get("train_loss").doubleValue();
    Matcher shown = Pattern.compile("\"trainingLoss\":([0-9.]+)").matcher(Files.readString(temporary.resolve("run/report.html")));
    assertTrue(shown.find());
    assertEquals(told, Double.parseDouble(shown.group(1)), 1e-5 * told);
    String help = CommandRun.of("help", "train").out().replaceAll("\\s+", " ");
    assertTrue(help.contains("train_loss is the mean loss of the last 20 steps"), help);
  }

  @Test
  void howOftenARunIsEvaluatedAndSavedMayChangeAndFollowsItsLength() throws IOException {
    assertEquals(0, train("TEXT --out OUT --preset nano --context 16 --vocab-size 256 --steps 2 --threads 1").exitCode());
    assertEquals(0, train("--resume --out OUT --steps 20 --save-every 9").exitCode());
    String metrics = Files.readString(temporary.resolve("run/metrics.jsonl"));
    // Steps 1 and 2, each even one from 4 on, and no others: a tenth of 2 steps, then of 20.
    assertEquals(11, metrics.lines().filter(line -> line.contains("\"event\":\"evaluation\"")).count(), metrics);
    assertTrue(metrics.contains("{\"event\":\"save\",\"step\":18}"), metrics);
  }

  @ParameterizedTest
  @CsvSource(delimiter = ';', value = {
      "--lr-scale head=50,query=0.5; head;"
          + " position_embedding, query, key, value, attention_output, feed_forward, norm_scale, norm_shift, bias",
      "--lr-scale embeddings=2,head=0 --overfit-one-batch; head;"
          + " position_embedding, query, key, value, attention_output, feed_forward, norm_scale, norm_shift, bias",
      "--folds 2 --lr-scale head=0; head;"
          + " position_embedding, query, key, value, attention_output, feed_forward, norm_scale, norm_shift, bias",
      "--arch llama --lr-scale norms=2,position_embedding=0,bias=1; position_embedding, bias;"
          + " query, key, value, attention_output, feed_forward, norm_scale"
  })
  void kindsOfParametersThatTheModelLacksAreRefused(String options, String lacking, String kinds) {
    String small = "TEXT --preset nano --context 16 --vocab-size 256 --threads 1 ";
    assertRefused(sentenceOfLacking(lacking, kinds), small + (options.endsWith("batch") ? options : "--steps 1 --out OUT " + options));
    assertFalse(Files.exists(temporary.resolve("run")));
  }

  private static String sentenceOfLacking(String lacking, String kinds) {
    return "--lr-scale names " + lacking + ", and the kinds of parameters in this model are token_embedding, " + kinds
        + "; start a run with these alone.";
  }

  @Test
  void kindsOfParametersThatTheModelToGoOnWithLacksAreRefused() throws IOException {
    String options = " --preset nano --context 16 --vocab-size 256 --steps 1 --threads 1 --lr-scale query=50";
    assertEquals(0, train("TEXT --out OUT" + options).exitCode());
    String sentence =
        sentenceOfLacking(
            "head", "position_embedding, query, key, value, attention_output, feed_forward, norm_scale, norm_shift, bias");
    assertRefused(sentence, "TEXT --from OUT --out OUT2 --steps 1 --threads 1 --lr-scale head=50");
    assertFalse(Files.exists(temporary.resolve("run2")));
    assertRefused("--lr-scale head=50 does not agree with the run to resume, which has query=50; leave it out or start a new run.",
        "--resume --out OUT --steps 2 --lr-scale head=50");
  }

  /** Its factor changes nothing, and cannot be taken back. */
  @Test
  void aRunThatHasAFactorOnNoneOfItsParametersGoesOn() throws IOException {
    String options = " --preset nano --context 16 --vocab-size 256 --steps 1 --threads 1 --lr-scale query=50";
    assertEquals(0, train("TEXT --out OUT" + options).exitCode());
    try (Stream<Path> files = Files.walk(temporary.resolve("run"))) {
      for (Path stored : files.filter(file -> file.endsWith("training.json")).toList()) {
        Files.writeString(stored, Files.readString(stored).replace("query=50", "head=50"));
      }
    }
    assertEquals(0, train("--resume --out OUT --steps 2").exitCode());
  }

  @Test
  void aRunWithoutHeldOutTextIsNotEvaluatedOnResumeEither() {
    assertEquals(0, train("TEXT --out OUT --preset nano --context 16 --vocab-size 256 --steps 2 --threads 1 --validation 0").exitCode());
    assertRefused("--eval-every needs held-out text; give --validation a share of the corpus.",
        "--resume --out OUT --steps 4 --eval-every 2");
    assertEquals(0, train("--resume --out OUT --steps 4").exitCode());
  }

  @Test
  void foldsOfAMissingCorpusAreRefusedBeforeTheFirstIsTold() {
    CommandRun run = train("nosuch.txt --out OUT --preset nano --folds 2");
    assertTrue(run.error().startsWith("minnow: ") && run.error().lines().count() == 1, run.error());
    assertEquals(1, run.exitCode());
  }

  @Test
  void aPreparedCorpusWasReadAlready() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 300; i++) {
      lines.append("Line ").append(i).append(" says that ").append(i * i).append(" is a square.\n");
    }
    Path text = Files.writeString(temporary.resolve("squares.txt"), lines);
    Path prepared = temporary.resolve("prepared");
    CommandRun done = CommandRun.of("corpus", "prepare", text.toString(), "--out", prepared.toString(), "--vocab-size", "256");
    assertEquals(0, done.exitCode(), done.error());
    assertRefused(
        "Files were read when " + prepared + " was prepared; leave out --encoding.",
        prepared + " --out OUT --preset nano --steps 1 --encoding utf-8");
    assertRefused(
        "What is held out was decided when " + prepared + " was prepared; leave out --folds.",
        prepared + " --out OUT --preset nano --steps 1 --folds 2");
  }

  @Test
  void aVocabularyBesideATokenizerIsItsOwnOrWrongUsage() throws IOException {
    Path tokenizer = temporary.resolve("bytes.json");
    Tokenizer.bytes().save(tokenizer);
    String run = "TEXT --out OUT --preset nano --context 16 --steps 1 --tokenizer " + tokenizer;
    CommandRun refused = train(run + " --vocab-size 500");
    assertTrue(refused.error().endsWith("has a vocabulary of 256 already; leave out --vocab-size.\n"), refused.error());
    assertEquals(2, refused.exitCode());
    assertEquals(0, train(run + " --vocab-size 256 --overwrite").exitCode());
  }

  @Test
  void aResumedRunKeepsWhatItHasAndSaysSo() throws IOException {
    String options = "TEXT --out OUT --preset nano --context 16 --vocab-size 256 --kernel scalar --steps 2 --threads 1";
    assertEquals(0, train(options).exitCode());
    String end = "; leave it out or start a new run.";
    assertRefused(
        "The kernel vector does not agree with the run to resume, which has scalar" + end, "--resume --out OUT --steps 3 --kernel vector");
    assertRefused(
        "--recipe fast does not agree with the run to resume, which has gpt2" + end, "--resume --out OUT --steps 3 --recipe fast");
    Path other = Files.writeString(temporary.resolve("other.txt"), "another text ".repeat(100));
    assertRefused(
        "The corpus " + other + " does not agree with the run to resume, which has " + temporary.resolve("text.txt") + end,
        other + " --resume --out OUT");
    assertRefused("--field body does not agree with the run to resume, which has none" + end, "--resume --out OUT --field body");
    CommandRun few = train("--resume --out OUT --epochs 0.01");
    assertTrue(few.error().endsWith("give more epochs to train further.\n"), few.error());
    assertEquals(2, few.exitCode());
    assertRefused("--preset nano does not agree with the run to resume, which has --context 16" + end, "--resume --out OUT --preset nano");
    assertEquals(0, train("--resume --out OUT --steps 3 --kernel scalar --preset nano --context 16").exitCode());
  }
}
