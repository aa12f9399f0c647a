package dev.minnow.tokenizer.regex;

import static dev.minnow.tokenizer.unicode.Quotes.quote;

import dev.minnow.tokenizer.TokenizerException;

/** A place in the text of a regular expression. */
final class RegexCursor {
  /** What stands behind the end. */
  static final int END = -1;

  private final String regex;
  private final int[] characters;
  private int at;

  RegexCursor(String regex) {
    this.regex = regex;
    this.characters = regex.codePoints().toArray();
  }

  int peek() {
    return peek(0);
  }

  int peek(int ahead) {
    return at + ahead < characters.length ? characters[at + ahead] : END;
  }

  int next() throws TokenizerException {
    if (at == characters.length) {
      throw wrong("it ends too early");
    }
    return characters[at++];
  }

  /** Whether {@code text} comes next; then it is taken. */
  boolean take(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (peek(i) != text.charAt(i)) {
        return false;
      }
    }
    at += text.length();
    return true;
  }

  /** What stands before the next {@code end}, which is taken too. */
  String until(int end) throws TokenizerException {
    StringBuilder taken = new StringBuilder();
    for (int c = next(); c != end; c = next()) {
      taken.appendCodePoint(c);
    }
    return taken.toString();
  }

  int position() {
    return at;
  }

  void back(int position) {
    at = position;
  }

  TokenizerException wrong(String problem) {
    return new TokenizerException(
        "The split pattern " + quote(regex) + " is no regular expression: at character " + at + ", " + problem + ".");
  }

  TokenizerException unsupported(String what) {
    return new TokenizerException("The split pattern " + quote(regex) + " uses " + what + ", which is not supported.");
  }
}
