package dev.minnow.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.minnow.tokenizer.EncodingOptions;
import dev.minnow.tokenizer.Tokenizer;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints the token ids of a text. */
@Command(name = "encode", description = "Read a text from standard input and print its token ids.")
final class TokenizerEncodeCommand implements Callable<Integer> {
  private static final JsonMapper JSON = JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

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
    BufferedReader lines = new BufferedReader(new InputStreamReader(console.in(), StandardCharsets.UTF_8));
    long number = 0;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      number++;
      console.println(Arrays.toString(tokenizer.encode(string(line, number), options)).replace(" ", ""));
    }
  }

  private static String string(String line, long number) throws IOException {
    try {
      JsonNode node = JSON.readTree(line);
      if (node.isTextual()) {
        return node.textValue();
      }
    } catch (JsonProcessingException e) {
      // No JSON is no string either: said below.
    }
    throw new IOException("Line " + number + " of standard input is not a JSON string; give one on each line, such as \"text\".");
  }
}
