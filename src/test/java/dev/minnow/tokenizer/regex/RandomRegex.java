package dev.minnow.tokenizer.regex;

import dev.minnow.tokenizer.TokenizerException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** Random regular expressions that mean the same to Java and to Oniguruma, and texts that they have a chance to match. */
public final class RandomRegex {
  private static final String[] ONE =
      {"a", "b", "'", " ", "\\n", ".", "[ab]", "[^a]", "[^\\n ]", "\\p{L}", "\\P{L}", "\\p{N}", "[\\p{Lu}é]",
          "[^\\p{L}\\p{N}]", "(?i:a)", "(?i:[sb])", "é", "中", "[a-c&&[^b]]", "\\x{1F600}"};
  private static final String[] PLACES = {"^", "$", "\\A", "\\z", "(?!\\p{L})", "(?=a)", "(?<=a)", "(?<!b)", "(?<=é|ab)", "(?=[ab]+')"};
  private static final String[] TIMES = {"?", "*", "+", "{2}", "{1,3}", "{2,}", "??", "*?", "+?", "{1,3}?", "?+", "*+", "++"};
  private static final String[] CHARACTERS = {"a", "a", "a", "b", "b", "'", " ", "\n", "A", "s", "ſ", "é", "中", "1", "😀"};

  private RandomRegex() {}

  public static String expression(Random random) {
    return choice(random, 3);
  }

  /** Whether Java tries all that it should: where a counted repeat's body matches nothing, it leaves out the other times. */
  public static boolean isTriedWholeByJava(String regex) throws TokenizerException {
    return isTriedWholeByJava(RegexParser.parse(regex));
  }

  private static boolean isTriedWholeByJava(RegexNode node) {
    return switch (node) {
      case RegexNode.Repeat repeat -> (repeat.most() == 1 || repeat.body().shortest() > 0) && isTriedWholeByJava(repeat.body());
      case RegexNode.Sequence sequence -> sequence.parts().stream().allMatch(RandomRegex::isTriedWholeByJava);
      case RegexNode.Choice choice -> choice.options().stream().allMatch(RandomRegex::isTriedWholeByJava);
      case RegexNode.Atomic atomic -> isTriedWholeByJava(atomic.body());
      case RegexNode.Look look -> isTriedWholeByJava(look.body());
      case RegexNode.Characters characters -> true;
      case RegexNode.Anchor anchor -> true;
    };
  }

  private static String choice(Random random, int depth) {
    StringBuilder regex = new StringBuilder(sequence(random, depth));
    for (int more = random.nextInt(3); more > 0; more--) {
      regex.append('|').append(sequence(random, depth));
    }
    return regex.toString();
  }

  private static String sequence(Random random, int depth) {
    StringBuilder regex = new StringBuilder();
    for (int parts = 1 + random.nextInt(3); parts > 0; parts--) {
      if (random.nextInt(8) == 0) {
        boolean ahead = depth > 0 && random.nextBoolean();
        String look = ahead ? (random.nextBoolean() ? "(?=" : "(?!") + choice(random, depth - 1) + ")" : "";
        regex.append(ahead ? look : PLACES[random.nextInt(PLACES.length)]);
        continue;
      }
      boolean group = depth > 0 && random.nextInt(3) == 0;
      String[] opening = {"(?:", "(", "(?>"};
      regex.append(group ? opening[random.nextInt(3)] + choice(random, depth - 1) + ")" : ONE[random.nextInt(ONE.length)]);
      if (random.nextInt(2) == 0) {
        regex.append(TIMES[random.nextInt(TIMES.length)]);
      }
    }
    return regex.toString();
  }

  /** Up to 14 characters, a few of them bytes that are not UTF-8. */
  public static byte[] text(Random random) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (int left = random.nextInt(15); left > 0; left--) {
      if (random.nextInt(25) == 0) {
        text.write(0x80 + random.nextInt(128));
      } else {
        text.writeBytes(CHARACTERS[random.nextInt(CHARACTERS.length)].getBytes(StandardCharsets.UTF_8));
      }
    }
    return text.toByteArray();
  }
}
