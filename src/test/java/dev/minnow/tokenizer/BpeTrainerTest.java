package dev.minnow.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.tokenizer.encode.MergeRules;
import dev.minnow.tokenizer.encode.PieceMergerTest;
import dev.minnow.tokenizer.learn.WordCounter;
import dev.minnow.tokenizer.split.AddedTokenFinder;
import dev.minnow.tokenizer.split.SplitPattern;
import dev.minnow.tokenizer.split.Splitter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

public class BpeTrainerTest {
  private static DocumentSource documents(String... texts) {
    return sink -> {
      for (String text : texts) {
        sink.accept(text.getBytes(StandardCharsets.UTF_8));
      }
    };
  }

  private static List<String> merges(Tokenizer tokenizer) {
    List<String> merges = new ArrayList<>();
    for (int rank = 0; rank < tokenizer.rules().size(); rank++) {
      long pair = tokenizer.rules().pair(rank);
      merges.add(tokenizer.vocabulary().written(MergeRules.left(pair)) + " " + tokenizer.vocabulary().written(MergeRules.right(pair)));
    }
    return merges;
  }

  @Test
  void theWorkedExampleOfAaabdaaabac() throws IOException {
    Tokenizer tokenizer = new BpeTrainer(256 + 1 + 3).train(documents("aaabdaaabac"));
    assertEquals(List.of("a a", "a b", "aa ab"), merges(tokenizer));
    int a = tokenizer.encode("a")[0];
    assertArrayEquals(new int[] {259, a + 3, 259, a, a + 2}, tokenizer.encode("aaabdaaabac"));
    assertArrayEquals("aaab".getBytes(StandardCharsets.UTF_8), tokenizer.bytes(259));
  }

  @Test
  void tiesGoToTheSmallestIdsAndBytesAreNumberedByTheirStandIns() throws IOException {
    DocumentSource source = documents("ttt", "ttt", "yz", "yz", "@ x", "@ x", "ac", "ac", "ab", "ab");
    // "ttt" counts as two pairs, so "t t" leads with four; all others occur twice. A space is byte 0x20, before 'a', but its stand-in is
    // U+0120, after 'z'; and the id of a merge is above those of all bytes.
    assertEquals(List.of("t t", "a b", "a c", "y z", "Ġ x", "tt t"), merges(new BpeTrainer(300).train(source)));
    assertEquals(
        List.of("t t", "y z", "tt t", "a c", "a b", "Ġ x"),
        merges(new BpeTrainer(300).withTieBreak(TieBreak.GREATEST_BYTES).train(source)));
  }

  @Test
  void idsAreEndOfTextThenBytesByStandInThenMerges() throws IOException {
    Tokenizer tokenizer = new BpeTrainer(258).train(documents("no no"));
    assertEquals(OptionalInt.of(0), tokenizer.endOfText());
    assertTrue(tokenizer.isSpecial(0));
    assertArrayEquals("<|endoftext|>".getBytes(StandardCharsets.UTF_8), tokenizer.bytes(0));
    assertArrayEquals(new byte[] {'!'}, tokenizer.bytes(1));
    assertArrayEquals(new byte[] {'~'}, tokenizer.bytes(94));
    assertArrayEquals(new byte[] {(byte) 0xA1}, tokenizer.bytes(95));
    assertArrayEquals(new byte[] {0}, tokenizer.bytes(189));
    assertArrayEquals(new byte[] {' '}, tokenizer.bytes(221));
    assertArrayEquals(new byte[] {(byte) 0xAD}, tokenizer.bytes(256));
    assertArrayEquals(new byte[] {'n', 'o'}, tokenizer.bytes(257));
  }

