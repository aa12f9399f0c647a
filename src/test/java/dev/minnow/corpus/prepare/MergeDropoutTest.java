package dev.minnow.corpus.prepare;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.corpus.TokenFile;
import dev.minnow.corpus.TokenFileWriter;
import dev.minnow.tokenizer.BpeTrainer;
import dev.minnow.tokenizer.PrefixSpace;
import dev.minnow.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MergeDropoutTest {
  @TempDir
  private Path folder;

  private byte[] utf8;
  private Tokenizer tokenizer;
  private TokenFile text;

  /** Documents with end-of-text between them, of more than one part. */
  @BeforeEach
  void tokenize() throws IOException {
    tokenize(json -> json, 5000);
  }

  /**
   * @param change what to change in the tokenizer's JSON
   * @param documentTokens where an end of text follows
   */
  private void tokenize(UnaryOperator<String> change, int documentTokens) throws IOException {
    Random random = new Random(3);
    String[] words = {"the", "small", "fish", "swims", "únder", "stones", "sleeps", "until", "morning"};
    StringBuilder written = new StringBuilder();
    for (int i = 0; i < 30_000; i++) {
      written.append(words[random.nextInt(words.length)]).append(random.nextInt(2) == 0 ? ".\n" : " ");
    }
    utf8 = written.toString().getBytes(StandardCharsets.UTF_8);
    String json = new String(new BpeTrainer(290).train(documents -> documents.accept(utf8)).toJson(), StandardCharsets.UTF_8);
    tokenizer = Tokenizer.ofJson(change.apply(json), "here", Optional.empty());
    int end = tokenizer.endOfText().orElseThrow();
    Path file = folder.resolve("training.tokens");
    try (TokenFileWriter writer = new TokenFileWriter(file, tokenizer.vocabularySize(), tokenizer.sha256())) {
      for (int id : tokenizer.encode(utf8)) {
        writer.append(id);
        if (writer.tokenCount() % documentTokens == 0) {
          writer.append(end);
        }
      }
      writer.finish();
    }
    text = TokenFile.open(file);
  }

  private List<int[]> spell(double chance, long seed, int threads, Path where) throws IOException {
    Files.createDirectories(where);
    List<TokenFile> files = new MergeDropout(tokenizer, chance, seed).spell(text, where, threads, (done, total) -> {});
    List<int[]> ids = files.stream().map(MergeDropoutTest::ids).toList();
    files.forEach(TokenFile::close);
    return ids;
  }

  private static int[] ids(TokenFile file) {
    return IntStream.range(0, (int) file.tokenCount()).map(i -> file.get(i)).toArray();
  }

  @Test
  void noSpaceIsPutBeforeAPart() throws IOException {
    text.close();
    tokenize(PrefixSpace::in, Integer.MAX_VALUE);
    String whole = tokenizer.decodeToString(ids(text));
    assertTrue(whole.startsWith(" "), "the tokenizer puts a space before a text");
    for (int[] ids : spell(0.2, 1, 2, folder.resolve("prefixed"))) {
      assertEquals(whole, tokenizer.decodeToString(ids));
    }
  }

  @Test
  void everySpellingIsAnotherOfTheSameText() throws IOException {
    List<int[]> spellings = spell(0.1, 7, 2, folder.resolve("a"));
    assertEquals(16, spellings.size());
    long ends = IntStream.of(ids(text)).filter(tokenizer::isSpecial).count();
    assertTrue(ends > 3, ends + " documents");
    for (int[] spelling : spellings) {
      assertArrayEquals(utf8, tokenizer.decode(spelling));
      assertEquals(ends, IntStream.of(spelling).filter(tokenizer::isSpecial).count());
      // A tenth of the merges makes some more tokens, not twice as many.
      assertTrue(spelling.length > 1.03 * text.tokenCount() && spelling.length < 2 * text.tokenCount(), spelling.length + " tokens");
    }
    assertNotEquals(IntStream.of(spellings.get(0)).boxed().toList(), IntStream.of(spellings.get(1)).boxed().toList());
  }

  @Test
  void theSameSeedGivesTheSameWithAnyNumberOfThreadsAndAnotherDoesNot() throws IOException {
    List<int[]> one = spell(0.1, 7, 1, folder.resolve("a"));
    List<int[]> three = spell(0.1, 7, 3, folder.resolve("b"));
    for (int i = 0; i < one.size(); i++) {
      assertArrayEquals(one.get(i), three.get(i), "spelling " + i);
    }
    assertNotEquals(
        IntStream.of(one.getFirst()).boxed().toList(), IntStream.of(spell(0.1, 8, 1, folder.resolve("b")).getFirst()).boxed().toList());
  }

  @Test
  void spellingsThatAreThereAreTakenUnlessTheyAreDamaged() throws IOException {
    List<int[]> first = spell(0.1, 7, 2, folder.resolve("a"));
    Path kept = folder.resolve("a/training.1.tokens");
    Path damaged = folder.resolve("a/training.2.tokens");
    FileTime old = FileTime.fromMillis(1);
    Files.setLastModifiedTime(kept, old);
    byte[] bytes = Files.readAllBytes(damaged);
    bytes[bytes.length - 1] ^= 1;
    Files.write(damaged, bytes);
    List<int[]> again = spell(0.1, 7, 2, folder.resolve("a"));
    assertArrayEquals(first.get(1), again.get(1));
    assertEquals(old, Files.getLastModifiedTime(kept));
  }

  @Test
  void aLargeTextHasFewerSpellings() {
    assertEquals(16, MergeDropout.spellings(0));
    assertEquals(16, MergeDropout.spellings(1 << 20));
    assertEquals(2, MergeDropout.spellings(1 << 25));
    assertEquals(1, MergeDropout.spellings(1L << 40));
  }
}
