package dev.minnow.tokenizer;

import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.minnow.tokenizer.encode.ByteAlphabet;
import dev.minnow.tokenizer.split.SplitPattern;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a trainer must learn, from the definition: every count from scratch before every merge. Tokens are strings in the byte alphabet.
 *
 * @param wanted merges at most
 */
record MergesByDefinition(int wanted, TieBreak tieBreak, long minFrequency, int maxTokenLength, List<String> specials) {
  MergesByDefinition(int wanted, TieBreak tieBreak) {
    this(wanted, tieBreak, 1, Integer.MAX_VALUE, List.of());
  }

  List<String> learn(List<String> texts) {
    Map<List<String>, Long> words = words(texts);
    List<String> ids = new ArrayList<>();
    for (int value : ByteAlphabet.byteValuesInOrder()) {
      ids.add(ByteAlphabet.write(new byte[] {(byte) value}));
    }
    List<String> merges = new ArrayList<>();
    while (merges.size() < wanted) {
      Map<List<String>, Long> counts = new HashMap<>();
      words.forEach((word, count) -> {
        for (int i = 0; i + 1 < word.size(); i++) {
          int length = word.get(i).length() + word.get(i + 1).length();
          if (length == 2 || length < maxTokenLength) {
            counts.merge(word.subList(i, i + 2), count, Long::sum);
          }
        }
      });
      if (counts.isEmpty()) {
        return merges;
      }
      List<String> best =
          Collections.min(counts.keySet(), Comparator.<List<String>, Long>comparing(counts::get).reversed().thenComparing(tieOrder(ids)));
      if (counts.get(best) < Math.max(1, minFrequency)) {
        return merges;
      }
      best = List.copyOf(best);
      merges.add(best.get(0) + " " + best.get(1));
      String product = best.get(0) + best.get(1);
      assertFalse(ids.contains(product) || specials.contains(product), "Two ways to spell one token.");
      ids.add(product);
      words = merged(words, best);
    }
    return merges;
  }

  private Map<List<String>, Long> words(List<String> texts) {
    Map<List<String>, Long> words = new HashMap<>();
    Pattern special =
        Pattern.compile(
            specials.stream()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .map(Pattern::quote)
                .collect(Collectors.joining("|")));
    for (String text : texts) {
      for (String part : specials.isEmpty() ? new String[] {text} : special.split(text)) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        for (int from = 0; from < bytes.length;) {
          int to = SplitPattern.GPT2.splitter().pieceEnd(bytes, from, bytes.length);
          words.merge(List.of(ByteAlphabet.write(Arrays.copyOfRange(bytes, from, to)).split("")), 1L, Long::sum);
          from = to;
        }
      }
    }
    return words;
  }

  private Comparator<List<String>> tieOrder(List<String> ids) {
    if (tieBreak == TieBreak.SMALLEST_IDS) {
      Map<String, Integer> idOf = new HashMap<>();
      ids.forEach(token -> idOf.put(token, idOf.size()));
      return Comparator.<List<String>, Integer>comparing(pair -> idOf.get(pair.get(0))).thenComparing(pair -> idOf.get(pair.get(1)));
    }
    Comparator<String> byBytes = (one, other) -> Arrays.compareUnsigned(ByteAlphabet.read(one), ByteAlphabet.read(other));
    return Comparator.<List<String>, String>comparing(pair -> pair.get(0), byBytes).thenComparing(pair -> pair.get(1), byBytes).reversed();
  }

  private static Map<List<String>, Long> merged(Map<List<String>, Long> words, List<String> pair) {
    Map<List<String>, Long> merged = new HashMap<>();
    words.forEach((word, count) -> merged.merge(merge(word, pair), count, Long::sum));
    return merged;
  }

  private static List<String> merge(List<String> word, List<String> pair) {
    List<String> merged = new ArrayList<>();
    for (int i = 0; i < word.size(); i++) {
      if (i + 1 < word.size() && word.subList(i, i + 2).equals(pair)) {
        merged.add(pair.get(0) + pair.get(1));
        i++;
      } else {
        merged.add(word.get(i));
      }
    }
    return merged;
  }
}
