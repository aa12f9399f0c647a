package dev.minnow.cli;

import picocli.CommandLine.Option;

/** The option of commands whose result programs may read. */
final class JsonOption {
  @Option(names = "--json", description = "Print the result as one JSON object on one line.")
  boolean json;
}
