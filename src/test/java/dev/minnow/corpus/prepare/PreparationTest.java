package dev.minnow.corpus.prepare;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.corpus.Corpus;
import dev.minnow.corpus.CorpusException;
import dev.minnow.corpus.TokenFile;
import dev.minnow.corpus.clean.CleaningOptions;
import dev.minnow.corpus.clean.DropReason;
import dev.minnow.tokenizer.Tokenizer;
import dev.minnow.tokenizer.WorkListener;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PreparationTest {
  private static final long MEMORY = 64 << 20;
  private static final Pattern NAME = Pattern.compile("story[0-9]+");

  @TempDir
  Path temporary;
  private Path texts;

  @BeforeEach
  void makePlace() throws IOException {
    texts = Files.createDirectory(temporary.resolve("texts"));
  }

  /** Sentences of common and made-up words, so that two of different seeds have next to nothing in common. */
  private static String story(int words, long seed) {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < words; i++) {
      String[] common = {"the", "and", "of", "to", "was", "in", "she", "that"};
      text.append(i % 3 == 0 ? common[random.nextInt(common.length)] : made(random)).append(i % 12 == 11 ? ".\n" : " ");
    }
    return text.toString();
  }

  private static String made(Random random) {
    String[] syllables = {"ba", "ri", "ton", "el", "mo", "sten", "ka", "lu", "ver", "pi"};
    return random.ints(2 + random.nextInt(2), 0, syllables.length).mapToObj(i -> syllables[i]).reduce("", String::concat);
  }

  /** The same with one word in forty replaced, but never the first, which is the name. */
  private static String nearCopy(String text, long seed) {
    Random random = new Random(seed);
    StringBuilder copy = new StringBuilder();
    int at = random.nextInt(1, 40);
    int index = 0;
    for (String word : text.split("(?<= )", -1)) {
      copy.append(index++ % 40 == at ? made(random) + " " : word);
    }
    return copy.toString();
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(texts.resolve(name), text);
  }

  /** So many stories, each with a name of its own in it; every third has near-copies, every seventh an exact one. */
  private void writeStories(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      String text = "story" + i + " " + story(120 + i % 60, i);
      write("%04d.txt".formatted(i), text);
      if (i % 3 == 0) {
        write("%04d-near.txt".formatted(i), nearCopy(text, i));
        write("zz%04d-near.txt".formatted(i), nearCopy(text, 1000 + i));
      }
      if (i % 7 == 0) {
        write("yy%04d-exact.txt".formatted(i), text);
      }
    }
  }

  private Corpus corpus() {
    return Corpus.open(List.of(texts.toString()));
  }

  private static PreparationOptions options(
      CleaningOptions cleaning, boolean keepDuplicates, @Nullable Double validation, int vocabulary, int threads) {
    return new PreparationOptions(cleaning, keepDuplicates, null, vocabulary, validation, MEMORY, threads);
  }

  private static PreparationOptions usual(int threads) {
    return options(CleaningOptions.defaults(), false, 0.2, 400, threads);
  }

  private static CleaningOptions withSimilarity(double similarity) {
    return new CleaningOptions(true, true, 20, 0.5, true, similarity);
  }

  private PreparationManifest prepare(PreparationOptions options, Path out) throws IOException {
    return Preparation.prepare(corpus(), options, out, WorkListener.SILENT);
  }

  private static String text(TokenFile file, Tokenizer tokenizer) {
    return tokenizer.decodeToString(LongStream.range(0, file.tokenCount()).mapToInt(file::get).toArray());
  }

  private static List<String> names(String text) {
    return NAME.matcher(text).results().map(match -> match.group()).toList();
  }

  private static Map<String, byte[]> files(Path folder) throws IOException {
    Map<String, byte[]> contents = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        contents.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    return contents;
  }

  private static void assertSameFiles(Map<String, byte[]> expected, Path folder, String when) throws IOException {
    Map<String, byte[]> made = files(folder);
    assertEquals(expected.keySet(), made.keySet(), when);
    expected.forEach((name, bytes) -> assertArrayEquals(bytes, made.get(name), name + " " + when));
  }

  @Test
  void oneOfEachGroupOfCopiesIsKept() throws IOException {
    writeStories(60);
    Path out = temporary.resolve("out");
    PreparationManifest made = prepare(usual(2), out);
    assertEquals(60, made.documents());
    assertEquals(9, made.preparation().dropped().get(DropReason.EXACT_DUPLICATE).documents());
    assertEquals(40, made.preparation().dropped().get(DropReason.NEAR_DUPLICATE).documents());
    assertEquals(109, made.preparation().readDocuments());
    try (PreparedCorpus prepared = PreparedCorpus.open(out)) {
      Tokenizer tokenizer = prepared.tokenizer(out);
      List<String> found = new ArrayList<>(names(text(prepared.training(), tokenizer)));
      found.addAll(names(text(prepared.validation().orElseThrow(), tokenizer)));
      // Below 100 documents a cut may go through one of the names.
      assertTrue(found.size() >= 59 && Set.copyOf(found).size() == found.size(), found.toString());
    }
    List<String> dropped = Files.readAllLines(out.resolve("dropped.jsonl"));
    assertEquals(49, dropped.size());
    String copy = texts.resolve("yy0007-exact.txt").toString();
    String line = dropped.stream().filter(d -> d.contains(copy)).findFirst().orElseThrow();
    assertEquals(
        "{\"document\":\"" + copy + "\",\"reason\":\"exact_duplicate\",\"kept\":\"" + texts.resolve("0007.txt") + "\"}", line);
  }

  @Test
  void linesThatManyDocumentsShareAreLeftOutUnlessTheyAreToStay() throws IOException {
    String boilerplate = "Sign up today for our weekly letter about everything";
    for (int i = 0; i < 40; i++) {
      write(i + ".txt", story(60, i) + "\n" + boilerplate + "\n" + story(30, 500 + i));
    }
    write("alone.txt", boilerplate + "\n");
    for (boolean dropped : new boolean[] {true, false}) {
      CleaningOptions cleaning = new CleaningOptions(true, true, 20, 0.5, dropped, 0.5);
      Path out = temporary.resolve("out" + dropped);
      PreparationManifest made = prepare(options(cleaning, false, 0.0, 300, 2), out);
      assertEquals(dropped ? 40 : 41, made.documents());
      assertEquals(dropped ? 1 : 0, made.preparation().emptied());
      try (PreparedCorpus prepared = PreparedCorpus.open(out)) {
        assertEquals(!dropped, text(prepared.training(), prepared.tokenizer(out)).contains(boilerplate));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.3, 0.7})
  void copiesNeverStandOnBothSidesEvenWhenTheyAreKept(double fraction) throws IOException {
    writeStories(150);
    PreparationOptions options = options(CleaningOptions.defaults(), true, fraction, 400, 2);
    Path out = temporary.resolve("out");
    assertEquals(272, prepare(options, out).documents());
    try (PreparedCorpus prepared = PreparedCorpus.open(out)) {
      Tokenizer tokenizer = prepared.tokenizer(out);
      List<String> trained = names(text(prepared.training(), tokenizer));
      List<String> heldOut = names(text(prepared.validation().orElseThrow(), tokenizer));
      assertEquals(272, trained.size() + heldOut.size());
      Set<String> both = new HashSet<>(trained);
      both.retainAll(heldOut);
      assertEquals(Set.of(), both);
      // Groups of 1 to 4: deviation below 4 times that of single documents, four of them allowed.
      assertEquals(272 * fraction, heldOut.size(), 4 * Math.sqrt(2 * 272 * fraction * (1 - fraction)));
    }
  }

  @Test
  void theSideOfAStoryDoesNotDependOnWhichCopiesAreKept() throws IOException {
    writeStories(150);
    List<Set<String>> sides = new ArrayList<>();
    for (boolean keep : new boolean[] {false, true}) {
      Path out = temporary.resolve("keep" + keep);
      prepare(options(CleaningOptions.defaults(), keep, 0.3, 400, 2), out);
      try (PreparedCorpus prepared = PreparedCorpus.open(out)) {
        sides.add(Set.copyOf(names(text(prepared.validation().orElseThrow(), prepared.tokenizer(out)))));
      }
    }
    assertEquals(sides.get(0), sides.get(1));
  }

  @Test
  void withoutSimilarityExactCopiesStillStandOnOneSide() throws IOException {
    for (int i = 0; i < 120; i++) {
      String text = "story" + i + " " + story(50, i);
      write(i + ".txt", text);
      write(i + "-copy.txt", "  " + text + "\n\n");
    }
    Path out = temporary.resolve("out");
    assertEquals(240, prepare(options(withSimilarity(0), false, 0.4, 300, 2), out).documents());
    try (PreparedCorpus prepared = PreparedCorpus.open(out)) {
      Set<String> both = new HashSet<>(names(text(prepared.training(), prepared.tokenizer(out))));
      both.retainAll(names(text(prepared.validation().orElseThrow(), prepared.tokenizer(out))));
      assertEquals(Set.of(), both);
    }
  }

  @Test
  void whatIsNotCleanedIsTokenizedAsTrainingDoesIt() throws IOException {
    for (int i = 0; i < 40; i++) {
      write("%02d.txt".formatted(i), story(40, i) + "  trailing  \n\n\n\n");
    }
    write("zlong.txt", story(180_000, 99));
    assertTrue(Files.size(texts.resolve("zlong.txt")) > 1 << 20);
    for (double fraction : new double[] {0, 0.25}) {
      Path out = temporary.resolve("out" + fraction);
      prepare(options(CleaningOptions.none(), false, fraction, 256, 2), out);
      Path direct = temporary.resolve("direct" + fraction);
      new Tokenization(corpus(), Tokenizer.bytes(), fraction).prepare(direct, 2, (done, total) -> {}).close();
      for (String name : fraction == 0 ? List.of("training.tokens") : List.of("training.tokens", "validation.tokens")) {
        assertArrayEquals(Files.readAllBytes(direct.resolve(name)), Files.readAllBytes(out.resolve(name)), name);
      }
      assertEquals(fraction > 0, Files.exists(out.resolve("validation.tokens")));
    }
  }

  @Test
  void theFilesAreTheSameWithAnyNumberOfThreads() throws IOException {
    writeStories(120);
    write("long.txt", story(180_000, 7));
    Map<String, byte[]> first = Map.of();
    for (int threads : new int[] {1, 2, 3}) {
      Path out = temporary.resolve("threads" + threads);
      prepare(usual(threads), out);
      if (first.isEmpty()) {
        first = files(out);
      }
      assertSameFiles(first, out, "with " + threads + " threads");
    }
  }

  /** As a process that is killed: nothing that was begun is ended in good order. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }

  /** Ends the run at a certain one of the times that it says how far it has come; at most so many times. */
  private static final class Killer implements WorkListener {
    private int left;
    private int heard;

    Killer(int left) {
      this.left = left;
    }

    @Override
    public void working(String what, long done, long total) {
      heard++;
      if (left-- == 0) {
        throw new Killed();
      }
    }
  }

  @Test
  void aKilledRunIsGoneOnWithAndGivesTheSameFiles() throws IOException {
    writeStories(110);
    write("long.txt", story(180_000, 7));
    Path undisturbed = temporary.resolve("undisturbed");
    Killer counter = new Killer(Integer.MAX_VALUE);
    Preparation.prepare(corpus(), usual(2), undisturbed, counter);
    Map<String, byte[]> expected = files(undisturbed);
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int run = 0; run < 2; run++) {
      Path out = temporary.resolve("killed" + run);
      int kills = 0;
      for (boolean done = false; !done;) {
        try {
          Preparation.prepare(
              corpus(), usual(2), out, Duration.ofMillis(random.nextInt(1, 40)), new Killer(random.nextInt(counter.heard * 3 / 4)));
          done = true;
        } catch (Killed e) {
          kills++;
          assertFalse(Preparation.isFinished(out));
          assertFalse(PreparedCorpus.find(out.toString()).isPresent());
        }
      }
      assertSameFiles(expected, out, "after " + kills + " kills, seed " + seed);
    }
  }

  /**
   * Pieces 20 to 22 are a long document, and the shared line is boilerplate only if it was counted on both sides of a kill. Bytes have no
   * end-of-text token, so that a document that is taken up as a new one has a newline too many.
   */
  @ParameterizedTest
  @CsvSource({
      "looking at documents, 15", "looking at documents, 21", "tokenizing, 15", "tokenizing, 20", "tokenizing, 21", "tokenizing, 22"})
  void nothingIsLostOrDoubledWhereARunIsTakenUp(String what, int piece) throws IOException {
    for (int i = 0; i < 40; i++) {
      String shared = i % 4 == 3 ? "" : "Sign up today for our weekly letter about everything\n";
      write("%02d.txt".formatted(i), story(60, i) + "\n" + shared + story(30, 500 + i));
    }
    write("20-long.txt", story(350_000, 7));
    assertTrue(Files.size(texts.resolve("20-long.txt")) > 2 << 20);
    PreparationOptions options = options(CleaningOptions.defaults(), false, 0.1, 256, 2);
    Path undisturbed = temporary.resolve("undisturbed");
    Preparation.prepare(corpus(), options, undisturbed, WorkListener.SILENT);
    Path out = temporary.resolve("out");
    WorkListener killer =
        new WorkListener() {
          private int left = piece;

          @Override
          public void working(String now, long done, long total) {
            if (now.equals(what) && left-- == 0) {
              throw new Killed();
            }
          }
        };
    assertThrows(Killed.class, () -> Preparation.prepare(corpus(), options, out, Duration.ZERO, killer));
    Preparation.prepare(corpus(), options, out, WorkListener.SILENT);
    assertSameFiles(files(undisturbed), out, "after a kill while " + what);
    try (PreparedCorpus prepared = PreparedCorpus.open(out)) {
      assertFalse(text(prepared.training(), prepared.tokenizer(out)).contains("weekly letter"));
    }
  }

  @Test
  void markupThatAPageShowsAsTextStays() throws IOException {
    write("page.html", "<p>" + story(60, 1) + "</p><p>Write &lt;b&gt;bold&lt;/b&gt; to stress a word.</p>");
    Path out = temporary.resolve("out");
    prepare(options(CleaningOptions.defaults(), false, 0.0, 256, 1), out);
    try (PreparedCorpus prepared = PreparedCorpus.open(out)) {
      String text = text(prepared.training(), prepared.tokenizer(out));
      assertTrue(text.contains("Write <b>bold</b> to stress a word."), text);
      assertFalse(text.contains("<p>"), text);
    }
  }

  @Test
  void whatWasDoneIsNotDoneAgain() throws IOException {
    writeStories(60);
    Path out = temporary.resolve("out");
    List<String> heard = new ArrayList<>();
    WorkListener listener =
        new WorkListener() {
          @Override
          public void working(String what, long done, long total) {
            heard.add(what);
            if (what.equals("tokenizing")) {
              throw new Killed();
            }
          }

          @Override
          public void noticed(String sentence) {
            heard.add(sentence);
          }
        };
    assertThrows(Killed.class, () -> Preparation.prepare(corpus(), usual(2), out, listener));
    assertTrue(heard.containsAll(List.of("looking at documents", "looking for copies", "learning merges")), heard.toString());
    heard.clear();
    assertThrows(Killed.class, () -> Preparation.prepare(corpus(), usual(2), out, listener));
    assertEquals(List.of("going on with the preparation that was begun", "tokenizing"), heard);
  }

  @Test
  void aChangedFileIsNoticedAndAllIsBegunAnew() throws IOException {
    writeStories(60);
    Path out = temporary.resolve("out");
    assertThrows(Killed.class, () -> Preparation.prepare(corpus(), usual(2), out, new Killer(70)));
    write("0003.txt", "another story altogether, which is long enough for a document of its own");
    Files.setLastModifiedTime(texts.resolve("0003.txt"), FileTime.fromMillis(1_700_000_000_000L));
    List<String> notices = new ArrayList<>();
    Preparation.prepare(corpus(), usual(2), out, new WorkListener() {
      @Override
      public void noticed(String sentence) {
        notices.add(sentence);
      }
    });
    assertEquals(List.of("what was begun was of other files or options, and is begun anew"), notices);
    Path fresh = temporary.resolve("fresh");
    prepare(usual(2), fresh);
    assertSameFiles(files(fresh), out, "after a change");
  }

  @Test
  void unfinishedTokenFilesThatAreDamagedAreMadeAnew() throws IOException {
    writeStories(60);
    Path undisturbed = temporary.resolve("undisturbed");
    Killer counter = new Killer(Integer.MAX_VALUE);
    Preparation.prepare(corpus(), usual(1), undisturbed, counter);
    Path out = temporary.resolve("out");
    assertThrows(
        Killed.class, () -> Preparation.prepare(corpus(), usual(1), out, Duration.ZERO, new Killer(counter.heard - 10)));
    Path tokens = out.resolve(".unfinished/training.tokens.tmp");
    byte[] bytes = Files.readAllBytes(tokens);
    assertTrue(bytes.length > 1000, bytes.length + " bytes");
    bytes[500] ^= 1;
    Files.write(tokens, bytes);
    prepare(usual(1), out);
    assertSameFiles(files(undisturbed), out, "after damage");
  }

  @Test
  void aFolderOfOtherThingsIsRefused() throws IOException {
    write("a.txt", story(50, 1));
    Path out = Files.createDirectory(temporary.resolve("out"));
    Files.writeString(out.resolve("letter.txt"), "dear");
    IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> prepare(usual(1), out));
    assertEquals(out + " holds other files, such as letter.txt; choose a folder of its own.", refused.getMessage());
    assertEquals(Set.of("letter.txt"), files(out).keySet());
  }

  @Test
  void aFolderWhereAnotherRunWorksIsRefused() throws IOException {
    write("a.txt", story(50, 1));
    Path out = temporary.resolve("out");
    try (PreparationFolder other = PreparationFolder.open(out)) {
      CorpusException refused = assertThrows(CorpusException.class, () -> prepare(usual(1), out));
      assertTrue(refused.getMessage().startsWith("Another run prepares a corpus in " + out), refused.getMessage());
      assertFalse(other.isPublished());
    }
    prepare(usual(1), out);
  }

  @Test
  void whoOpenedTheLockWhileARunWorkedKeepsOthersOutAfterIt() throws IOException {
    Path out = Files.createDirectory(temporary.resolve("out"));
    PreparationFolder first = PreparationFolder.open(out);
    try (FileChannel second = FileChannel.open(out.resolve(".lock"), StandardOpenOption.WRITE)) {
      first.close();
      assertTrue(second.tryLock().isValid());
      assertThrows(CorpusException.class, () -> PreparationFolder.open(out));
    }
    PreparationFolder.open(out).close();
    assertEquals(Set.of(".lock"), files(out).keySet());
  }

  @Test
  void aCorpusOfNoiseAloneIsRefused() throws IOException {
    write("a.txt", "0101 1101");
    CorpusException refused = assertThrows(CorpusException.class, () -> prepare(usual(1), temporary.resolve("out")));
    assertTrue(refused.getMessage().startsWith("None of the 1 documents is kept; "), refused.getMessage());
    assertFalse(Files.exists(temporary.resolve("out")), "nothing is left to go on with");
  }

  @Test
  void filesThatAreNotThoseOfTheManifestAreRefused() throws IOException {
    writeStories(20);
    Path out = temporary.resolve("out");
    prepare(usual(1), out);
    Path other = temporary.resolve("other");
    prepare(options(CleaningOptions.defaults(), true, 0.2, 300, 1), other);
    for (String name : List.of("training.tokens", "validation.tokens", "manifest.json")) {
      byte[] own = Files.readAllBytes(out.resolve(name));
      Files.copy(other.resolve(name), out.resolve(name), StandardCopyOption.REPLACE_EXISTING);
      CorpusException refused = assertThrows(CorpusException.class, () -> PreparedCorpus.open(out).close(), name);
      assertTrue(refused.getMessage().contains("prepare the corpus again"), refused.getMessage());
      Files.write(out.resolve(name), own);
    }
    Files.copy(other.resolve("tokenizer.json"), out.resolve("tokenizer.json"), StandardCopyOption.REPLACE_EXISTING);
    try (PreparedCorpus prepared = PreparedCorpus.open(out)) {
      assertThrows(CorpusException.class, () -> prepared.tokenizer(out));
    }
    assertEquals(Optional.empty(), PreparedCorpus.find(texts.toString()));
  }
}
