package dev.minnow.cli;

import static dev.minnow.cli.TextTable.number;

import dev.minnow.checkpoint.ModelFiles;
import dev.minnow.corpus.Corpus;
import dev.minnow.corpus.clean.CharacterKind;
import dev.minnow.corpus.clean.CleaningOptions;
import dev.minnow.corpus.clean.CorpusStatistics;
import dev.minnow.corpus.prepare.CorpusSurvey;
import dev.minnow.corpus.prepare.PreparationOptions;
import dev.minnow.tokenizer.BpeTrainer;
import dev.minnow.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code minnow corpus stats}: what is in texts. */
@Command(name = "stats", description = "Show what is in texts: documents, lengths, words, characters, copies.")
final class CorpusStatsCommand implements Callable<Integer> {
  private static final int FREQUENT_WORDS = 10;
  private static final int LONGEST_BAR = 40;

  private final Console console;

  @Parameters(paramLabel = "CORPUS", arity = "1..*", converter = FileName.class,
      description = TrainOptions.CORPUS)
  private List<String> corpus;

  @Option(names = "--tokenizer", paramLabel = "FILE",
      description = "Count tokens too, of this tokenizer: a folder, tokenizer.json or GGUF file.")
  @Nullable
  private Path tokenizer;

  @Option(names = "--clean", description = "Look at texts as corpus prepare cleans them; boilerplate stays.")
  private boolean clean;

  @Option(names = "--similarity", paramLabel = "X",
      description = "Share of common word sequences from which documents count as copies; 0 for no copies at all (0.5).")
  @Nullable
  private Double similarity;

  @Mixin
  private ReadingSwitches reading;
  @Mixin
  private WorkOptions work;
  @Mixin
  private JsonOption output;

  CorpusStatsCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    long start = System.nanoTime();
    CleaningOptions usual = CleaningOptions.defaults();
    CleaningOptions cleaning =
        new CleaningOptions(
            clean && usual.stripHtml(), clean && usual.normalize(), 0, 0, false, similarity == null ? usual.similarity() : similarity);
    PreparationOptions options =
        new PreparationOptions(cleaning, true, null, BpeTrainer.SMALLEST_VOCABULARY, 0.0, work.memoryBytes(), work.threads());
    ProgressDisplay display = new ProgressDisplay(console);
    Optional<Tokenizer> counting = tokenizer == null ? Optional.empty() : Optional.of(ModelFiles.loadTokenizer(tokenizer));
    CorpusSurvey survey = CorpusSurvey.of(Corpus.open(corpus, reading.options(), display), options, counting, display);
    console.print(output.json ? json(survey, (System.nanoTime() - start) / 1e9) + "\n" : text(survey));
    return ExitCode.DONE;
  }

  private static String text(CorpusSurvey survey) {
    CorpusStatistics statistics = survey.statistics();
    double documents = statistics.documents();
    TextTable table = new TextTable();
    table.row("", "", "a document");
    table.row("documents", number(statistics.documents()));
    table.row("bytes", number(statistics.bytes()), mean(statistics.bytes() / documents));
    table.row("characters", number(statistics.characters()), mean(statistics.characters() / documents));
    table.row("words", number(statistics.words()), mean(statistics.words() / documents));
    table.row("different words, about", number(statistics.distinctWords()));
    survey.tokens().ifPresent(tokens -> table.row("tokens", number(tokens), mean(tokens / documents)));
    table.row("exact copies", number(survey.exactCopies()));
    table.row("near copies", number(survey.nearCopies()));
    table.row("documents that have copies", number(survey.copiedDocuments()));
    StringBuilder text = new StringBuilder(table.toString());
    text.append("\ncharacters\n").append(classes(statistics));
    text.append("\nmost frequent words: ");
    text.append(String.join(", ", statistics.frequentWords(FREQUENT_WORDS).stream().map(word -> TerminalText.of(word.word())).toList()));
    text.append("\n\ndocuments of so many bytes and more\n").append(histogram(statistics.lengthHistogram()));
    return text.toString();
  }

  private static String classes(CorpusStatistics statistics) {
    TextTable table = new TextTable();
    statistics
        .characterClasses()
        .forEach(
            (kind, count) -> {
              double share = 100.0 * count / Math.max(1, statistics.characters());
              table.row("  " + words(kind), number(count), String.format(Locale.ROOT, "%.1f %%", share));
            });
    return table.toString();
  }

  /** A row for each length from the shortest to the longest. */
  private static String histogram(long[] counts) {
    int first = 0;
    int last = counts.length - 1;
    while (first < last && counts[first] == 0) {
      first++;
    }
    while (last > first && counts[last] == 0) {
      last--;
    }
    long most = Math.max(1, Arrays.stream(counts).max().orElse(1));
    TextTable table = new TextTable();
    for (int i = first; i <= last; i++) {
      table.row("  " + number(1L << i), number(counts[i]));
    }
    List<String> rows = table.toString().lines().toList();
    StringBuilder text = new StringBuilder();
    for (int i = first; i <= last; i++) {
      int bar = (int) Math.ceilDiv(LONGEST_BAR * counts[i], most);
      text.append((rows.get(i - first) + "  " + "#".repeat(bar)).stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private static JsonLine json(CorpusSurvey survey, double seconds) {
    CorpusStatistics statistics = survey.statistics();
    JsonLine classes = new JsonLine();
    for (Map.Entry<CharacterKind, Long> kind : statistics.characterClasses().entrySet()) {
      classes.put(kind.getKey().name().toLowerCase(Locale.ROOT), kind.getValue());
    }
    List<JsonLine> frequent =
        statistics.frequentWords(FREQUENT_WORDS)
            .stream()
            .map(word -> new JsonLine().put("word", word.word()).put("count", word.count()))
            .toList();
    long[] histogram = statistics.lengthHistogram();
    JsonLine lengths = new JsonLine();
    for (int i = 0; i < histogram.length; i++) {
      if (histogram[i] > 0) {
        lengths.put(Long.toString(1L << i), histogram[i]);
      }
    }
    return new JsonLine()
        .put("documents", statistics.documents())
        .put("bytes", statistics.bytes())
        .put("characters", statistics.characters())
        .put("words", statistics.words())
        .put("distinct_words", statistics.distinctWords())
        .put("tokens", survey.tokens().isPresent() ? survey.tokens().getAsLong() : null)
        .put("exact_copies", survey.exactCopies())
        .put("near_copies", survey.nearCopies())
        .put("copied_documents", survey.copiedDocuments())
        .put("character_classes", classes)
        .put("frequent_words", frequent)
        .put("documents_by_least_bytes", lengths)
        .put("seconds", seconds);
  }

  private static String words(CharacterKind kind) {
    return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static String mean(double value) {
    return String.format(Locale.ROOT, "%,.1f", value);
  }
}
