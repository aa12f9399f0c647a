package dev.minnow.cli;

import java.nio.file.Path;
import java.util.regex.Pattern;

/** A word of a command that is printed for people to run. */
final class ShellWord {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:=+,@%-]+");

  private ShellWord() {}

  /** The word as sh reads it. */
  static String quoted(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  static String quoted(Path path) {
    return quoted(path.toString());
  }
}
