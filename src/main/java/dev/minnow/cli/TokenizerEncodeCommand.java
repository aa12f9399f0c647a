package dev.minnow.cli;

import dev.minnow.tokenizer.EncodingOptions;
import dev.minnow.tokenizer.Tokenizer;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints the token ids of a text. */
@Command(name = "encode", description = "Read a text from standard input and print its token ids.")
final class TokenizerEncodeCommand implements Callable<Integer> {
  private final Console console;

  @Mixin
  private TokenizerFile tokenizerFile;
  @Mixin
  private LinesOption form;

  @Option(names = "--special", description = "Take names of special tokens in the text for those tokens: only for text you trust.")
  private boolean special;

  @Option(names = "--template", description = "Put the tokens around the text that the tokenizer's template says.")
  private boolean template;

  @Option(names = "--dropout", paramLabel = "CHANCE", description = "Leave merges out at random, with this chance each (BPE-dropout).")
  private double dropout;

  @Option(names = "--seed", description = "Decides which merges are left out (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  TokenizerEncodeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    boolean lineByLine = form.lines();
    EncodingOptions options = new EncodingOptions(special, template, dropout, seed);
    Tokenizer tokenizer = tokenizerFile.load();
    if (lineByLine) {
      encodeLines(tokenizer, options);
      return ExitCode.DONE;
    }
    byte[] text = console.in().readAllBytes();
    IntArrayList ids = new IntArrayList(text.length / 3 + 8);
    tokenizer.encode(text, 0, text.length, options, ids);
    if (form.json()) {
      console.println(new JsonLine().put("ids", ids).toString());
    } else {
      console.println(ids.intStream().mapToObj(Integer::toString).collect(Collectors.joining(" ")));
    }
    return ExitCode.DONE;
  }

  private void encodeLines(Tokenizer tokenizer, EncodingOptions options) throws IOException {
    JsonInput lines = new JsonInput(console.in());
    for (Optional<String> text = lines.nextString(); text.isPresent(); text = lines.nextString()) {
      console.println(Arrays.toString(tokenizer.encode(text.get(), options)).replace(" ", ""));
    }
  }
}
