package dev.minnow.tokenizer.regex;

import dev.minnow.tokenizer.TokenizerException;
import dev.minnow.tokenizer.regex.RegexNode.Anchor;
import dev.minnow.tokenizer.regex.RegexNode.Atomic;
import dev.minnow.tokenizer.regex.RegexNode.Characters;
import dev.minnow.tokenizer.regex.RegexNode.Choice;
import dev.minnow.tokenizer.regex.RegexNode.Look;
import dev.minnow.tokenizer.regex.RegexNode.Sequence;
import dev.minnow.tokenizer.unicode.CaseFolding;
import dev.minnow.tokenizer.unicode.CodePointSet;
import dev.minnow.tokenizer.unicode.Quotes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads a regular expression in the syntax of the patterns in a {@code tokenizer.json}, which is Oniguruma's for Ruby. Unlike Java's:
 * {@code ^} and {@code $} are ends of lines, {@code (?m)} lets the dot match newlines, {@code {n,m}+} repeats a repeat and is not
 * possessive, {@code \h} is a hexadecimal digit, and {@code \s}, {@code \w} and {@code \d} are Unicode's. What it has beyond that and
 * changes a match is an error that names it: back references, calls, {@code \G}, {@code \K}, {@code \X}, conditions.
 *
 * @see <a href="https://github.com/kkos/oniguruma/blob/master/doc/RE">Oniguruma's syntax</a>
 */
final class RegexParser {
  private static final int LONGEST = 20_000;
  private static final int DEEPEST = 60;

  private final RegexCursor cursor;
  private final RegexSetParser sets;
  private final RegexRepeatParser repeats;
  private int depth;

  private record Flags(boolean ignoreCase, boolean dotMatchesNewline, boolean extended) {}

  private RegexParser(RegexCursor cursor) {
    this.cursor = cursor;
    this.sets = new RegexSetParser(cursor);
    this.repeats = new RegexRepeatParser(cursor);
  }

  static RegexNode parse(String regex) throws TokenizerException {
    RegexCursor cursor = new RegexCursor(regex);
    if (regex.length() > LONGEST) {
      throw cursor.unsupported("more than " + LONGEST + " characters");
    }
    RegexNode whole = new RegexParser(cursor).choice(new Flags(false, false, false));
    if (cursor.peek() != RegexCursor.END) {
      throw cursor.wrong("a parenthesis is closed that was not opened");
    }
    return whole;
  }

  /** The pattern that matches a text and nothing else. */
  static RegexNode literal(String text) {
    return new Sequence(text.codePoints().<RegexNode>mapToObj(c -> new Characters(CodePointSet.of(c))).toList());
  }

  private RegexNode choice(Flags flags) throws TokenizerException {
    if (++depth > DEEPEST) {
      throw cursor.unsupported("groups more than " + DEEPEST + " deep in each other");
    }
    List<RegexNode> options = new ArrayList<>();
    do {
      options.add(sequence(flags));
    } while (cursor.take("|"));
    depth--;
    return options.size() == 1 ? options.getFirst() : new Choice(options);
  }

  private RegexNode sequence(Flags flags) throws TokenizerException {
    List<RegexNode> parts = new ArrayList<>();
    StringBuilder literals = new StringBuilder();
    while (cursor.peek() != RegexCursor.END && cursor.peek() != '|' && cursor.peek() != ')') {
      if (flags.extended && takeComment()) {
        continue;
      }
      int before = cursor.position();
      RegexNode atom = atom(flags);
      if (flags.ignoreCase) {
        requireSimpleFolding(literals, atom, before);
      }
      parts.add(repeats.repeated(atom));
    }
    return parts.size() == 1 ? parts.getFirst() : new Sequence(parts);
  }

  /** Oniguruma also matches one character for several, such as sharp s for "ss" without regard to case. */
  private void requireSimpleFolding(StringBuilder literals, RegexNode atom, int from) throws TokenizerException {
    int c = cursor.peek(from - cursor.position());
    boolean literal = atom instanceof Characters && cursor.position() == from + 1 && c != '.';
    if (!literal) {
      literals.setLength(0);
      return;
    }
    literals.appendCodePoint(c);
    if (CaseFolding.endsLong(literals.toString()) || CaseFolding.hasLong(CodePointSet.of(c))) {
      throw cursor
          .unsupported(Quotes.quote(literals.toString()) + " without regard to case, for which one character may stand");
    }
  }

