package dev.minnow.cli;

import java.util.regex.Pattern;

/** What reads the lines that people type. */
enum Shell {
  SH("[A-Za-z0-9_./:=+,@%-]+") {
    @Override
    String quote(String word) {
      return "'" + word.replace("'", "'\\''") + "'";
    }
  },

  /** That of Windows. What it starts takes the words apart, and reads backslashes before a quotation mark in pairs. */
  CMD("[A-Za-z0-9_.:\\\\+@-]+") {
    @Override
    String quote(String word) {
      return "\"" + word.replaceAll("(\\\\*)\"", "$1$1\\\\\"").replaceAll("\\\\+\\z", "$0$0") + "\"";
    }
  };

  private final Pattern plain;

  Shell(String plain) {
    this.plain = Pattern.compile(plain);
  }

  /** The usual one where this stands between the names of a path. */
  static Shell of(char separator) {
    return separator == '\\' ? CMD : SH;
  }

  /** A word as it reads it. */
  String quoted(String word) {
    return plain.matcher(word).matches() ? word : quote(word);
  }

  abstract String quote(String word);
}
