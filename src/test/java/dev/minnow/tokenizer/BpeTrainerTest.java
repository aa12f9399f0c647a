package dev.minnow.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BpeTrainerTest {
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

  /** Every count from scratch before every merge. */
  private static List<String> mergesByDefinition(List<String> texts, int wanted, TieBreak tieBreak) {
    Map<List<String>, Long> words = new HashMap<>();
    for (String text : texts) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      for (int from = 0; from < bytes.length;) {
        int to = new Gpt2Splitter().pieceEnd(bytes, from, bytes.length);
        words.merge(List.of(ByteAlphabet.write(Arrays.copyOfRange(bytes, from, to)).split("")), 1L, Long::sum);
        from = to;
      }
    }
    List<String> ids = new ArrayList<>();
    for (int value : ByteAlphabet.byteValuesInOrder()) {
      ids.add(String.valueOf(ByteAlphabet.character(value)));
    }
    List<String> merges = new ArrayList<>();
    while (ids.size() < 256 + wanted) {
      Map<List<String>, Long> counts = new HashMap<>();
      words.forEach((word, count) -> {
        for (int i = 0; i + 1 < word.size(); i++) {
          counts.merge(List.of(word.get(i), word.get(i + 1)), count, Long::sum);
        }
      });
      if (counts.isEmpty()) {
        return merges;
      }
      List<String> best = Collections.min(counts.keySet(), (one, other) -> {
        int order = Long.compare(counts.get(other), counts.get(one));
        for (int side = 0; order == 0 && side < 2; side++) {
          order =
              tieBreak == TieBreak.SMALLEST_IDS
                  ? Integer.compare(ids.indexOf(one.get(side)), ids.indexOf(other.get(side)))
                  : Arrays.compareUnsigned(ByteAlphabet.read(other.get(side)), ByteAlphabet.read(one.get(side)));
        }
        return order;
      });
      merges.add(best.get(0) + " " + best.get(1));
      ids.add(best.get(0) + best.get(1));
      Map<List<String>, Long> merged = new HashMap<>();
      words.forEach((word, count) -> merged.merge(merge(word, best), count, Long::sum));
      words = merged;
    }
    return merges;
  }

  private static List<String> merge(List<String> word, List<String> pair) {
    List<String> merged = new ArrayList<>();
    for (int i = 0; i < word.size(); i++) {
      if (i + 1 < word.size() && word.get(i).equals(pair.get(0)) && word.get(i + 1).equals(pair.get(1))) {
        merged.add(pair.get(0) + pair.get(1));
        i++;
      } else {
        merged.add(word.get(i));
      }
    }
    return merged;
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

  @Test
  void mergesAreThoseOfCountingFromScratchEveryTime() throws IOException {
    Random random = new Random(17);
    for (int trial = 0; trial < 60; trial++) {
      List<String> texts = new ArrayList<>();
      int kinds = 1 + random.nextInt(3);
      int wordLength = 4 + random.nextInt(30);
      for (int document = random.nextInt(6); document >= 0; document--) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(150); i > 0; i--) {
          text.append(random.nextInt(wordLength) == 0 ? ' ' : (char) ('a' + random.nextInt(kinds)));
        }
        texts.add(text.toString());
      }
      for (TieBreak tieBreak : TieBreak.values()) {
        Tokenizer tokenizer =
            new BpeTrainer(257 + 60).withTieBreak(tieBreak).withThreads(1).train(documents(texts.toArray(String[]::new)));
        assertEquals(mergesByDefinition(texts, 60, tieBreak), merges(tokenizer), texts::toString);
      }
    }
  }

  @Test
  void aTextTrainedOnEncodesByTheMergesLearned() throws IOException {
    Tokenizer tokenizer = new BpeTrainer(400).train(documents(prose(new Random(23), 4_000)));
    String text = prose(new Random(24), 2_000);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    List<Integer> expected = new ArrayList<>();
    for (int from = 0; from < bytes.length;) {
      int to = new Gpt2Splitter().pieceEnd(bytes, from, bytes.length);
      expected.addAll(
          PieceMergerTest.mergeByDefinition(
              tokenizer.rules(), tokenizer.vocabulary().idsOfBytes(), Arrays.copyOfRange(bytes, from, to)));
      from = to;
    }
    assertEquals(expected, Arrays.stream(tokenizer.encode(text)).boxed().toList());
  }

  /** Words of a small made-up language. */
  static String prose(Random random, int words) {
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
    // Longer than a batch of work, so that it is cut.
    texts.add(prose(random, 120_000).getBytes(StandardCharsets.UTF_8));
    String expected = new BpeTrainer(600).withThreads(1).train(texts::forEach).sha256();
    for (int threads : new int[] {1, 2, 3, 8}) {
      Collections.shuffle(texts, random);
      assertEquals(expected, new BpeTrainer(600).withThreads(threads).train(texts::forEach).sha256(), threads + " threads");
    }
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
  void aListenerHearsEveryMerge() throws IOException {
    List<String> heard = new ArrayList<>();
    new BpeTrainer(260).withListener((merges, wanted) -> heard.add(merges + " of " + wanted)).train(documents("aaabdaaabac", "", "é"));
    assertEquals(List.of("1 of 3", "2 of 3", "3 of 3"), heard);
  }
}