  private boolean takeComment() throws TokenizerException {
    if (cursor.take("#")) {
      while (cursor.peek() != RegexCursor.END && cursor.next() != '\n') {
        // All up to the end of the line is said to people.
      }
      return true;
    }
    return cursor.take(" ") || cursor.take("\t") || cursor.take("\n") || cursor.take("\r") || cursor.take("\f");
  }

  private RegexNode atom(Flags flags) throws TokenizerException {
    int c = cursor.next();
    return switch (c) {
      case '(' -> group(flags);
      case '[' -> new Characters(sets.bracketed(flags.ignoreCase));
      case '.' -> new Characters(flags.dotMatchesNewline ? CodePointSet.all() : notNewline());
      case '^' -> Anchor.LINE_START;
      case '$' -> Anchor.LINE_END;
      case '\\' -> escape(flags);
      case '*', '+', '?' -> throw cursor.wrong("there is nothing to repeat");
      default -> character(c, flags);
    };
  }

  private static CodePointSet notNewline() {
    return CodePointSet.of('\n').complement();
  }

  private static RegexNode character(int c, Flags flags) {
    CodePointSet set = CodePointSet.of(c);
    return new Characters(flags.ignoreCase ? CaseFolding.close(set) : set);
  }

  private RegexNode escape(Flags flags) throws TokenizerException {
    Optional<CodePointSet> set = sets.escapedSet();
    if (set.isPresent()) {
      return new Characters(set.get());
    }
    RegexNode node = switch (cursor.peek()) {
      case 'A' -> Anchor.TEXT_START;
      case 'z' -> Anchor.TEXT_END;
      case 'Z' -> Anchor.TEXT_END_OR_LAST_NEWLINE;
      case 'b' -> Anchor.WORD_BOUNDARY;
      case 'B' -> Anchor.NO_WORD_BOUNDARY;
      case 'N' -> new Characters(notNewline());
      case 'O' -> new Characters(CodePointSet.all());
      case 'R' -> lineEnd();
      default -> null;
    };
    if (node == null) {
      return character(sets.escapedCharacter(), flags);
    }
    cursor.next();
    return node;
  }

  private static RegexNode lineEnd() {
    CodePointSet ends = CodePointSet.range('\n', '\r').union(CodePointSet.of(0x85)).union(CodePointSet.range(0x2028, 0x2029));
    return new Atomic(new Choice(List.of(literal("\r\n"), new Characters(ends))));
  }

  private RegexNode group(Flags flags) throws TokenizerException {
    if (!cursor.take("?")) {
      return closed(choice(flags));
    }
    if (cursor.take("#")) {
      cursor.until(')');
      return new Sequence(List.of());
    }
    if (cursor.take(":")) {
      return closed(choice(flags));
    }
    if (cursor.take(">")) {
      return new Atomic(closed(choice(flags)));
    }
    if (cursor.peek() == '=' || cursor.peek() == '!') {
      boolean negative = cursor.next() == '!';
      return new Look(closed(choice(flags)), false, negative);
    }
    if (cursor.take("<=")) {
      return behind(flags, false);
    }
    if (cursor.take("<!")) {
      return behind(flags, true);
    }
    if (cursor.take("<") || cursor.take("P<")) {
      cursor.until('>');
      return closed(choice(flags));
    }
    return options(flags);
  }

  private RegexNode behind(Flags flags, boolean negative) throws TokenizerException {
    RegexNode body = closed(choice(flags));
    if (body.longest() > 255) {
      throw cursor.unsupported("a look behind of more than 255 characters or of any length");
    }
    return new Look(body, true, negative);
  }

  /** Options for the rest of the enclosing group, alternatives included, or for a group of their own. */
  private RegexNode options(Flags flags) throws TokenizerException {
    boolean ignoreCase = flags.ignoreCase;
    boolean dotMatchesNewline = flags.dotMatchesNewline;
    boolean extended = flags.extended;
    boolean on = true;
    for (int c = cursor.next();; c = cursor.next()) {
      switch (c) {
        case '-' -> on = false;
        case 'i' -> ignoreCase = on;
        case 'm' -> dotMatchesNewline = on;
        case 'x' -> extended = on;
        case ':' -> {
          return closed(choice(new Flags(ignoreCase, dotMatchesNewline, extended)));
        }
        case ')' -> {
          return choice(new Flags(ignoreCase, dotMatchesNewline, extended));
        }
        default -> throw cursor.unsupported("a group that begins with \"(?" + Character.toString(c) + "\"");
      }
    }
  }

  private RegexNode closed(RegexNode body) throws TokenizerException {
    if (!cursor.take(")")) {
      throw cursor.wrong("a parenthesis is not closed");
    }
    return body;
  }
}
