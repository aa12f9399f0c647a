package dev.minnow.tokenizer;

import dev.minnow.tokenizer.encode.MergeRules;
import it.unimi.dsi.fastutil.objects.Object2IntOpenHashMap;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Tokens that merge as those of a {@code .tiktoken} file do: two neighbours where their bytes together are a token, the one of the lowest
 * rank first. A token is a string here whose characters are its bytes.
 */
final class RankedTokens {
  /** Two tokens that merge to one. */
  record Pair(String left, String right) {}

  /**
   * Where a token of several bytes comes from.
   *
   * @param learned whether earlier merges leave two parts of its bytes, which its own merge joins
   * @param pairs what merges to it: these two parts, or where it was not learned so, whatever two tokens spell it, since they may stand
   *     side by side
   */
  record Origin(boolean learned, List<Pair> pairs) {}

  private final Object2IntOpenHashMap<String> rankOfToken = new Object2IntOpenHashMap<>();

  RankedTokens() {
    rankOfToken.defaultReturnValue(MergeRules.NONE);
  }

  static String token(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  static byte[] bytes(String token) {
    return token.getBytes(StandardCharsets.ISO_8859_1);
  }

  void add(String token, int rank) {
    rankOfToken.put(token, rank);
  }

  /** The rank of a token that is there. */
  int rank(String token) {
    return rankOfToken.getInt(token);
  }

  int[] ranks() {
    return rankOfToken.values().toIntArray();
  }

  List<String> byRank() {
    List<String> byRank = new ArrayList<>(rankOfToken.keySet());
    byRank.sort((one, other) -> Integer.compare(rankOfToken.getInt(one), rankOfToken.getInt(other)));
    return byRank;
  }

  /** Where a token of several bytes comes from. */
  Origin origin(String token) {
    List<String> halves = parts(token);
    if (halves.size() == 2) {
      return new Origin(true, List.of(new Pair(halves.get(0), halves.get(1))));
    }
    List<Pair> pairs = new ArrayList<>();
    for (int cut = 1; cut < token.length(); cut++) {
      if (rankOfToken.containsKey(token.substring(0, cut)) && rankOfToken.containsKey(token.substring(cut))) {
        pairs.add(new Pair(token.substring(0, cut), token.substring(cut)));
      }
    }
    return new Origin(false, pairs);
  }

  /** What all earlier merges leave of the bytes of a token: the two parts that its own merge joins, or more. */
  private List<String> parts(String token) {
    List<String> parts = new ArrayList<>(token.length());
    for (int i = 0; i < token.length(); i++) {
      parts.add(token.substring(i, i + 1));
    }
    while (parts.size() > 2) {
      int best = -1;
      int bestRank = rankOfToken.getInt(token);
      for (int i = 0; i + 1 < parts.size(); i++) {
        int rank = rankOfToken.getInt(parts.get(i) + parts.get(i + 1));
        if (rank < bestRank) {
          bestRank = rank;
          best = i;
        }
      }
      if (best < 0) {
        break;
      }
      parts.set(best, parts.get(best) + parts.remove(best + 1));
    }
    return parts;
  }
}
