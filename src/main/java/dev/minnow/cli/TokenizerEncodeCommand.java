package dev.minnow.cli;

import dev.minnow.tokenizer.EncodingOptions;
import dev.minnow.tokenizer.Tokenizer;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints the token ids of a text. */
@Command(name = "encode", description = "Read a text from standard input and print its token ids.")
final class TokenizerEncodeCommand implements Callable<Integer> {
  private static final int PIECE_CHARACTERS = 1 << 16;

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
    EncodingOptions options = new EncodingOptions(special, template, false, dropout, seed);
    Tokenizer tokenizer = tokenizerFile.load();
    if (lineByLine) {
      encodeLines(tokenizer, options);
      return ExitCode.DONE;
    }
    byte[] text = console.in().readAllBytes();
    IntArrayList ids = new IntArrayList(text.length / 3 + 8);
    tokenizer.encode(text, 0, text.length, options, ids);
    if (form.json()) {
      print("{\"ids\":[", ids, ",", "]}\n");
    } else {
      print("", ids, " ", "\n");
    }
    return ExitCode.DONE;
  }

  /** A piece at a time: as one string, the ids of a text are several times as long as the text. */
  private void print(String before, IntArrayList ids, String between, String after) {
    StringBuilder piece = new StringBuilder(before);
    for (int i = 0; i < ids.size(); i++) {
      piece.append(i == 0 ? "" : between).append(ids.getInt(i));
      if (piece.length() >= PIECE_CHARACTERS) {
        console.print(piece.toString());
        piece.setLength(0);
      }
    }
    console.print(piece.append(after).toString());
  }

  private void encodeLines(Tokenizer tokenizer, EncodingOptions options) throws IOException {
    JsonInput lines = new JsonInput(console.in());
    for (Optional<String> text = lines.nextString(); text.isPresent(); text = lines.nextString()) {
      console.println(Arrays.toString(tokenizer.encode(text.get(), options)).replace(" ", ""));
    }
  }
}
