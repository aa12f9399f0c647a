package dev.minnow.cli;

import static dev.minnow.cli.TextTable.number;

import dev.minnow.corpus.Corpus;
import dev.minnow.tokenizer.EncodingOptions;
import dev.minnow.tokenizer.TokenUse;
import dev.minnow.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what a tokenizer has, and how well it fits texts. */
@Command(name = "inspect", description = "Show what a tokenizer has and, for each text, how well it fits.")
final class TokenizerInspectCommand implements Callable<Integer> {
  private final Console console;

  @Mixin
  private TokenizerFile tokenizerFile;

  @Parameters(index = "1..*", paramLabel = "CORPUS", converter = FileName.class,
      description = "Texts, as for the command train; each gets a line.")
  private List<String> corpora = List.of();

  @Mixin
  private ReadingSwitches reading;

  @Option(names = "--top", paramLabel = "N",
      description = "How many of the longest and the most used tokens to show (default: ${DEFAULT-VALUE}).")
  private int top = 10;

  @Mixin
  private JsonOption output;

  TokenizerInspectCommand(Console console) {
    this.console = console;
  }

  /** How a tokenizer fits one text. */
  private record Fit(String corpus, TokenUse use) {}

  @Override
  public Integer call() throws IOException {
    if (top < 0) {
      throw new IllegalArgumentException("--top must not be negative, as " + top + " is.");
    }
    Tokenizer tokenizer = tokenizerFile.load();
    TokenUse all = new TokenUse(tokenizer);
    List<Fit> fits = new ArrayList<>();
    ProgressDisplay progress = new ProgressDisplay(console);
    for (String name : corpora) {
      TokenUse use = new TokenUse(tokenizer);
      Corpus corpus = Corpus.open(List.of(name), reading.options(), progress);
      corpus.read(
          piece -> use.add(piece.utf8(), EncodingOptions.text().withContinuing(!piece.first())),
          (done, total) -> progress.working("tokenizing " + name, done, total));
      corpus.problems().sentences().forEach(progress::noticed);
      all.addAll(use);
      fits.add(new Fit(name, use));
    }
    console.print(output.json ? json(tokenizer, fits, all) + "\n" : text(tokenizer, fits, all));
    return ExitCode.DONE;
  }

  private int[] longest(Tokenizer tokenizer) {
    return IntStream.range(0, tokenizer.vocabularySize())
        .filter(id -> !tokenizer.isSpecial(id))
        .boxed()
        .sorted((one, other) -> Integer.compare(tokenizer.bytes(other).length, tokenizer.bytes(one).length))
        .limit(top)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static String shown(Tokenizer tokenizer, int id) {
    return new String(tokenizer.bytes(id), StandardCharsets.UTF_8);
  }

  private String text(Tokenizer tokenizer, List<Fit> fits, TokenUse all) {
    StringBuilder text = new StringBuilder();
    TextTable facts = new TextTable();
    facts.row("tokens", number(tokenizer.vocabularySize()));
    facts.row("merges", number(tokenizer.mergeCount()));
    facts.row("pieces", tokenizer.patternName());
    facts.row("end of text", tokenizer.endOfText().isPresent() ? Integer.toString(tokenizer.endOfText().getAsInt()) : "none");
    facts.row("sha256", tokenizer.sha256());
    text.append(facts);
    if (!fits.isEmpty()) {
      TextTable table = new TextTable().row("text", "bytes", "tokens", "bytes per token", "tokens used");
      fits.forEach(fit -> row(table, fit.corpus, fit.use, tokenizer));
      if (fits.size() > 1) {
        row(table, "all", all, tokenizer);
      }
      text.append('\n').append(table);
      TextTable used = new TextTable().row("most used", "id", "times");
      for (int id : all.mostUsed(top)) {
        used.row(quoted(tokenizer, id), Integer.toString(id), number(all.count(id)));
      }
      text.append('\n').append(used);
    }
    TextTable longest = new TextTable().row("longest", "id", "bytes");
    for (int id : longest(tokenizer)) {
      longest.row(quoted(tokenizer, id), Integer.toString(id), Integer.toString(tokenizer.bytes(id).length));
    }
    return text.append('\n').append(longest).toString();
  }

  private static void row(TextTable table, String name, TokenUse use, Tokenizer tokenizer) {
    table.row(
        name,
        number(use.bytes()),
        number(use.tokens()),
        String.format(Locale.ROOT, "%.3f", use.bytesPerToken()),
        String.format(Locale.ROOT, "%.1f %%", 100.0 * use.distinct() / tokenizer.vocabularySize()));
  }

  private static String quoted(Tokenizer tokenizer, int id) {
    return TerminalText.quoted(shown(tokenizer, id));
  }

  private String json(Tokenizer tokenizer, List<Fit> fits, TokenUse all) {
    List<JsonLine> texts = new ArrayList<>();
    for (Fit fit : fits) {
      texts.add(
          new JsonLine()
              .put("corpus", fit.corpus)
              .put("bytes", fit.use.bytes())
              .put("tokens", fit.use.tokens())
              .put("bytes_per_token", fit.use.bytesPerToken())
              .put("tokens_used", fit.use.distinct()));
    }
    List<JsonLine> longest = new ArrayList<>();
    for (int id : longest(tokenizer)) {
      longest.add(new JsonLine().put("id", id).put("text", shown(tokenizer, id)).put("bytes", tokenizer.bytes(id).length));
    }
    List<JsonLine> used = new ArrayList<>();
    for (int id : all.mostUsed(top)) {
      used.add(new JsonLine().put("id", id).put("text", shown(tokenizer, id)).put("times", all.count(id)));
    }
    return new JsonLine()
        .put("tokens", tokenizer.vocabularySize())
        .put("merges", tokenizer.mergeCount())
        .put("pattern", tokenizer.patternName())
        .put("end_of_text", tokenizer.endOfText().isPresent() ? tokenizer.endOfText().getAsInt() : null)
        .put("sha256", tokenizer.sha256())
        .put("texts", texts)
        .put("most_used", used)
        .put("longest", longest)
        .toString();
  }
}
