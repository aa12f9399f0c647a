package dev.minnow.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where a command writes a tokenizer. */
final class TokenizerOutput {
  @Option(names = "--out", paramLabel = "FILE", required = true,
      description = "File to write: a .json, a .tiktoken, or merges.txt with vocab.json beside it; or a folder, for its tokenizer.json.")
  private Path out;

  @Option(names = "--overwrite", description = "Replace the file if it is there.")
  private boolean overwrite;

  /**
   * The file.
   *
   * @throws IllegalArgumentException if it is there and must not be replaced
   */
  Path file() {
    Path file = Files.isDirectory(out) ? out.resolve("tokenizer.json") : out;
    if (Files.exists(file) && !overwrite) {
      throw new IllegalArgumentException(file + " is there already; choose another --out or give --overwrite.");
    }
    return file;
  }
}