  /** Words of a few letters with special tokens between and inside them. */
  private static List<String> randomTexts(Random random, List<String> specials) {
    List<String> texts = new ArrayList<>();
    int kinds = 1 + random.nextInt(4);
    int wordLength = 4 + random.nextInt(30);
    int length = random.nextInt(10) == 0 ? 1_500 : 150;
    for (int document = random.nextInt(6); document >= 0; document--) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(length); i > 0; i--) {
        if (!specials.isEmpty() && random.nextInt(20) == 0) {
          text.append(specials.get(random.nextInt(specials.size())));
        }
        text.append(random.nextInt(wordLength) == 0 ? ' ' : (char) ('a' + Math.min(random.nextInt(kinds), random.nextInt(kinds))));
      }
      texts.add(text.toString());
    }
    return texts;
  }

  @Test
  void mergesAreThoseOfCountingFromScratchWithAllOptions() throws IOException {
    List<List<String>> specialLists = List.of(List.of(), List.of("<|endoftext|>"), List.of("ab", "<s>", "<s>a", "aab"), List.of("a b"));
    for (int trial = 0; trial < 250; trial++) {
      Random random = new Random(trial);
      List<String> specials = specialLists.get(random.nextInt(specialLists.size()));
      List<String> texts = randomTexts(random, specials);
      int wanted = 1 + random.nextInt(90);
      long minFrequency = random.nextBoolean() ? 0 : random.nextInt(6);
      int maxTokenLength = random.nextBoolean() ? Integer.MAX_VALUE : 1 + random.nextInt(9);
      for (TieBreak tieBreak : TieBreak.values()) {
        MergesByDefinition definition = new MergesByDefinition(wanted, tieBreak, minFrequency, maxTokenLength, specials);
        BpeTrainer trainer =
            new BpeTrainer(256 + specials.size() + wanted)
                .withSpecialTokens(specials)
                .withTieBreak(tieBreak)
                .withMinFrequency(minFrequency)
                .withThreads(1 + random.nextInt(3));
        if (maxTokenLength < Integer.MAX_VALUE) {
          trainer = trainer.withMaxTokenLength(maxTokenLength);
        }
        Tokenizer tokenizer = trainer.train(documents(texts.toArray(String[]::new)));
        String context = "seed " + trial + ", " + definition + ", " + texts;
        assertEquals(definition.learn(texts), merges(tokenizer), context);
        for (String text : texts) {
          assertEquals(text, tokenizer.decodeToString(tokenizer.encode(text)), context);
        }
      }
    }
  }

  /** Frequencies that fall by a factor of thousands, so that pairs are counted again, and words whose pairs are many. */
  @Test
  void mergesOfWordsOfVeryDifferentFrequencyAreThoseOfCountingFromScratch() throws IOException {
    for (int seed = 0; seed < 4; seed++) {
      Random random = new Random(seed);
      List<String> texts = new ArrayList<>();
      for (int word = 0; word < 500; word++) {
        String letters = random.ints(2 + random.nextInt(9), 'a', 'a' + 6).mapToObj(Character::toString).collect(Collectors.joining());
        texts.add((" " + letters).repeat(1 + 5_000 / (word * word + 1)));
      }
      MergesByDefinition definition = new MergesByDefinition(400, TieBreak.SMALLEST_IDS);
      Tokenizer tokenizer = new BpeTrainer(257 + 400).train(documents(texts.toArray(String[]::new)));
      assertEquals(definition.learn(texts), merges(tokenizer), "seed " + seed);
    }
  }

  @Test
  void aTextTrainedOnEncodesByTheMergesLearned() throws IOException {
    Tokenizer tokenizer = new BpeTrainer(400).train(documents(prose(new Random(23), 4_000)));
    String text = prose(new Random(24), 2_000);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    List<Integer> expected = new ArrayList<>();
    for (int from = 0; from < bytes.length;) {
      int to = SplitPattern.GPT2.splitter().pieceEnd(bytes, from, bytes.length);
      expected.addAll(
          PieceMergerTest.mergeByDefinition(
              tokenizer.rules(), tokenizer.vocabulary().idsOfBytes(), Arrays.copyOfRange(bytes, from, to)));
      from = to;
    }
    assertEquals(expected, Arrays.stream(tokenizer.encode(text)).boxed().toList());
  }

  /** Words of a small made-up language. */
  public static String prose(Random random, int words) {
    String[] syllables = {"ba", "ne", "ti", "shu", "lor", "em", "ip", "é", "中", "'s", "12", "x"};
    StringBuilder text = new StringBuilder();
    for (int word = 0; word < words; word++) {
      for (int i = 1 + random.nextInt(4); i > 0; i--) {
        text.append(syllables[Math.min(random.nextInt(syllables.length), random.nextInt(syllables.length))]);
      }
      text.append(random.nextInt(8) == 0 ? ".\n" : " ");
    }
    return text.toString();
  }

  @Test
  void threadsOrderAndCuttingOfDocumentsDoNotChangeTheMerges() throws IOException {
    Random random = new Random(29);
    List<byte[]> texts = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      texts.add(prose(random, 1_000 + random.nextInt(2_000)).getBytes(StandardCharsets.UTF_8));
    }
    // Longer than a shard, so that it is cut: shards are small where memory is.
    texts.add(prose(random, 60_000).getBytes(StandardCharsets.UTF_8));
    BpeTrainer trainer = new BpeTrainer(600).withMemory(16 << 20).withListener(new Noticing(new ArrayList<>()));
    String expected = new BpeTrainer(600).withThreads(1).train(texts::forEach).sha256();
    for (int threads : new int[] {1, 2, 3, 7}) {
      Collections.shuffle(texts, random);
      assertEquals(expected, trainer.withThreads(threads).train(texts::forEach).sha256(), threads + " threads");
    }
  }

  /** What a trainer notices. */
  private record Noticing(List<String> notices) implements WorkListener {
    @Override
    public void noticed(String sentence) {
      notices.add(sentence);
    }
  }

  @Test
  void wordsForgottenForWantOfMemoryAreTheSameWithAnyNumberOfThreads() throws IOException {
    Random random = new Random(37);
    List<byte[]> texts = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      StringBuilder rare = new StringBuilder(prose(random, 1_000));
      for (int word = 0; word < 1_500; word++) {
        rare.append(' ').append(Long.toString(random.nextLong() >>> 1, 26));
      }
      texts.add(rare.toString().getBytes(StandardCharsets.UTF_8));
    }
    Set<String> outcomes = new HashSet<>();
    for (int threads : new int[] {1, 2, 3, 7}) {
      Noticing heard = new Noticing(new ArrayList<>());
      BpeTrainer trainer = new BpeTrainer(700).withMemory(BpeTrainer.SMALLEST_MEMORY).withThreads(threads).withListener(heard);
      outcomes.add(trainer.train(texts::forEach).sha256() + " noticed " + heard.notices);
    }
    assertEquals(1, outcomes.size(), outcomes::toString);
    assertTrue(
        outcomes.iterator().next().matches(".* noticed \\[[\\d,]{6,} rare words, seen [\\d,]{6,} times, did not fit into memory .*]"),
        outcomes::toString);
  }

  @Test
  void rareWordsThatAreForgottenDoNotChangeWhatFrequentOnesTeach() throws IOException {
    Random random = new Random(39);
    // Frequent words are of letters, rare ones of digits: no pair of one is in the other.
    List<String> frequent = prose(random, 200).replaceAll("[\\d'.]", "")
        .lines()
        .flatMap(line -> Arrays.stream(line.split(" ", -1)))
        .filter(word -> !word.isEmpty())
        .toList();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 20_000; i++) {
      text.append(' ').append(frequent.get(random.nextInt(frequent.size()))).append(random.nextInt(1_000_000_000));
    }
    Noticing heard = new Noticing(new ArrayList<>());
    BpeTrainer bounded = new BpeTrainer(500).withMemory(BpeTrainer.SMALLEST_MEMORY).withListener(heard);
    List<String> letters = merges(bounded.train(documents(text.toString()))).stream().filter(merge -> !merge.matches(".*\\d.*")).toList();
    List<String> expected = merges(new BpeTrainer(500).train(documents(text.toString().replaceAll("\\d", ""))));
    assertTrue(letters.size() > 100, letters::toString);
    assertEquals(expected.subList(0, letters.size()), letters);
    assertEquals(1, heard.notices.size());
  }

  @Test
  @Timeout(20)
  void textWithoutSpacesIsLearnedFromInBoundedPieces() throws IOException {
    // 16 words of 65,536 letters: their merges double the length, and 2^20 letters are never one token.
    Tokenizer tokenizer = new BpeTrainer(257 + 30).train(documents("a".repeat(1 << 20)));
    assertEquals(257 + 16, tokenizer.vocabularySize());
    assertEquals(1 << 16, tokenizer.bytes(257 + 15).length);
    byte[] noise = new byte[3_000_000];
    Random random = new Random(41);
    for (int i = 0; i < noise.length; i++) {
      noise[i] = (byte) ('a' + random.nextInt(26));
    }
    Set<String> outcomes = new HashSet<>();
    for (int threads : new int[] {1, 2}) {
      BpeTrainer trainer = new BpeTrainer(600).withMemory(4 << 20).withThreads(threads);
      outcomes.add(trainer.train(sink -> sink.accept(noise)).sha256());
    }
    assertEquals(1, outcomes.size());
  }

  @Test
  void specialTokensAreTheFirstIdsInOrderAndCutTheText() throws IOException {
    List<String> names = List.of("<|user|>", "<|endoftext|>", "<|é 中|>");
    Tokenizer tokenizer =
        new BpeTrainer(300).withSpecialTokens(names).train(documents("no<|user|>no <|é 中|>no", "<|endoftext|>no<|endof", "text|>"));
    for (int id = 0; id < names.size(); id++) {
      assertTrue(tokenizer.isSpecial(id));
      assertArrayEquals(names.get(id).getBytes(StandardCharsets.UTF_8), tokenizer.bytes(id));
    }
    assertEquals(OptionalInt.of(1), tokenizer.endOfText());
    assertArrayEquals(new byte[] {'!'}, tokenizer.bytes(3));
    assertEquals("n o", merges(tokenizer).getFirst());
    assertFalse(String.join("", merges(tokenizer)).contains("u s"), "The name of a special token was learned from.");
    assertTrue(merges(tokenizer).contains("e n"), "Half a name is ordinary text.");
    assertEquals(256 + 1, new BpeTrainer(257).withSpecialTokens(List.of()).train(documents("aa")).vocabularySize());
    assertEquals(OptionalInt.empty(), new BpeTrainer(258).withSpecialTokens(List.of("<s>")).train(documents("aa")).endOfText());
  }

  @Test
  void specialTokensThatTextCouldBecomeAreRefused() {
    BpeTrainer trainer = new BpeTrainer(300);
    for (String name : List.of("", "a", "é", "Ġthe", "Ã©", "\ud800", "x\udc00")) {
      String message = assertThrows(IllegalArgumentException.class, () -> trainer.withSpecialTokens(List.of(name)), name).getMessage();
      assertTrue(message.contains("special token"), message);
    }
    assertThrows(IllegalArgumentException.class, () -> trainer.withSpecialTokens(List.of("<s>", "<s>")));
    assertThrows(IllegalArgumentException.class, () -> new BpeTrainer(257).withSpecialTokens(List.of("<s>", "</s>")));
    assertThrows(IllegalArgumentException.class, () -> new BpeTrainer(256).withSpecialTokens(List.of("<s>")));
  }

  @Test
  void aVocabularyOf256IsPlainBytesAndReadsNothing() throws IOException {
    Tokenizer tokenizer = new BpeTrainer(256).train(sink -> {
      throw new IOException("read");
    });
    assertEquals(Tokenizer.bytes().sha256(), tokenizer.sha256());
  }

  @Test
  void aVocabularyOf257HasEndOfTextAndNoMerges() throws IOException {
    Tokenizer tokenizer = new BpeTrainer(257).train(documents("aaaa"));
    assertEquals(257, tokenizer.vocabularySize());
    assertEquals(4, tokenizer.encode("aaaa").length);
    assertEquals(OptionalInt.of(0), tokenizer.endOfText());
  }

  @Test
  void aTextWithoutMorePairsGivesASmallerVocabulary() throws IOException {
    // ab, abc, a space with b, a space with c.
    assertEquals(257 + 4, new BpeTrainer(1_000).train(documents("abc", "", "a b c")).vocabularySize());
    assertEquals(257, new BpeTrainer(1_000).train(documents()).vocabularySize());
    assertEquals(257, new BpeTrainer(1_000).train(documents("", "a", "\n")).vocabularySize());
  }

  @Test
  void sizesThatNoVocabularyCanHaveAreRefused() {
    for (int size : new int[] {Integer.MIN_VALUE, -1, 0, 1, 255, BpeTrainer.LARGEST_VOCABULARY + 1, Integer.MAX_VALUE}) {
      String message = assertThrows(IllegalArgumentException.class, () -> new BpeTrainer(size)).getMessage();
      assertTrue(message.contains("vocabulary size of " + size), message);
    }
    assertThrows(IllegalArgumentException.class, () -> new BpeTrainer(300).withThreads(0));
    assertThrows(IllegalArgumentException.class, () -> new BpeTrainer(300).withMinFrequency(-1));
    assertThrows(IllegalArgumentException.class, () -> new BpeTrainer(300).withMaxTokenLength(0));
    assertThrows(IllegalArgumentException.class, () -> new BpeTrainer(300).withMemory(BpeTrainer.SMALLEST_MEMORY - 1));
  }

  /** By the bytes of a token in the largest form of file, with digits that its id lacks here, and half as much again for longer tokens. */
  @Test
  void theLargestVocabularyCanBeReadAgain() throws IOException {
    byte[] text = prose(new Random(72), 20_000).getBytes(StandardCharsets.UTF_8);
    Tokenizer tokenizer = new BpeTrainer(4_000).train(sink -> sink.accept(text));
    long bytesOfToken = tokenizer.toJson().length / tokenizer.vocabularySize() + 4;
    assertTrue(bytesOfToken > 60, bytesOfToken + " bytes");
    assertTrue(BpeTrainer.LARGEST_VOCABULARY * bytesOfToken * 3 / 2 <= TokenizerFiles.LARGEST_BYTES, bytesOfToken + " bytes");
  }

  @Test
  void aSourceThatFailsEndsTheTrainingWithItsOwnError() {
    IOException problem = new IOException("disk");
    byte[] text = prose(new Random(31), 200_000).getBytes(StandardCharsets.UTF_8);
    assertSame(problem, assertThrows(IOException.class, () -> new BpeTrainer(300).train(sink -> {
      sink.accept(text);
      throw problem;
    })));
  }

  @Test
  void aSplitterThatFailsEndsTheCountingWithItsOwnError() {
    IllegalStateException problem = new IllegalStateException("splitter");
    Splitter splitter = new Splitter() {
      @Override
      public int pieceEnd(byte[] text, int from, int to) {
        throw problem;
      }

      @Override
      public int cut(byte[] text, int near, int to) {
        return to;
      }
    };
    WordCounter counter = new WordCounter(splitter, new AddedTokenFinder(List.of()), 2, BpeTrainer.SMALLEST_MEMORY, WorkListener.SILENT);
    assertSame(problem, assertThrows(IllegalStateException.class, () -> counter.count(documents("a"))));
  }

  @Test
  void aListenerHearsEveryMerge() throws IOException {
    List<String> heard = new ArrayList<>();
    WorkListener listener = new WorkListener() {
      @Override
      public void working(String what, long done, long total) {
        heard.add(what + " " + done + " of " + total);
      }
    };
    new BpeTrainer(260).withListener(listener).train(documents("aaabdaaabac", "", "é"));
    assertEquals(List.of("learning merges 1 of 3", "learning merges 2 of 3", "learning merges 3 of 3"), heard);
  }

  @Test
  void aVocabularyThatStaysSmallerThanWantedIsTold() throws IOException {
    List<String> heard = new ArrayList<>();
    new BpeTrainer(300).withListener(new Noticing(heard)).train(documents("abab"));
    assertEquals(List.of("The text yields a vocabulary of 259 tokens, fewer than the 300 asked for."), heard);
  }
}
