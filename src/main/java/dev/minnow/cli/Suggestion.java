package dev.minnow.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** The name that someone probably meant. */
final class Suggestion {
  private Suggestion() {}

  /** The closest of {@code names}, if one is close: a beginning of it was typed, or at most one letter in three is wrong. */
  static Optional<String> of(String typed, Collection<String> names) {
    return names.stream()
        .filter(name -> distance(typed, name) <= Math.max(1, letters(name) / 3))
        .min(Comparator.<String>comparingInt(name -> distance(typed, name)).thenComparing(Comparator.naturalOrder()));
  }

  private static int letters(String name) {
    return name.replace("-", "").length();
  }

  private static int distance(String typed, String name) {
    boolean begins = typed.replace("-", "").length() >= 2 && name.startsWith(typed);
    return begins ? 0 : edits(typed, name);
  }

  /** Insertions, deletions, replacements and swaps of neighbours that make one of the other (optimal string alignment). */
  private static int edits(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        int replacement = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        cost[i][j] = Math.min(cost[i - 1][j - 1] + replacement, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) {
          cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
      }
    }
    return cost[a.length()][b.length()];
  }
}
