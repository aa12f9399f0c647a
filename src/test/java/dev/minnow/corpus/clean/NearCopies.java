package dev.minnow.corpus.clean;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** Makes near-copies of passages as editors, scrapers and mail programs make them. */
final class NearCopies {
  /** What is done to a copy. */
  enum Change {
    /** 3 to 10 % of the words are replaced, left out or followed by another. */
    WORDS,
    /** Up to 15 % are missing at one end. */
    CUT,
    /** Lines are broken elsewhere. */
    WRAPPED,
    /** 10 to 50 % of the words are in capitals. */
    CASE,
    /** All of this at once. */
    MIXED
  }

  private final SplittableRandom random;
  /** Words to put in, as often as they occur. */
  private final List<String> vocabulary;

  NearCopies(List<String> passages, long seed) {
    random = new SplittableRandom(seed);
    vocabulary = passages.stream().flatMap(passage -> words(passage).stream()).toList();
  }

  private static List<String> words(String passage) {
    return Arrays.stream(passage.split("\\s+", -1)).filter(word -> !word.isEmpty()).toList();
  }

  String copy(String passage, Change change) {
    List<String> words = new ArrayList<>(words(passage));
    return switch (change) {
      case WORDS -> wrapped(changed(words), Integer.MAX_VALUE);
      case CUT -> wrapped(cut(words), Integer.MAX_VALUE);
      case WRAPPED -> wrapped(words, random.nextInt(40, 100));
      case CASE -> wrapped(capitals(words), Integer.MAX_VALUE);
      case MIXED -> wrapped(capitals(cut(changed(words))), random.nextInt(40, 100));
    };
  }

  private List<String> changed(List<String> words) {
    double share = random.nextDouble(0.03, 0.10);
    List<String> changed = new ArrayList<>();
    for (String word : words) {
      if (random.nextDouble() >= share) {
        changed.add(word);
        continue;
      }
      String other = vocabulary.get(random.nextInt(vocabulary.size()));
      switch (random.nextInt(4)) {
        case 0 -> changed.addAll(List.of(word, other));
        case 1 -> {
          // Left out.
        }
        default -> changed.add(other);
      }
    }
    return changed;
  }

  private List<String> cut(List<String> words) {
    int missing = random.nextInt(words.size() * 15 / 100 + 1);
    return random.nextBoolean() ? words.subList(missing, words.size()) : words.subList(0, words.size() - missing);
  }

  private List<String> capitals(List<String> words) {
    double share = random.nextDouble(0.1, 0.5);
    return words.stream().map(word -> random.nextDouble() < share ? word.toUpperCase(Locale.ROOT) : word).toList();
  }

  private static String wrapped(List<String> words, int width) {
    StringBuilder text = new StringBuilder();
    int column = 0;
    for (String word : words) {
      boolean breaks = column + word.length() > width;
      column = breaks ? word.length() : column + 1 + word.length();
      text.append(breaks ? '\n' : ' ').append(word);
    }
    return text.toString();
  }
}
