package dev.minnow.corpus.prepare;

import dev.minnow.corpus.Corpus;
import dev.minnow.corpus.CorpusException;
import dev.minnow.corpus.TemporaryFolder;
import dev.minnow.corpus.TextPiece;
import dev.minnow.corpus.clean.BoilerplateLines;
import dev.minnow.corpus.clean.CleaningOptions;
import dev.minnow.corpus.clean.CorpusStatistics;
import dev.minnow.corpus.clean.DocumentCleaner;
import dev.minnow.corpus.clean.DocumentProfile;
import dev.minnow.corpus.clean.DropReason;
import dev.minnow.corpus.clean.DuplicateGroups;
import dev.minnow.corpus.clean.ProfileBuilder;
import dev.minnow.tokenizer.EncodingOptions;
import dev.minnow.tokenizer.Tokenizer;
import dev.minnow.tokenizer.WorkListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What is in a corpus.
 *
 * @param statistics of its text
 * @param tokens of its text, where a tokenizer was given
 * @param exactCopies documents that say the same as an earlier one
 * @param nearCopies documents much like another one
 * @param copiedDocuments documents that have copies of either kind
 */
public record CorpusSurvey(CorpusStatistics statistics, OptionalLong tokens, long exactCopies, long nearCopies, long copiedDocuments) {
  /** What a worker counts with. */
  private static final class Counter {
    private final DocumentCleaner cleaner;
    private final ProfileBuilder builder = new ProfileBuilder();
    private final CorpusStatistics statistics = new CorpusStatistics();

    Counter(CleaningOptions cleaning) {
      cleaner = new DocumentCleaner(cleaning, BoilerplateLines.none());
    }
  }

  /** What was counted of some pieces. */
  private record Counted(List<TextPiece> texts, List<DocumentProfile> profiles, long tokens) {}

  /**
   * Reads a corpus.
   *
   * @param options how texts are cleaned before they are looked at, and from which similarity documents are copies
   * @param tokenizer counts tokens
   * @throws CorpusException if the corpus cannot be read
   */
  public static CorpusSurvey of(
      Corpus corpus, PreparationOptions options, Optional<Tokenizer> tokenizer, WorkListener listener) throws IOException {
    try (TemporaryFolder folder = TemporaryFolder.create("minnow-stats")) {
      Path spilled = folder.path().resolve(ProfilePass.PROFILES);
      Queue<Counter> counters = new ConcurrentLinkedQueue<>();
      long tokens = read(corpus, options, tokenizer, listener, spilled, counters);
      CorpusStatistics statistics = new CorpusStatistics();
      corpus.problems().sentences().forEach(listener::noticed);
      counters.forEach(counter -> statistics.addAll(counter.statistics));
      listener.working("looking for copies", 0, 0);
      DuplicateGroups groups = DuplicateGroups.find(spilled, document -> true, options.cleaning().similarity());
      return counted(statistics, tokenizer.isPresent() ? OptionalLong.of(tokens) : OptionalLong.empty(), groups);
    }
  }

  private static CorpusSurvey counted(CorpusStatistics statistics, OptionalLong tokens, DuplicateGroups groups) {
    long exact = 0;
    long near = 0;
    long copied = 0;
    boolean[] hasCopies = new boolean[groups.documents()];
    for (int document = 0; document < groups.documents(); document++) {
      Optional<DropReason> reason = groups.reason(document);
      exact += reason.filter(DropReason.EXACT_DUPLICATE::equals).isPresent() ? 1 : 0;
      near += reason.filter(DropReason.NEAR_DUPLICATE::equals).isPresent() ? 1 : 0;
      int representative = groups.representative(document);
      if (representative != document && !hasCopies[representative]) {
        hasCopies[representative] = true;
        copied++;
      }
    }
    return new CorpusSurvey(statistics, tokens, exact, near, copied);
  }

  /** Counts, spills the profiles, and returns the number of tokens. */
  private static long read(
      Corpus corpus, PreparationOptions options, Optional<Tokenizer> tokenizer, WorkListener listener, Path spilled,
      Queue<Counter> counters) {
    long[] tokens = {0};
    try (SpillFile profiles = new SpillFile(spilled, 0);
        OrderedWork<Counted> workers =
            new OrderedWork<>(
                options.threads(),
                options.piecesBytes(),
                counted -> {
                  counted.profiles().forEach(profile -> profiles.append(profile.toBytes()));
                  tokens[0] += counted.tokens();
                })) {
      PieceBatches<Counter, Counted, Counted> batches =
          new PieceBatches<>(
              workers,
              () -> {
                Counter counter = new Counter(options.cleaning());
                counters.add(counter);
                return counter;
              },
              new Counting(tokenizer));
      corpus.read(
          piece -> batches.add(PieceBatches.Item.whole(piece)), (done, total) -> listener.working("looking at documents", done, total));
      batches.takeAll();
      profiles.checkpoint();
    }
    return tokens[0];
  }

  private record Counting(Optional<Tokenizer> tokenizer) implements PieceBatches.Work<Counter, Counted, Counted> {
    @Override
    public Counted inOrder(Counter counter, List<PieceBatches.Item> items) {
      List<TextPiece> texts = new ArrayList<>();
      List<DocumentProfile> profiles = new ArrayList<>();
      for (PieceBatches.Item item : items) {
        TextPiece clean = counter.cleaner.clean(item.piece());
        counter.builder.add(clean.utf8());
        counter.statistics.add(clean.utf8());
        if (item.piece().last()) {
          profiles.add(counter.builder.finish());
          counter.statistics.endDocument();
        }
        if (tokenizer.isPresent()) {
          texts.add(clean);
        }
      }
      return new Counted(texts, profiles, 0);
    }

    @Override
    public Counted then(Counted counted) {
      long tokens = 0;
      for (TextPiece text : counted.texts()) {
        tokens += tokenizer.orElseThrow().encode(text.utf8(), EncodingOptions.text().withContinuing(!text.first())).length;
      }
      return new Counted(List.of(), counted.profiles(), tokens);
    }
  }
}
