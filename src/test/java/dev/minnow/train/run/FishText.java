package dev.minnow.train.run;

import java.util.Random;

/** Texts to train on: words about a fish, drawn at random, the same each time. */
final class FishText {
  private static final String[] WORDS = {
      "the", "small", "fish", "swims", "under", "a", "stone", "and", "sleeps", "until", "morning", "comes"
  };

  /** As far as the fish sleeps. */
  private static final int SLEEPING_WORDS = 9;

  private FishText() {}

  /** Words with a full stop and a new line here and there. */
  static String sentences(int words) {
    Random random = new Random(5);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < words; i++) {
      text.append(WORDS[random.nextInt(WORDS.length)]).append(random.nextInt(9) == 0 ? ".\n" : " ");
    }
    return text.toString();
  }

  /** Fewer different words, in one line. */
  static String line(int words) {
    Random random = new Random(5);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < words; i++) {
      text.append(WORDS[random.nextInt(SLEEPING_WORDS)]).append(' ');
    }
    return text.toString();
  }
}
