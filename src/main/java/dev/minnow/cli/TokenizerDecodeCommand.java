package dev.minnow.cli;

import dev.minnow.tokenizer.Tokenizer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints the text of token ids. */
@Command(name = "decode", description = "Read token ids from standard input, white space or commas between them, and print their text.")
final class TokenizerDecodeCommand implements Callable<Integer> {
  private final Console console;

  @Mixin
  private TokenizerFile tokenizerFile;
  @Mixin
  private LinesOption form;

  @Option(names = "--special", description = "Print special tokens by their names instead of leaving them out.")
  private boolean special;

  TokenizerDecodeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    boolean lineByLine = form.lines();
    Tokenizer tokenizer = tokenizerFile.load();
    if (lineByLine) {
      JsonInput lines = new JsonInput(console.in());
      for (Optional<int[]> ids = lines.nextIds(); ids.isPresent(); ids = lines.nextIds()) {
        console.println(JsonLine.quoted(text(tokenizer, ids.get())));
      }
      return ExitCode.DONE;
    }
    int[] ids = new BufferedReader(new InputStreamReader(console.in(), StandardCharsets.UTF_8)).lines()
        .flatMap(line -> Arrays.stream(line.split("[\\s,\\[\\]]+")))
        .filter(word -> !word.isEmpty())
        .mapToInt(TokenizerDecodeCommand::id)
        .toArray();
    if (form.json()) {
      console.println(new JsonLine().put("text", text(tokenizer, ids)).toString());
    } else if (special) {
      console.print(text(tokenizer, ids));
    } else {
      console.write(tokenizer.decode(checked(tokenizer, ids)));
    }
    return ExitCode.DONE;
  }

  private String text(Tokenizer tokenizer, int[] ids) throws IOException {
    checked(tokenizer, ids);
    return special ? tokenizer.decodeWithSpecialTokens(ids) : tokenizer.decodeToString(ids);
  }

  private static int[] checked(Tokenizer tokenizer, int[] ids) throws IOException {
    for (int id : ids) {
      if (id < 0 || id >= tokenizer.vocabularySize()) {
        throw new IOException(
            "The id " + id + " on standard input is outside the vocabulary of " + tokenizer.vocabularySize()
                + " tokens; use the tokenizer that made it.");
      }
    }
    return ids;
  }

  private static int id(String word) {
    try {
      return Integer.parseInt(word);
    } catch (NumberFormatException e) {
      throw new IllegalStateException("\"" + word + "\" on standard input is not a token id; give whole numbers.", e);
    }
  }
}
