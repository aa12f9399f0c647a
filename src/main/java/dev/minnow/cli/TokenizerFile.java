package dev.minnow.cli;

import dev.minnow.checkpoint.ModelFiles;
import dev.minnow.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The tokenizer that a command uses. */
final class TokenizerFile {
  @Parameters(index = "0", paramLabel = "TOKENIZER",
      description = "A model folder or GGUF file, a tokenizer.json, either file of GPT-2's pair, or a .tiktoken file with --pattern.")
  private Path path;

  @Option(names = "--pattern", paramLabel = "NAME", completionCandidates = PatternNames.class,
      description = "How a .tiktoken file's text is cut into pieces: ${COMPLETION-CANDIDATES}.")
  private @Nullable String pattern;

  Path path() {
    return path;
  }

  Tokenizer load() throws IOException {
    return pattern == null ? ModelFiles.loadTokenizer(path) : Tokenizer.load(path, pattern);
  }
}
