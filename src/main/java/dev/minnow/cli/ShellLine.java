package dev.minnow.cli;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** A line that is printed for people to run Minnow with. */
final class ShellLine {
  /** Set by launchers: how they were called. */
  private static final String LAUNCHER = "minnow.launcher";

  private static final String USUAL_LAUNCHER = Path.of("scripts", "minnow").toString();

  private static final Shell SHELL = Shell.of(File.separatorChar);

  private ShellLine() {}

  static String of(String... words) {
    return of(List.of(words));
  }

  /** The launcher and the words after it, as the shell reads them. */
  static String of(List<String> words) {
    String launcher = quoted(System.getProperty(LAUNCHER, USUAL_LAUNCHER));
    return words.stream().map(ShellLine::quoted).collect(Collectors.joining(" ", launcher + " ", ""));
  }

  /** A word as the shell reads it. */
  static String quoted(String word) {
    return SHELL.quoted(word);
  }
}
