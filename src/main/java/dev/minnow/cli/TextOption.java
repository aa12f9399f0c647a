package dev.minnow.cli;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** The text that an option takes from the command line as it is. */
final class TextOption {
  private TextOption() {}

  /** Tells a person who gave the name of a file that it is the text, and how to give what is in the file. */
  static void noteNameOfFile(Console console, String option, String text) {
    if (isFile(text)) {
      String name = ShellLine.quoted(text);
      console.note(
          option + " takes text, here the words " + name + ", and not the file of this name; give what is in it by " + option + " \"$(cat "
              + name + ")\".");
    }
  }

  private static boolean isFile(String text) {
    try {
      return Files.isRegularFile(Path.of(text));
    } catch (InvalidPathException e) {
      return false;
    }
  }
}
