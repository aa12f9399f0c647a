package dev.minnow.cli;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A line that is printed for people to run Minnow with. */
final class ShellLine {
  /** Set by launchers: how they were called. */
  private static final String LAUNCHER = "minnow.launcher";

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:=+,@%-]+");

  private ShellLine() {}

  static String of(String... words) {
    return of(List.of(words));
  }

  /** The launcher and the words after it, as sh reads them. */
  static String of(List<String> words) {
    String launcher = quoted(System.getProperty(LAUNCHER, "scripts/minnow"));
    return words.stream().map(ShellLine::quoted).collect(Collectors.joining(" ", launcher + " ", ""));
  }

  /** A word as sh reads it. */
  static String quoted(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
