package dev.minnow.cli;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Whether a command that turns texts into ids, or ids into texts, takes and gives them as JSON. */
final class LinesOption {
  @Mixin
  private JsonOption output;

  @Option(names = "--jsonl",
      description = "Take and give one piece of JSON a line: for a text a string, for its ids an array of numbers.")
  private boolean lines;

  /** Whether the result is one JSON object. */
  boolean json() {
    return output.json;
  }

  /**
   * Whether each line is a text, or the ids of one.
   *
   * @throws IllegalArgumentException if the result is to be one object as well
   */
  boolean lines() {
    if (lines && output.json) {
      throw new IllegalArgumentException("--json and --jsonl exclude each other; choose one.");
    }
    return lines;
  }
}
