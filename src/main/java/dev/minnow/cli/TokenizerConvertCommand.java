package dev.minnow.cli;

import dev.minnow.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Writes a tokenizer as another kind of file. */
@Command(name = "convert", description = "Write a tokenizer as another kind of file; the ids stay.")
final class TokenizerConvertCommand implements Callable<Integer> {
  private final Console console;

  @Mixin
  private TokenizerFile file;
  @Mixin
  private TokenizerOutput out;
  @Mixin
  private JsonOption output;

  TokenizerConvertCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Path written = out.file();
    Tokenizer tokenizer = file.load();
    tokenizer.save(written);
    String path = written.toAbsolutePath().toString();
    if (output.json) {
      console.println(new JsonLine().put("tokenizer", path).put("vocabulary_size", tokenizer.vocabularySize()).toString());
    } else {
      console.println(String.format(Locale.ROOT, "%s: %,d tokens", path, tokenizer.vocabularySize()));
    }
    return ExitCode.DONE;
  }
}
