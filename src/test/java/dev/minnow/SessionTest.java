package dev.minnow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.checkpoint.LoadedModel;
import dev.minnow.checkpoint.ModelFiles;
import dev.minnow.generate.GeneratedText;
import dev.minnow.generate.GeneratedToken;
import dev.minnow.generate.Sequence;
import dev.minnow.generate.StopReason;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.WeightUse;
import dev.minnow.kernel.scalar.ScalarKernel;
import dev.minnow.model.Network;
import dev.minnow.tokenizer.BpeTrainer;
import dev.minnow.tokenizer.PrefixSpace;
import dev.minnow.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionTest {
  private static final GenerationOptions GREEDY = GenerationOptions.defaults().withTemperature(0).withMaximumTokens(8);

  @TempDir
  private static Path temporary;

  private static Path folder;

  private LanguageModel model;
  private Session session;

  @BeforeAll
  static void saveModel() {
    folder = RandomModel.save(temporary.resolve("model"));
  }

  @BeforeEach
  void open() {
    model = LanguageModel.open(folder);
    session = model.session();
  }

  @AfterEach
  void close() {
    session.close();
    model.close();
  }

  private String alone(String prompt, int tokens) {
    return model.generate(prompt, GREEDY.withMaximumTokens(tokens), piece -> {}).text();
  }

  /** Tokens, since bytes that are no text do not come back from text. */
  private String alone(int[] tokens) {
    try (Session fresh = model.session()) {
      fresh.append(tokens);
      return fresh.generate("", GREEDY, piece -> {}).text();
    }
  }

  private GeneratedText turn(String prompt) {
    return session.generate(prompt, GREEDY, piece -> {});
  }

  @Test
  void turnsContinueOneText() {
    String first = turn("Once ").text();
    String second = turn("").text();
    assertEquals(alone("Once ", 16), first + second);
    session.append(" and");
    String expected = alone(session.tokens());
    assertEquals(expected, turn("").text());
    assertEquals("Once " + first + second + " and" + expected, session.text());
  }

  @Test
  void aTurnsPromptIsAllOfTheTextBeforeIt() {
    assertEquals("Once ".length(), turn("Once ").promptTokens());
    assertEquals("Once ".length() + 8, turn("").promptTokens());
    session.append(" and");
    assertEquals("Once ".length() + 2 * 8 + " and".length() + "!".length(), turn("!").promptTokens());
    assertEquals(model.tokenizer().start().length, model.generate("", GREEDY, piece -> {}).promptTokens());
  }

  @Test
  void whatIsAppendedIsThePromptOfTheNextTurn() {
    session.append("ab");
    session.append('c', 'd');
    assertEquals(alone("abcd", 8), turn("").text());
    assertThrows(IllegalArgumentException.class, () -> session.append(256));
  }

  @Test
  void aRewrittenTextGoesOnAsIfItHadBeenThereFromTheBeginning() {
    turn("Once upon");
    for (String text : List.of("Once more", "Once mo", "Once more", "x", "Once more and more")) {
      session.rewrite(text);
      assertEquals(text, session.text());
      assertEquals(alone(text, 8), turn("").text(), text);
    }
    session.rewrite("");
    assertEquals(alone("", 8), turn("").text());
  }

  /** As in training, where it stands at the start of a document alone. */
  @Test
  void aPrefixSpaceStandsAtTheStartOfATextAlone() throws IOException {
    Tokenizer bytes = PrefixSpace.in(Tokenizer.bytes());
    try (LanguageModel other = LanguageModel.open(RandomModel.save(temporary.resolve("prefixing"), Optional.of(bytes)));
        Session text = other.session()) {
      text.append("a");
      text.append("b");
      text.generate("c", GREEDY.withMaximumTokens(0), piece -> {});
      assertEquals(" abc", text.text());
      text.rewrite("");
      text.generate("", GREEDY.withMaximumTokens(0), piece -> {});
      assertEquals("\n", text.text());
    }
  }

  @Test
  void aTextBeginsWithTheTokensOfTheTemplate() throws IOException {
    try (LanguageModel other = LanguageModel.open(RandomModel.saveWithTemplate(temporary.resolve("template")));
        Session text = other.session()) {
      Tokenizer tokenizer = other.tokenizer();
      assertArrayEquals(new int[] {0}, tokenizer.beginning());
      text.append("");
      assertArrayEquals(new int[0], text.tokens());
      text.append("a");
      text.append("b");
      assertArrayEquals(new int[] {0, tokenizer.encode("a")[0], tokenizer.encode("b")[0]}, text.tokens());
      assertEquals("ab", text.text());
      text.rewrite("ac");
      assertArrayEquals(new int[] {0, tokenizer.encode("a")[0], tokenizer.encode("c")[0]}, text.tokens());
      text.rewrite("");
      text.generate("", GREEDY.withMaximumTokens(1), piece -> {});
      assertEquals(0, text.tokens()[0]);
      assertEquals(2, text.tokens().length);
    }
  }

  @Test
  void aTextLongerThanTheContextGoesOn() {
    for (int i = 0; i < 12; i++) {
      turn(" and on");
    }
    assertEquals(12 * (7 + 8), session.tokens().length);
    session.rewrite("short");
    assertEquals(alone("short", 8), turn("").text());
  }

  @Test
  void aStopStringIsNoPartOfTheText() {
    String whole = alone("Once", 30);
    String stop = whole.substring(10, 12);
    String shown = whole.substring(0, whole.indexOf(stop));
    GeneratedText stopped = session.generate("Once", GREEDY.withMaximumTokens(30).withStops(stop), piece -> {});
    assertEquals(StopReason.STOP_STRING, stopped.stop());
    assertEquals(shown, stopped.text());
    assertEquals("Once" + shown, session.text());
    assertEquals(alone("Once" + shown + "!", 8), turn("!").text());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void ofATokenInWhichAStopStringBeginsTheTextBeforeItStays(boolean prefixes) throws IOException {
    byte[] fish = "The small fish swims under a stone and the other fish swim there too. ".repeat(9).getBytes(StandardCharsets.UTF_8);
    Tokenizer learned = new BpeTrainer(320).train(documents -> documents.accept(fish));
    Tokenizer words = prefixes ? PrefixSpace.in(learned) : learned;
    Path place = temporary.resolve("words " + prefixes);
    int first = 0;
    int later = 0;
    try (LanguageModel other = LanguageModel.open(RandomModel.save(place, Optional.of(words)))) {
      for (int seed = 0; seed < 60; seed++) {
        GenerationOptions options = GREEDY.withTemperature(20).withTopK(0).withSeed(seed);
        GeneratedText whole = other.generate("", options, piece -> {});
        StringBuilder before = new StringBuilder();
        for (GeneratedToken token : whole.tokens()) {
          String piece = words.decodeToString(new int[] {token.id()});
          int at = before.length() + 1;
          boolean isWithin = piece.length() > 2 && !piece.contains("\ufffd") && whole.text().startsWith(before + piece);
          if (isWithin && whole.text().indexOf(piece.substring(1)) == at) {
            first += before.isEmpty() ? 1 : 0;
            later += before.isEmpty() ? 0 : 1;
            try (Session text = other.session()) {
              text.generate("", options.withStops(piece.substring(1)), given -> {});
              assertEquals(whole.text().substring(0, at), text.text());
            }
          }
          before.append(piece);
        }
      }
    }
    assertTrue(first > 3 && later > 3, "only " + first + " at the beginning of a text and " + later + " in it");
  }

  @Test
  void aStreamGeneratesWhatIsAskedForAndTheRestIsGivenUp() {
    String whole = alone("Once", 8);
    StringBuilder read = new StringBuilder();
    TextStream stream = session.stream("Once", GREEDY);
    try (stream) {
      read.append(stream.next()).append(stream.next());
      assertThrows(IllegalStateException.class, stream::result);
      assertThrows(IllegalStateException.class, () -> session.append("x"));
    }
    assertEquals(StopReason.CANCELLED, stream.result().stop());
    assertTrue(whole.startsWith(read.toString()));
    assertEquals("Once" + read, session.text());
    assertEquals(whole.substring(read.length()), session.generate("", GREEDY.withMaximumTokens(8 - read.length()), piece -> {}).text());
  }

  @Test
  void aTextThatFailedHasNoResultAndSaysWhy() throws IOException {
    LanguageModel closed = LanguageModel.open(RandomModel.save(temporary.resolve("closed")));
    TextStream stream = closed.session().stream("Once", GREEDY);
    assertTrue(stream.hasNext());
    stream.next();
    closed.close();
    IllegalStateException failure = assertThrows(IllegalStateException.class, stream::hasNext);
    assertEquals(failure, assertThrows(IllegalStateException.class, stream::result).getCause());
  }

  @Test
  void cancellingEndsTheTextAfterTheTokenAtHand() throws InterruptedException {
    CountDownLatch running = new CountDownLatch(1);
    Thread canceller = Thread.ofVirtual().start(() -> {
      try {
        running.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      session.cancel();
    });
    GeneratedText text = session.generate("x", GREEDY.withMaximumTokens(1_000_000), piece -> running.countDown());
    canceller.join();
    assertEquals(StopReason.CANCELLED, text.stop());
    assertEquals("x" + text.text(), session.text());
  }

  @Test
  void cancellingWhileThePromptIsTokenizedEndsTheText() throws Exception {
    String prompt = "a long prompt, ".repeat(100_000);
    boolean met = false;
    while (!met) {
      try (Session own = model.session()) {
        FutureTask<GeneratedText> text =
            new FutureTask<>(() -> own.generate(prompt, GREEDY.withMaximumTokens(10_000), piece -> {}));
        Thread thread = Thread.ofPlatform().start(text);
        while (!met && thread.isAlive()) {
          met = Arrays.stream(thread.getStackTrace()).anyMatch(frame -> frame.getMethodName().equals("encode"));
        }
        if (met) {
          own.cancel();
        }
        assertEquals(met ? StopReason.CANCELLED : StopReason.LENGTH, text.get().stop());
      }
    }
  }

  @Test
  void cancellingWhenNothingIsGeneratedIsNotForTheNextText() {
    session.cancel();
    assertEquals(StopReason.LENGTH, turn("x").stop());
    session.cancel();
    assertEquals(StopReason.LENGTH, turn("y").stop());
  }

  @Test
  void whatWasHeldBackWhenCancelledIsNoPartOfTheText() {
    String whole = alone("Once", 30);
    // A character that may begin a stop string is held until the next is known: each here, from the first on.
    String[] stops = whole.chars().distinct().mapToObj(character -> (char) character + "\u0001").toArray(String[]::new);
    GeneratedText cancelled = session.generateWhile("Once", GREEDY.withMaximumTokens(30).withStops(stops), piece -> false);
    assertEquals(StopReason.CANCELLED, cancelled.stop());
    assertEquals(whole.substring(0, cancelled.text().length()), cancelled.text());
    assertTrue(cancelled.tokens().size() > cancelled.text().length(), "something was held back");
    assertEquals("Once" + cancelled.text(), session.text());
    assertEquals(alone(session.tokens()), turn("").text());
  }

  @Test
  void closingWhileGeneratingEndsTheTextAndFreesTheSessionAfterwards() {
    GeneratedText text = session.generate("x", GREEDY.withMaximumTokens(1_000_000), piece -> session.close());
    assertEquals(StopReason.CANCELLED, text.stop());
    assertThrows(IllegalStateException.class, () -> turn("y"));
    session.close();
  }

  @Test
  void closingEndsAStreamThatNobodyReadsOnAndFreesItsMemory() {
    try (LoadedModel loaded = ModelFiles.load(folder);
        Kernel kernel = new ScalarKernel();
        Network network = new Network(kernel, loaded.parameters(), WeightUse.FP32)) {
      Sequence sequence = new Sequence(kernel, network);
      Session own = new Session(Tokenizer.bytes(), sequence);
      TextStream stream = own.stream("x", GREEDY);
      String first = stream.next();
      own.close();
      assertThrows(IllegalStateException.class, () -> sequence.append(1), "its memory is there");
      assertEquals("The session was closed.", assertThrows(IllegalStateException.class, () -> own.append("y")).getMessage());
      assertFalse(stream.hasNext());
      assertEquals(StopReason.CANCELLED, stream.result().stop());
      assertEquals("x" + first, own.text());
    }
  }

  @Test
  void whatWasNotReadOfAStreamIsGivenUpAndNoPartOfTheText() {
    String whole = alone("Once", 30);
    // The second stop string is found with the piece before it, which the first one held back: that piece is the last.
    GenerationOptions options = GREEDY.withMaximumTokens(30).withStops(whole.substring(6, 8) + "\u0001", whole.substring(7, 9));
    int pieces = 0;
    for (boolean isAtEnd = false; !isAtEnd; pieces++) {
      try (Session own = model.session()) {
        TextStream stream = own.stream("Once", options);
        StringBuilder read = new StringBuilder();
        for (int i = 0; i < pieces; i++) {
          read.append(stream.next());
        }
        isAtEnd = !stream.hasNext();
        stream.close();
        assertFalse(stream.hasNext());
        assertThrows(NoSuchElementException.class, stream::next);
        assertEquals(isAtEnd ? StopReason.STOP_STRING : StopReason.CANCELLED, stream.result().stop());
        assertEquals(read.toString(), stream.result().text());
        assertEquals("Once" + read, own.text());
        assertEquals(alone(own.tokens()), own.generate("", GREEDY, piece -> {}).text());
      }
    }
    assertTrue(pieces > 5, "only " + pieces);
  }

  @Test
  void aConsumerThatFailsHasWhatItWasGivenKept() {
    StringBuilder given = new StringBuilder();
    IllegalStateException failure = new IllegalStateException("enough");
    assertEquals(failure, assertThrows(IllegalStateException.class, () -> session.generate("Once", GREEDY, piece -> {
      given.append(piece);
      if (given.length() > 2) {
        throw failure;
      }
    })));
    assertEquals("Once" + given, session.text());
    assertEquals(alone(session.tokens()), turn("").text());
  }

  @Test
  void aLongPromptMayBeCancelledAndGoesOnAsIfItHadNot() throws InterruptedException {
    String prompt = "a long prompt, ".repeat(2);
    for (int round = 0; round < 40; round++) {
      try (Session own = model.session()) {
        AtomicBoolean over = new AtomicBoolean();
        Thread canceller = Thread.ofPlatform().start(() -> {
          while (!over.get()) {
            own.cancel();
          }
        });
        GeneratedText cancelled = own.generate(prompt, GREEDY, piece -> {});
        over.set(true);
        canceller.join();
        assertEquals(prompt + cancelled.text(), own.text());
        assertEquals(alone(own.tokens()), own.generate("", GREEDY, piece -> {}).text(), "after " + cancelled);
      }
    }
  }

  @Test
  void aTextOfNoTokensTakesNoTime() {
    assertEquals(0, session.generate("x", GREEDY.withMaximumTokens(0), piece -> {}).seconds());
  }

  @Test
  void aStopStringThatOnlyTheEndMakesIsNoPartOfTheText() {
    int found = 0;
    for (int tokens = 1; tokens < 30; tokens++) {
      String whole = alone("Once", tokens);
      try (Session own = model.session()) {
        GeneratedText stopped = own.generate("Once", GREEDY.withMaximumTokens(tokens).withStops("\uFFFD"), piece -> {});
        boolean stops = whole.contains("\uFFFD");
        assertEquals(stops ? StopReason.STOP_STRING : StopReason.LENGTH, stopped.stop(), whole);
        assertEquals("Once" + (stops ? whole.substring(0, whole.indexOf('\uFFFD')) : whole), own.text());
        found += stops ? 1 : 0;
      }
    }
    assertTrue(found > 0, "the model makes no unfinished characters");
  }

  @Test
  void optionsThatCannotBeAreRefusedBeforeThePromptIsTaken() {
    assertThrows(IllegalArgumentException.class, () -> GREEDY.withStops("\uDE01"));
    assertThrows(IllegalArgumentException.class, () -> GREEDY.withRepetitionPenalty(1e-45f));
    assertThrows(NullPointerException.class, () -> session.generate("x", null, piece -> {}));
    assertEquals("", session.text());
  }

  @Test
  void aSessionOfAClosedModelSaysSoEachTime() {
    turn("x");
    model.close();
    for (int i = 0; i < 2; i++) {
      String message = assertThrows(IllegalStateException.class, () -> turn("y")).getMessage();
      assertEquals("The model was closed.", message);
    }
    assertThrows(IllegalStateException.class, model::session);
    assertThrows(IllegalStateException.class, () -> model.generate("x", GREEDY.withMaximumTokens(0), piece -> {}));
  }

  @Test
  void alternativesAreTheMostLikelyTokensMostLikelyFirst() {
    GeneratedText text = session.generate("Once", GREEDY.withAlternatives(5), piece -> {});
    for (GeneratedToken token : text.tokens()) {
      assertEquals(5, token.alternatives().size());
      assertEquals(token.id(), token.alternatives().getFirst().id());
      assertEquals(token.logProbability(), token.alternatives().getFirst().logProbability());
      double sum = 0;
      for (int i = 0; i < 5; i++) {
        sum += Math.exp(token.alternatives().get(i).logProbability());
        assertTrue(i == 0 || token.alternatives().get(i).logProbability() <= token.alternatives().get(i - 1).logProbability());
      }
      assertTrue(sum > 0 && sum <= 1, "they share the probability " + sum);
    }
    double all = 0;
    GeneratedToken every = session.generate("", GREEDY.withMaximumTokens(1).withAlternatives(1000), piece -> {}).tokens().getFirst();
    for (GeneratedToken.Alternative alternative : every.alternatives()) {
      all += Math.exp(alternative.logProbability());
    }
    assertEquals(256, every.alternatives().size());
    assertEquals(1, all, 1e-4);
    float[] logits = model.logits(session.tokens());
    assertEquals(256, logits.length);
  }

  @Test
  void sessionsDoNotDisturbEachOther() {
    try (Session other = model.session()) {
      turn("Once");
      other.generate("Twice", GREEDY, piece -> {});
      int[] before = session.tokens();
      other.generate(" more", GREEDY, piece -> {});
      assertArrayEquals(before, session.tokens());
      String expected = alone(session.tokens());
      assertEquals(expected, turn("").text());
    }
  }
}
