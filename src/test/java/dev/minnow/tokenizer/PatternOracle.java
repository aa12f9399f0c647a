package dev.minnow.tokenizer;

import dev.minnow.tokenizer.unicode.Utf8;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The pieces of a text by {@code java.util.regex}, to compare with: slow, recursive, and nobody's but the JDK's. */
public final class PatternOracle {
  private final Pattern pattern;

  /** @param regex as published; {@code \s} there is Unicode's White_Space and {@code $} the end of the text, other than in Java */
  public PatternOracle(String regex) {
    String java = regex.replace("\\s", "\\p{IsWhite_Space}").replace("\\S", "\\P{IsWhite_Space}").replace("$", "\\z");
    this.pattern = Pattern.compile(java, Pattern.UNICODE_CASE);
  }

  /** Where each piece of {@code text[from, to)} ends. A byte that is not UTF-8 is a character of its own, U+FFFD. */
  public IntArrayList ends(byte[] text, int from, int to) {
    StringBuilder characters = new StringBuilder();
    IntArrayList offsets = new IntArrayList();
    for (int at = from; at < to;) {
      int decoded = Utf8.decode(text, at, to);
      characters.appendCodePoint(decoded >> 3);
      for (int i = Character.charCount(decoded >> 3); i > 0; i--) {
        offsets.add(at);
      }
      at += decoded & 7;
    }
    offsets.add(to);
    IntArrayList ends = new IntArrayList();
    int end = 0;
    for (Matcher matcher = pattern.matcher(characters); matcher.find();) {
      if (matcher.start() != end) {
        throw new AssertionError("The pattern leaves out a part of " + characters);
      }
      end = matcher.end();
      ends.add(offsets.getInt(end));
    }
    return ends;
  }
}
