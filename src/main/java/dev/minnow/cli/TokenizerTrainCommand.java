package dev.minnow.cli;

import dev.minnow.corpus.Corpus;
import dev.minnow.corpus.CorpusTotals;
import dev.minnow.tokenizer.BpeTrainer;
import dev.minnow.tokenizer.TieBreak;
import dev.minnow.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Learns a vocabulary from texts. */
@Command(name = "train", description = "Learn a vocabulary from texts and save it.")
final class TokenizerTrainCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "CORPUS", arity = "1..*", converter = FileName.class, description = "Texts, as for the command train.")
  private List<String> corpus;

  @Option(names = "--vocab-size", description = "Tokens in all: special tokens, 256 bytes, merges (default: ${DEFAULT-VALUE}).")
  private int vocabularySize = 8192;

  @Option(names = "--min-frequency", description = "Merge no pair that occurs less often (default: ${DEFAULT-VALUE}).")
  private long minFrequency = 2;

  @Option(names = "--max-token-length", paramLabel = "BYTES", description = "Make only shorter tokens.")
  private int maxTokenLength = Integer.MAX_VALUE;

  @Option(names = "--special-token", paramLabel = "NAME",
      description = "A special token, in place of <|endoftext|> alone; may be repeated.")
  private List<String> specialTokens = List.of();

  @Option(names = "--pattern", paramLabel = "NAME", completionCandidates = PatternNames.class,
      description = "How text is cut into pieces: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private String pattern = "gpt2";

  @Option(names = "--tie-break",
      description = "Which of equally frequent pairs goes first: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private TieBreak tieBreak = TieBreak.SMALLEST_IDS;

  @Mixin
  private TokenizerOutput out;
  @Mixin
  private ReadingSwitches reading;
  @Mixin
  private ThreadsOption threads;
  @Mixin
  private JsonOption output;

  TokenizerTrainCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    long start = System.nanoTime();
    Path file = out.file();
    ProgressDisplay progress = new ProgressDisplay(console);
    BpeTrainer trainer = trainer(progress);
    trainer.requireFits(file);
    Corpus texts = Corpus.open(corpus, reading.options(), progress);
    Tokenizer tokenizer = trainer.train(
        documents -> texts.read(piece -> documents.accept(piece.utf8()),
            (done, total) -> progress.working("counting words", done, total)));
    texts.problems().sentences().forEach(progress::noticed);
    tokenizer.save(file);
    print(file.toAbsolutePath(), tokenizer, texts.totals(), (System.nanoTime() - start) / 1e9);
    return ExitCode.DONE;
  }

  private BpeTrainer trainer(ProgressDisplay progress) {
    BpeTrainer trainer =
        new BpeTrainer(vocabularySize)
            .withMinFrequency(minFrequency)
            .withMaxTokenLength(maxTokenLength)
            .withPattern(pattern)
            .withTieBreak(tieBreak)
            .withThreads(threads.count())
            .withListener(progress);
    return specialTokens.isEmpty() ? trainer : trainer.withSpecialTokens(specialTokens);
  }

  private void print(Path file, Tokenizer tokenizer, CorpusTotals totals, double seconds) {
    if (output.json) {
      console.println(
          new JsonLine()
              .put("tokenizer", file.toString())
              .put("vocabulary_size", tokenizer.vocabularySize())
              .put("documents", totals.documents())
              .put("bytes", totals.bytes())
              .put("sha256", tokenizer.sha256())
              .put("seconds", seconds)
              .toString());
    } else {
      console.println(
          String.format(
              Locale.ROOT,
              "%s: %,d tokens learned from %,d bytes in %,d documents in %.1f s",
              file,
              tokenizer.vocabularySize(),
              totals.bytes(),
              totals.documents(),
              seconds));
    }
  }
}
