package dev.minnow.cli;

import dev.minnow.tokenizer.Tokenizer;
import dev.minnow.tokenizer.TokenizerException;
import java.io.File;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import picocli.CommandLine.Option;

/** Where a command writes a tokenizer. */
final class TokenizerOutput {
  @Option(names = "--out", paramLabel = "FILE", required = true, converter = FileName.class,
      description = "File to write: a .json, a .tiktoken, or merges.txt and vocab.json beside it; or a folder, for its tokenizer.json.")
  private String out;

  @Option(names = "--overwrite", description = "Replace files that are there.")
  private boolean overwrite;

  /**
   * The file, which can be written; its folder may be missing. A name that ends with a separator is that of a folder.
   *
   * @throws IllegalArgumentException if it has no name, is there, or one that is written with it, and must not be replaced
   * @throws IOException if it cannot be written
   */
  Path file() throws IOException {
    if (out.isEmpty()) {
      throw new IllegalArgumentException("--out cannot be \"\"; it takes a path.");
    }
    Path named = Path.of(out);
    boolean isFolder = Files.isDirectory(named) || out.endsWith("/") || out.endsWith(File.separator);
    Path file = isFolder ? named.resolve("tokenizer.json") : named;
    Path folder = existing(Objects.requireNonNull(file.toAbsolutePath().getParent()));
    for (Path written : Tokenizer.savedFiles(file)) {
      boolean present = Files.exists(written);
      if (present && !overwrite) {
        throw new IllegalArgumentException(written + " is there already; choose another --out or give --overwrite.");
      }
      if (present) {
        requireTokenizer(written);
      }
      Path changed = present ? written : folder;
      if (!Files.isWritable(changed)) {
        throw new AccessDeniedException(changed.toString());
      }
    }
    return file;
  }

  /** The folder itself, or the nearest above it that is there. */
  private static Path existing(Path folder) throws IOException {
    Path existing = folder;
    while (!Files.exists(existing) && existing.getParent() != null) {
      existing = existing.getParent();
    }
    if (!Files.isDirectory(existing)) {
      throw new IOException(existing + " is a file and no folder; choose another --out.");
    }
    return existing;
  }

  /** What is replaced must be a tokenizer, and none that a model needs. */
  private static void requireTokenizer(Path file) throws IOException {
    if (Files.exists(file.resolveSibling("config.json"))) {
      throw new IllegalArgumentException(file + " belongs to the model beside it; choose another --out.");
    }
    try {
      if (file.toString().endsWith(".tiktoken")) {
        Tokenizer.load(file, Tokenizer.patterns().getFirst());
      } else {
        Tokenizer.load(file);
      }
    } catch (TokenizerException e) {
      throw new IllegalArgumentException(file + " is there and is no whole tokenizer; choose another --out, or move it away.", e);
    }
  }
}
