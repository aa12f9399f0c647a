package dev.minnow.tokenizer.regex;

import dev.minnow.tokenizer.TokenizerException;
import dev.minnow.tokenizer.regex.RegexNode.Anchor;
import dev.minnow.tokenizer.regex.RegexNode.Atomic;
import dev.minnow.tokenizer.regex.RegexNode.Look;
import dev.minnow.tokenizer.regex.RegexNode.Repeat;
import java.util.Optional;

/** Reads how often a part of a regular expression is repeated. */
final class RegexRepeatParser {
  /** Oniguruma's own limit. */
  private static final int MOST_REPEATS = 100_000;

  private final RegexCursor cursor;

  /** How often something is repeated. */
  private record Times(int least, int most) {}

  RegexRepeatParser(RegexCursor cursor) {
    this.cursor = cursor;
  }

  /** An atom with the repeats that come next, if there are any. */
  RegexNode repeated(RegexNode atom) throws TokenizerException {
    RegexNode node = atom;
    while (true) {
      Optional<Times> times = times();
      if (times.isEmpty()) {
        return node;
      }
      if (node instanceof Anchor || node instanceof Look) {
        throw cursor.wrong("a place is repeated, which says nothing");
      }
      if (times.get().most == RegexNode.UNBOUNDED && node.shortest() == 0) {
        throw cursor.unsupported("an unbounded repeat of something that may be empty");
      }
      RegexNode body = node;
      node = new Repeat(body, times.get().least, times.get().most, false);
      boolean interval = cursor.peek(-1) == '}';
      boolean fixed = interval && times.get().least == times.get().most;
      if (!fixed && cursor.take("?")) {
        node = new Repeat(body, times.get().least, times.get().most, true);
      } else if (!interval && cursor.take("+")) {
        node = new Atomic(node);
      }
    }
  }

  private Optional<Times> times() throws TokenizerException {
    if (cursor.take("*")) {
      return Optional.of(new Times(0, RegexNode.UNBOUNDED));
    }
    if (cursor.take("+")) {
      return Optional.of(new Times(1, RegexNode.UNBOUNDED));
    }
    if (cursor.take("?")) {
      return Optional.of(new Times(0, 1));
    }
    return interval();
  }

  /** A repeat in braces; a brace that begins none stands for itself. */
  private Optional<Times> interval() throws TokenizerException {
    int before = cursor.position();
    if (cursor.take("{")) {
      int least = number();
      boolean range = cursor.take(",");
      int most = range ? number() : least;
      if (cursor.take("}") && (least >= 0 || range && most >= 0)) {
        if (Math.max(least, most) > MOST_REPEATS || most >= 0 && least > most) {
          throw cursor.wrong("a repeat has impossible bounds");
        }
        return Optional.of(new Times(Math.max(least, 0), most < 0 ? RegexNode.UNBOUNDED : most));
      }
      cursor.back(before);
    }
    return Optional.empty();
  }

  /** Digits as a number, saturated; -1 if there are none. */
  private int number() throws TokenizerException {
    int number = -1;
    while (cursor.peek() >= '0' && cursor.peek() <= '9') {
      number = (int) Math.min(Integer.MAX_VALUE, Math.max(number, 0) * 10L + cursor.next() - '0');
    }
    return number;
  }
}
