package dev.minnow.tokenizer.regex;

import static dev.minnow.tokenizer.unicode.Quotes.quote;

import dev.minnow.tokenizer.TokenizerException;
import dev.minnow.tokenizer.unicode.CaseFolding;
import dev.minnow.tokenizer.unicode.CodePointSet;
import dev.minnow.tokenizer.unicode.UnicodeProperty;
import java.util.Optional;

/** Reads what stands for one character: escapes, properties and bracketed classes, in Oniguruma's Ruby syntax. */
final class RegexSetParser {
  private static final int NO_CHARACTER = -1;
  private static final int DEEPEST = 20;

  private final RegexCursor cursor;

  RegexSetParser(RegexCursor cursor) {
    this.cursor = cursor;
  }

  /** The set of a class whose first bracket has been taken; ignoring case concerns what it lists, before it is negated. */
  CodePointSet bracketed(boolean ignoreCase) throws TokenizerException {
    boolean negated = cursor.take("^");
    CodePointSet listed = listed(0);
    if (ignoreCase) {
      if (!negated && CaseFolding.hasLong(listed)) {
        throw cursor.unsupported("a class without regard to case that has a character for which several may stand, such as \"ss\"");
      }
      listed = CaseFolding.close(listed);
    }
    return negated ? listed.complement() : listed;
  }

  /**
   * The set of {@code \d} and the like outside of brackets, whose backslash has been taken; nothing is taken if it is none of these.
   */
  Optional<CodePointSet> escapedSet() throws TokenizerException {
    return escapedSet(RegexText.WORD);
  }

  private Optional<CodePointSet> escapedSet(CodePointSet word) throws TokenizerException {
    int letter = cursor.peek();
    CodePointSet set = switch (letter) {
      case 'd', 'D' -> UnicodeProperty.digit();
      case 's', 'S' -> UnicodeProperty.whiteSpace();
      case 'w', 'W' -> word;
      case 'h', 'H' -> UnicodeProperty.named("xdigit").orElseThrow();
      case 'p', 'P' -> CodePointSet.none();
      default -> null;
    };
    if (set == null) {
      return Optional.empty();
    }
    cursor.next();
    if (letter == 'p' || letter == 'P') {
      set = property(word);
    }
    return Optional.of(Character.isUpperCase(letter) ? set.complement() : set);
  }

  /** The one character of an escape whose backslash has been taken. */
  int escapedCharacter() throws TokenizerException {
    int c = cursor.next();
    return switch (c) {
      case 't' -> '\t';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 'f' -> '\f';
      case 'v' -> 0x0B;
      case 'a' -> 0x07;
      case 'e' -> 0x1B;
      case 'x' -> hexadecimal();
      case 'u' -> digits(4);
      default -> {
        if (c < 128 && Character.isLetterOrDigit(c)) {
          throw cursor.unsupported("the escape \"\\" + Character.toString(c) + "\"");
        }
        yield c;
      }
    };
  }

  private CodePointSet property(CodePointSet word) throws TokenizerException {
    if (!cursor.take("{")) {
      throw cursor.wrong("a property has no name in braces");
    }
    boolean negated = cursor.take("^");
    String name = cursor.until('}');
    CodePointSet set = named(name);
    set = set.equals(UnicodeProperty.word()) ? word : set;
    return negated ? set.complement() : set;
  }

  private CodePointSet named(String name) throws TokenizerException {
    Optional<CodePointSet> set = UnicodeProperty.named(name);
    if (set.isEmpty()) {
      throw cursor.unsupported("the property " + quote(name));
    }
    return set.get();
  }

  /** What a class lists up to its last bracket, not negated. */
  private CodePointSet listed(int depth) throws TokenizerException {
    if (depth > DEEPEST) {
      throw cursor.unsupported("classes more than " + DEEPEST + " deep in each other");
    }
    CodePointSet all = CodePointSet.all();
    CodePointSet current = CodePointSet.none();
    // A bracket right at the start stands for itself.
    for (boolean first = true; first || cursor.peek() != ']'; first = false) {
      if (cursor.take("&&")) {
        all = all.intersection(current);
        current = CodePointSet.none();
      } else if (cursor.take("[:")) {
        current = current.union(posix());
      } else if (cursor.take("[")) {
        boolean negated = cursor.take("^");
        CodePointSet inner = listed(depth + 1);
        current = current.union(negated ? inner.complement() : inner);
      } else {
        current = current.union(characterOrRange());
      }
    }
    cursor.next();
    return all.intersection(current);
  }

  private CodePointSet posix() throws TokenizerException {
    boolean negated = cursor.take("^");
    String name = cursor.until(':');
    if (!cursor.take("]")) {
      throw cursor.wrong("a class such as [:alpha:] has no end");
    }
    CodePointSet set = name.equals("punct") ? UnicodeProperty.bracketedPunctuation() : named(name);
    return negated ? set.complement() : set;
  }

  private CodePointSet characterOrRange() throws TokenizerException {
    Optional<CodePointSet> set = setInClass();
    if (set.isPresent()) {
      return set.get();
    }
    int first = characterInClass();
    boolean range = cursor.peek() == '-' && cursor.peek(1) != ']' && cursor.peek(1) != '[' && cursor.peek(1) != RegexCursor.END;
    if (!range) {
      return CodePointSet.of(first);
    }
    cursor.next();
    Optional<CodePointSet> notLast = setInClass();
    if (notLast.isPresent()) {
      return CodePointSet.of(first).union(CodePointSet.of('-')).union(notLast.get());
    }
    int last = characterInClass();
    if (last < first) {
      throw cursor.wrong("a range ends before it begins");
    }
    return CodePointSet.range(first, last);
  }

  private Optional<CodePointSet> setInClass() throws TokenizerException {
    int before = cursor.position();
    if (cursor.take("\\")) {
      Optional<CodePointSet> set = escapedSet(UnicodeProperty.word());
      if (set.isPresent()) {
        return set;
      }
      cursor.back(before);
    }
    return Optional.empty();
  }

  private int characterInClass() throws TokenizerException {
    if (!cursor.take("\\")) {
      return cursor.next();
    }
    return cursor.take("b") ? '\b' : escapedCharacter();
  }

  /** Two digits, or any number of them in braces. */
  private int hexadecimal() throws TokenizerException {
    int c;
    if (cursor.take("{")) {
      String written = cursor.until('}');
      c = written.matches("[0-9a-fA-F]{1,8}") ? (int) Math.min(Long.parseLong(written, 16), Integer.MAX_VALUE) : NO_CHARACTER;
    } else {
      c = digits(2);
      if (c > 0x7F) {
        throw cursor.unsupported("a byte above 7F as \"\\x\"");
      }
    }
    if (!Character.isValidCodePoint(c)) {
      throw cursor.wrong("there is no such character");
    }
    return c;
  }

  private int digits(int count) throws TokenizerException {
    int value = 0;
    for (int i = 0; i < count; i++) {
      int digit = Character.digit(cursor.next(), 16);
      if (digit < 0) {
        throw cursor.wrong("a hexadecimal digit is missing");
      }
      value = value * 16 + digit;
    }
    return value;
  }
}
