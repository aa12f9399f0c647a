package dev.minnow.corpus.prepare;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.corpus.Corpus;
import dev.minnow.corpus.CorpusException;
import dev.minnow.corpus.Fold;
import dev.minnow.corpus.HeldOutWindows;
import dev.minnow.corpus.TokenFile;
import dev.minnow.tokenizer.BpeTrainer;
import dev.minnow.tokenizer.PrefixSpace;
import dev.minnow.tokenizer.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizationTest {
  private static final Tokenizer BYTES = Tokenizer.bytes();

  /** The longest piece that a document is read in. */
  private static final int PIECE_BYTES = 1 << 20;

  @TempDir
  Path temporary;
  private Path out;

  @BeforeEach
  void choosePlace() {
    out = temporary.resolve("made/tokens");
  }

  private Path file(String name, String text) throws IOException {
    Path file = temporary.resolve("texts").resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private static Corpus open(Path... paths) {
    return Corpus.open(Arrays.stream(paths).map(Path::toString).toList());
  }

  private PreparedCorpus prepare(Corpus corpus, Tokenizer tokenizer, double fraction) {
    return new Tokenization(corpus, tokenizer, fraction).prepare(out, 2, (done, total) -> {});
  }

  private static int[] ids(TokenFile file) {
    return LongStream.range(0, file.tokenCount()).mapToInt(file::get).toArray();
  }

  private static String text(TokenFile file, Tokenizer tokenizer) {
    return tokenizer.decodeToString(ids(file));
  }

  /** The text, with a bar for each end of a document. */
  private static String withEnds(TokenFile file, Tokenizer tokenizer) {
    int end = tokenizer.endOfText().orElseThrow();
    return Arrays.stream(ids(file))
        .mapToObj(id -> id == end ? "|" : tokenizer.decodeToString(new int[] {id}))
        .collect(Collectors.joining());
  }

  private static Tokenizer trained() throws IOException {
    return new BpeTrainer(300).train(sink -> sink.accept(words(20_000, 1).getBytes(StandardCharsets.UTF_8)));
  }

  private static String words(int count, long seed) {
    String[] words = {"the", "fish", "swims", "x1", "don't", "while(true)", "{\n\n\t", "};\n", "naïve", "東京", " ", "  "};
    return new Random(seed).ints(count, 0, words.length).mapToObj(i -> words[i]).collect(Collectors.joining(" "));
  }

  /** A folder of so many small documents. */
  private Corpus folderOf(int documents) throws IOException {
    for (int i = 0; i < documents; i++) {
      file("many/%04d.txt".formatted(i), words(20 + i % 50, i));
    }
    return open(temporary.resolve("texts/many"));
  }

  @Test
  void bytesOfDocumentsJoinWithNewlines() throws IOException {
    Corpus corpus = open(file("a.txt", "one"), file("b.txt", "two\n"), file("c.txt", "é"));
    try (PreparedCorpus prepared = prepare(corpus, BYTES, 0)) {
      assertEquals("one\ntwo\n\né", text(prepared.training(), BYTES));
      assertTrue(prepared.validation().isEmpty());
      assertEquals(3, prepared.documents());
      assertEquals(9, prepared.textBytes());
      assertEquals(11, prepared.tokenCount());
      assertFalse(prepared.reused());
    }
  }

  @Test
  void aLongDocumentOfBytesIsNotInterrupted() throws IOException {
    String text = words(300_000, 2);
    assertTrue(text.length() > PIECE_BYTES);
    Corpus corpus = open(file("a.txt", "short"), file("b.txt", text));
    try (PreparedCorpus prepared = prepare(corpus, BYTES, 0)) {
      assertEquals("short\n" + text, text(prepared.training(), BYTES));
    }
  }

  /** Put before each document, and before no piece, held-out part or line's end in it. */
  @Test
  void aPrefixSpaceStandsAtTheStartOfADocumentAlone() throws IOException {
    Tokenizer tokenizer = PrefixSpace.in(trained());
    String text = words(300_000, 3).replace(' ', '\n');
    assertTrue(text.length() > PIECE_BYTES);
    Corpus corpus = open(file("a.txt", text));
    byte[] expected = (" " + text).getBytes(StandardCharsets.UTF_8);
    try (PreparedCorpus prepared = prepare(corpus, tokenizer, 0.1001)) {
      String both = text(prepared.training(), tokenizer) + text(prepared.validation().orElseThrow(), tokenizer);
      assertArrayEquals(expected, both.getBytes(StandardCharsets.UTF_8));
    }
    for (int number = 1; number <= 3; number++) {
      Path folder = temporary.resolve("fold" + number);
      try (PreparedCorpus prepared = new Tokenization(corpus, tokenizer, new Fold(number, 3, 1)).prepare(folder, 2, (done, total) -> {})) {
        int training = tokenizer.decode(ids(prepared.training())).length;
        int heldOut = tokenizer.decode(ids(prepared.validation().orElseThrow())).length;
        assertEquals(expected.length, training + heldOut, "fold " + number);
      }
    }
    Tokenizer bytes = PrefixSpace.in(BYTES);
    try (PreparedCorpus prepared = prepare(open(file("b.txt", "one"), file("c.txt", "two")), bytes, 0)) {
      assertEquals(" one\n two", text(prepared.training(), bytes));
    }
  }

  /** Of fewer documents than folds, parts of the text are held out, also from the beginning and the middle of a document. */
  @Test
  void theEndOfTextStandsInTheFileThatHasTheEndOfTheDocument() throws IOException {
    Tokenizer tokenizer = trained();
    Corpus corpus = open(file("a.txt", "a".repeat(30)), file("b.txt", "b".repeat(30)));
    String end = "|";
    List<String> training =
        List.of("a".repeat(10) + end + "b".repeat(30) + end, "a".repeat(20) + "b".repeat(20) + end, "a".repeat(30) + end + "b".repeat(10));
    List<String> heldOut = List.of("a".repeat(20), "a".repeat(10) + end + "b".repeat(10), "b".repeat(20) + end);
    for (int number = 1; number <= 3; number++) {
      Path folder = temporary.resolve("fold" + number);
      try (PreparedCorpus prepared = new Tokenization(corpus, tokenizer, new Fold(number, 3, 1)).prepare(folder, 2, (done, total) -> {})) {
        assertEquals(training.get(number - 1), withEnds(prepared.training(), tokenizer), "fold " + number);
        assertEquals(heldOut.get(number - 1), withEnds(prepared.validation().orElseThrow(), tokenizer), "fold " + number);
      }
    }
  }

  @Test
  void documentsEndWithTheEndOfTextToken() throws IOException {
    Tokenizer tokenizer = trained();
    Corpus corpus = open(file("a.txt", "the fish"), file("b.txt", "swims <|endoftext|>"));
    try (PreparedCorpus prepared = prepare(corpus, tokenizer, 0)) {
      int end = tokenizer.endOfText().orElseThrow();
      int[] expected =
          IntStream.concat(
              IntStream.concat(Arrays.stream(tokenizer.encode("the fish")), IntStream.of(end)),
              IntStream.concat(Arrays.stream(tokenizer.encode("swims <|endoftext|>")), IntStream.of(end))).toArray();
      assertArrayEquals(expected, ids(prepared.training()));
      assertEquals(2, Arrays.stream(expected).filter(id -> id == end).count());
    }
  }

  @Test
  void theEndOfFewDocumentsIsHeldOut() throws IOException {
    Corpus corpus = open(file("a.txt", "abcd"), file("b.txt", "efghij"));
    try (PreparedCorpus prepared = prepare(corpus, BYTES, 0.5)) {
      assertEquals("abcd\ne", text(prepared.training(), BYTES));
      assertEquals("fghij", text(prepared.validation().orElseThrow(), BYTES));
      assertEquals(5, prepared.training().textBytes());
      assertEquals(5, prepared.validation().orElseThrow().textBytes());
    }
    Tokenizer tokenizer = trained();
    int end = tokenizer.endOfText().orElseThrow();
    try (PreparedCorpus prepared = prepare(corpus, tokenizer, 0.5)) {
      assertEquals("abcde", text(prepared.training(), tokenizer));
      assertEquals("fghij", text(prepared.validation().orElseThrow(), tokenizer));
      assertEquals(1, Arrays.stream(ids(prepared.training())).filter(id -> id == end).count());
      int[] heldOut = ids(prepared.validation().orElseThrow());
      assertEquals(end, heldOut[heldOut.length - 1]);
    }
  }

  @Test
  void manyDocumentsAreHeldOutWholeAndNoneIsLost() throws IOException {
    Tokenizer tokenizer = trained();
    Corpus corpus = folderOf(200);
    try (PreparedCorpus prepared = prepare(corpus, tokenizer, 0.2)) {
      int end = tokenizer.endOfText().orElseThrow();
      long training = Arrays.stream(ids(prepared.training())).filter(id -> id == end).count();
      long heldOut = Arrays.stream(ids(prepared.validation().orElseThrow())).filter(id -> id == end).count();
      assertEquals(200, training + heldOut);
      // 40 expected, deviation 5.7, six of them allowed.
      assertEquals(40.0, (double) heldOut, 34.0);
      assertEquals(corpus.totals().bytes(), prepared.textBytes());
    }
  }

  @Test
  void aLongTextEncodesInPiecesAsItDoesInOne() throws IOException {
    Tokenizer tokenizer = trained();
    String text = words(700_000, 3);
    assertTrue(text.length() > 3 * PIECE_BYTES);
    try (PreparedCorpus prepared = prepare(open(file("a.txt", text)), tokenizer, 0)) {
      int[] whole = tokenizer.encode(text);
      assertArrayEquals(whole, Arrays.copyOf(ids(prepared.training()), whole.length));
      assertEquals(whole.length + 1, prepared.training().tokenCount());
    }
  }

  @Test
  void theFilesAreTheSameWithAnyNumberOfThreads() throws IOException {
    Tokenizer tokenizer = trained();
    Corpus corpus = folderOf(300);
    List<byte[]> first = List.of();
    for (int threads : new int[] {1, 2, 7}) {
      Path folder = temporary.resolve("threads" + threads);
      new Tokenization(corpus, tokenizer, 0.1).prepare(folder, threads, (done, total) -> {}).close();
      List<byte[]> made =
          List.of(Files.readAllBytes(folder.resolve("training.tokens")), Files.readAllBytes(folder.resolve("validation.tokens")));
      if (first.isEmpty()) {
        first = made;
      }
      assertArrayEquals(first.get(0), made.get(0));
      assertArrayEquals(first.get(1), made.get(1));
    }
  }

  @Test
  void filesOfTheSameRequestAreReused() throws IOException {
    Path text = file("a.txt", "some text to keep");
    prepare(open(text), BYTES, 0.5).close();
    FileTime made = Files.getLastModifiedTime(out.resolve("training.tokens"));
    try (PreparedCorpus again = prepare(open(text), BYTES, 0.5)) {
      assertTrue(again.reused());
      assertEquals(1, again.documents());
      assertEquals("some tex", text(again.training(), BYTES));
      assertEquals(made, Files.getLastModifiedTime(out.resolve("training.tokens")));
    }
  }

  @Test
  void filesOfAnotherRequestAreMadeAnew() throws IOException {
    Path text = file("a.txt", "some text to keep");
    prepare(open(text), BYTES, 0.5).close();
    try (PreparedCorpus other = prepare(open(text), BYTES, 0.25)) {
      assertFalse(other.reused());
    }
    try (PreparedCorpus other = prepare(open(text), trained(), 0.25)) {
      assertFalse(other.reused());
    }
    Files.writeString(text, "other text, kept!");
    Files.setLastModifiedTime(text, FileTime.fromMillis(Files.getLastModifiedTime(text).toMillis() + 1000));
    try (PreparedCorpus other = prepare(open(text), trained(), 0.25)) {
      assertFalse(other.reused());
    }
    try (PreparedCorpus none = prepare(open(text), BYTES, 0)) {
      assertFalse(none.reused());
      assertFalse(Files.exists(out.resolve("validation.tokens")));
      assertEquals("other text, kept!", text(none.training(), BYTES));
    }
  }

  @Test
  void damagedFilesAreMadeAnew() throws IOException {
    Path text = file("a.txt", "some text to keep");
    prepare(open(text), BYTES, 0.5).close();
    byte[] whole = Files.readAllBytes(out.resolve("validation.tokens"));
    byte[] flipped = whole.clone();
    flipped[whole.length - 1] ^= 1;
    for (byte[] damaged : List.of(flipped, new byte[0], Arrays.copyOf(whole, 60))) {
      Files.write(out.resolve("validation.tokens"), damaged);
      assertMadeAnew(text, whole);
    }
    Files.delete(out.resolve("training.tokens"));
    assertMadeAnew(text, whole);
    for (String manifest : List.of("", "null", "{}", "[1]", "{\"request\":{}}", "\0\0\0")) {
      Files.writeString(out.resolve("manifest.json"), manifest);
      assertMadeAnew(text, whole);
    }
  }

  private void assertMadeAnew(Path text, byte[] validation) throws IOException {
    try (PreparedCorpus prepared = prepare(open(text), BYTES, 0.5)) {
      assertFalse(prepared.reused());
      prepared.training().verify();
    }
    assertArrayEquals(validation, Files.readAllBytes(out.resolve("validation.tokens")));
    try (PreparedCorpus prepared = prepare(open(text), BYTES, 0.5)) {
      assertTrue(prepared.reused());
    }
  }

  @Test
  void aFailureOnTheWayLeavesNothingThatLooksWhole() throws IOException {
    Corpus corpus = folderOf(50);
    Path bad = temporary.resolve("texts/picture.png");
    prepare(corpus, BYTES, 0).close();
    Files.write(bad, new byte[] {'a', 0});
    CorpusException refused =
        assertThrows(
            CorpusException.class,
            () -> prepare(Corpus.open(List.of(temporary.resolve("texts/many").toString(), bad.toString())), BYTES, 0));
    assertTrue(refused.getMessage().startsWith(bad + " is a binary file"), refused.getMessage());
    assertFalse(Files.exists(out.resolve("manifest.json")));
    assertFalse(Files.exists(out.resolve("training.tokens.tmp")));
  }

  @Test
  void predictedBytesCountTextAndNotSeparators() throws IOException {
    Tokenizer tokenizer = trained();
    String text = words(500, 4);
    try (PreparedCorpus prepared = prepare(open(file("a.txt", text)), tokenizer, 0)) {
      HeldOutWindows windows = new HeldOutWindows(prepared.training(), (int) prepared.tokenCount());
      assertEquals(prepared.tokenCount() - 1, windows.predictedTokens());
      ByteArrayOutputStream predicted = new ByteArrayOutputStream();
      predicted.writeBytes(tokenizer.decode(Arrays.copyOfRange(ids(prepared.training()), 1, (int) prepared.tokenCount())));
      assertEquals(predicted.size(), windows.predictedBytes(tokenizer));
    }
  }

  @Test
  void aFolderThatCannotBeMadeIsRefusedByName() throws IOException {
    Path inTheWay = file("a.txt", "text");
    Corpus corpus = open(inTheWay);
    CorpusException refused =
        assertThrows(
            CorpusException.class, () -> new Tokenization(corpus, BYTES, 0).prepare(inTheWay.resolve("x"), 1, (done, total) -> {}));
    assertTrue(refused.getMessage().startsWith(inTheWay.resolve("x") + " cannot be written"), refused.getMessage());
    assertThrows(IllegalArgumentException.class, () -> new Tokenization(corpus, BYTES, 1).prepare(out, 1, (done, total) -> {}));
    assertThrows(IllegalArgumentException.class, () -> new Tokenization(corpus, BYTES, 0).prepare(out, 0, (done, total) -> {}));
  }
}
