package dev.minnow.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.tokenizer.encode.PieceMergerTest;
import dev.minnow.tokenizer.encode.Pipeline;
import dev.minnow.tokenizer.encode.TextEncoder;
import dev.minnow.tokenizer.encode.WholeTokens;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TokenizerTest {
  private static Tokenizer trained;

  @BeforeAll
  static void train() throws IOException {
    byte[] text =
        (BpeTrainerTest.prose(new Random(41), 5_000) + "a".repeat(64) + " ".repeat(64) + "😀 \n\n\n").getBytes(StandardCharsets.UTF_8);
    trained = new BpeTrainer(700).train(sink -> sink.accept(text));
  }

  private static void assertRoundTrip(Tokenizer tokenizer, byte[] bytes) {
    assertArrayEquals(bytes, tokenizer.decode(tokenizer.encode(bytes)));
  }

  @Test
  void bytesAreTheirOwnIds() {
    Tokenizer bytes = Tokenizer.bytes();
    assertEquals(256, bytes.vocabularySize());
    assertEquals(OptionalInt.empty(), bytes.endOfText());
    byte[] all = new byte[256];
    for (int value = 0; value < 256; value++) {
      all[value] = (byte) value;
      assertArrayEquals(new byte[] {(byte) value}, bytes.bytes(value));
      assertFalse(bytes.isSpecial(value));
    }
    assertArrayEquals(IntStream.range(0, 256).toArray(), bytes.encode(all));
    assertArrayEquals(new int[] {'h', 'i'}, bytes.encode("hi"));
  }

  @Test
  void textsComeBackUnchanged() {
    String[] texts = {"", "?", " ", "a", "\n", "\u0000", "hello world!!!? (안녕하세요!) lol123 😉", "😀", "\r\n \t", "<|endoftext|>", "’s 's"};
    for (Tokenizer tokenizer : new Tokenizer[] {Tokenizer.bytes(), trained}) {
      for (String text : texts) {
        assertEquals(text, tokenizer.decodeToString(tokenizer.encode(text)));
        assertRoundTrip(tokenizer, text.getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  @Test
  void everyCodePointComesBackUnchanged() {
    StringBuilder all = new StringBuilder();
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      if (Character.getType(c) != Character.SURROGATE) {
        all.appendCodePoint(c);
        if (all.length() > 997) {
          assertEquals(all.toString(), trained.decodeToString(trained.encode(all.toString())));
          all.setLength(0);
        }
      }
    }
    assertEquals(all.toString(), trained.decodeToString(trained.encode(all.toString())));
  }

  @Test
  void anyBytesComeBackUnchanged() {
    Random random = new Random(43);
    for (int trial = 0; trial < 5_000; trial++) {
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      assertRoundTrip(trained, bytes);
      assertRoundTrip(Tokenizer.bytes(), bytes);
    }
  }

  @Test
  void wordsSeenBeforeEncodeAsWordsSeenForTheFirstTime() {
    Random random = new Random(47);
    int[] idOfByte = trained.vocabulary().idsOfBytes();
    TextEncoder warm = new TextEncoder(Pipeline.gpt2().preTokenizer(), WholeTokens.NONE, trained.rules(), idOfByte);
    for (int trial = 0; trial < 30_000; trial++) {
      // Words of 1 to 110 bytes, on both sides of every limit of the caches, at the end of an array and inside one.
      byte[] word = new byte[1 + (trial % 7 == 0 ? random.nextInt(110) : random.nextInt(18))];
      for (int i = 0; i < word.length; i++) {
        word[i] = (byte) "baneti".charAt(random.nextInt(6));
      }
      byte[] text = Arrays.copyOf(word, word.length + (trial % 2 == 0 ? 0 : 24));
      IntArrayList ids = new IntArrayList();
      warm.encode(text, 0, word.length, ids);
      assertEquals(PieceMergerTest.mergeByDefinition(trained.rules(), idOfByte, word), ids);
    }
  }

  @Test
  void aRangeIsEncodedAsIfItStoodAlone() {
    byte[] text = "one two three".getBytes(StandardCharsets.UTF_8);
    IntArrayList ids = new IntArrayList(new int[] {5});
    trained.encode(text, 3, 7, EncodingOptions.text(), ids);
    IntArrayList expected = new IntArrayList(new int[] {5});
    expected.addElements(1, trained.encode(" two"));
    assertEquals(expected, ids);
    assertThrows(IndexOutOfBoundsException.class, () -> trained.encode(text, 3, 14, EncodingOptions.text(), ids));
    assertThrows(IndexOutOfBoundsException.class, () -> trained.encode(text, -1, 2, EncodingOptions.text(), ids));
    assertEquals(expected, ids);
  }

  @Test
  void textNeverBecomesASpecialTokenAndSpecialTokensAreNoText() {
    int endOfText = trained.endOfText().getAsInt();
    assertTrue(trained.isSpecial(endOfText));
    String forged = "<|endoftext|>";
    assertTrue(Arrays.stream(trained.encode(forged + " " + forged)).noneMatch(trained::isSpecial));
    int[] ids = IntStream.concat(Arrays.stream(trained.encode("a")), IntStream.of(endOfText, trained.encode("b")[0])).toArray();
    assertEquals("ab", trained.decodeToString(ids));
    assertArrayEquals(forged.getBytes(StandardCharsets.UTF_8), trained.bytes(endOfText));
  }

  @Test
  void aLoneSurrogateIsEncodedAsTheReplacementCharacter() {
    assertArrayEquals(trained.encode("x\uFFFDy"), trained.encode("x\uD800y"));
  }

  @Test
  void bytesThatAreNotUtf8DecodeToReplacementCharacters() {
    assertEquals("a\uFFFDb", trained.decodeToString(trained.encode(new byte[] {'a', (byte) 0xFF, 'b'})));
  }

  @Test
  void idsOutsideTheVocabularyAreRefusedByNumber() {
    for (int id : new int[] {-1, trained.vocabularySize(), Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      String message = assertThrows(IllegalArgumentException.class, () -> trained.decode(new int[] {1, id})).getMessage();
      assertTrue(message.contains("id " + id), message);
      assertThrows(IllegalArgumentException.class, () -> trained.bytes(id));
      assertThrows(IllegalArgumentException.class, () -> trained.isSpecial(id));
    }
  }

  @Test
  void aMillionRepeatsAreEncodedInLinearTime() {
    // Quadratic time would be minutes here.
    for (String repeated : new String[] {"a", " ", "\n", "^", "0", "'s", "ab", "é", "😀", "\u00A0", "ba "}) {
      byte[] text = repeated.repeat(1_000_000).getBytes(StandardCharsets.UTF_8);
      assertRoundTrip(trained, text);
    }
  }

  @Test
  void aMegabyteWithoutSpacesIsEncodedInLinearTime() {
    byte[] noise = new byte[1_000_000];
    new Random(47).nextBytes(noise);
    assertRoundTrip(trained, noise);
    assertRoundTrip(trained, Base64.getEncoder().encode(noise));
    byte[] letters = BpeTrainerTest.prose(new Random(48), 1_000_000).replaceAll("[^a-z]", "").getBytes(StandardCharsets.UTF_8);
    assertTrue(letters.length > 700_000);
    assertRoundTrip(trained, letters);
  }

  @Test
  void manyThreadsShareOneTokenizer() throws Exception {
    String[] texts = new String[16];
    int[][] expected = new int[texts.length][];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = BpeTrainerTest.prose(new Random(i), 500);
      expected[i] = trained.encode(texts[i]);
    }
    int[][] found = new int[texts.length][];
    Thread[] threads = new Thread[texts.length];
    for (int i = 0; i < threads.length; i++) {
      int index = i;
      threads[i] = i % 2 == 0 ? Thread.ofPlatform().unstarted(() -> found[index] = trained.encode(texts[index]))
          : Thread.ofVirtual().unstarted(() -> found[index] = trained.encode(texts[index]));
    }
    for (Thread thread : threads) {
      thread.start();
    }
    for (int i = 0; i < threads.length; i++) {
      threads[i].join();
      assertArrayEquals(expected[i], found[i]);
    }
  }
}
