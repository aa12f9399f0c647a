package dev.minnow.corpus.prepare;

import dev.minnow.corpus.Corpus;
import dev.minnow.corpus.CorpusException;
import dev.minnow.corpus.CorpusTotals;
import dev.minnow.corpus.TokenFileWriter;
import dev.minnow.corpus.clean.BoilerplateLines;
import dev.minnow.tokenizer.Tokenizer;
import dev.minnow.tokenizer.TokenizerConfigJson;
import dev.minnow.tokenizer.WorkListener;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * Makes a folder of token files from a corpus: reads and cleans all documents, decides which are kept, trains a tokenizer where none is
 * given, and encodes. Texts pass by as streams. A process that was killed at any moment is gone on with by the next one that is asked
 * for the same, and the files come out the same, with any number of threads.
 */
public final class Preparation {
  private static final String DECISIONS = "decisions";
  private final Corpus corpus;
  private final PreparationOptions options;
  private final PreparationFolder folder;
  private final Duration interval;
  private final WorkListener listener;

  private Preparation(
      Corpus corpus, PreparationOptions options, PreparationFolder folder, Duration interval, WorkListener listener) {
    this.corpus = corpus;
    this.options = options;
    this.folder = folder;
    this.interval = interval;
    this.listener = listener;
  }

  /** Whether a folder holds a finished preparation. */
  public static boolean isFinished(Path folder) {
    return PreparationFolder.isFinished(folder);
  }

  /**
   * Prepares a corpus in a folder; what an earlier preparation finished there is replaced.
   *
   * @param folder made where it is missing
   * @throws IllegalArgumentException if the folder holds anything else than a preparation
   * @throws CorpusException if the corpus cannot be read, nothing of it is kept, or the folder cannot be written
   * @throws IOException if its tokenizer cannot be read again
   */
  public static PreparationManifest prepare(Corpus corpus, PreparationOptions options, Path folder, WorkListener listener)
      throws IOException {
    return prepare(corpus, options, folder, Checkpoints.USUAL, listener);
  }

  /** @param interval between checkpoints */
  static PreparationManifest prepare(
      Corpus corpus, PreparationOptions options, Path folder, Duration interval, WorkListener listener) throws IOException {
    try (PreparationFolder opened = PreparationFolder.open(folder)) {
      return new Preparation(corpus, options, opened, interval, listener).run(folder);
    }
  }

  private PreparationManifest run(Path place) throws IOException {
    PreparationManifest.Request request = request();
    begin(request);
    if (!folder.isPublished() && !folder.hasWork(PreparationManifest.NAME)) {
      PreparationManifest manifest = work(request);
      if (!request().equals(request)) {
        folder.deleteWork();
        throw CorpusException.changed();
      }
      folder.write(PreparationManifest.NAME, manifest.toJson());
    }
    folder.publish();
    return PreparationManifest.read(place)
        .orElseThrow(() -> new CorpusException(place + " was changed while it was prepared; start again with --overwrite."));
  }

  private PreparationManifest.Request request() {
    Tokenizer known = options.tokenizer();
    return new PreparationManifest.Request(
        PreparationManifest.Request.FORMAT, corpus.fingerprints(), known == null ? null : known.sha256(),
        known == null ? options.vocabularySize() : known.vocabularySize(), options.validation(), options.cleaning(),
        options.keepDuplicates());
  }

  /** Leaves unfinished work of the same request as it is, and makes way for this one otherwise. */
  private void begin(PreparationManifest.Request request) {
    Optional<PreparationManifest.Request> begun =
        folder.hasWork(PreparationFolder.REQUEST) ? PreparationManifest.Request.fromJson(folder.read(PreparationFolder.REQUEST))
            : Optional.empty();
    if (begun.isPresent() && begun.get().equals(request)) {
      listener.noticed("going on with the preparation that was begun");
      return;
    }
    if (begun.isPresent()) {
      listener.noticed("what was begun was of other files or options, and is begun anew");
    }
    folder.deleteWork();
    folder.deleteFinished();
    folder.write(PreparationFolder.REQUEST, request.toJson());
  }

  private PreparationManifest work(PreparationManifest.Request request) throws IOException {
    ProfilePass profiles = new ProfilePass(corpus, options, folder, interval);
    profiles.run(listener);
    BoilerplateLines boilerplate =
        options.cleaning().dropBoilerplate() ? profiles.lines().freeze(profiles.documents()) : BoilerplateLines.none();
    Decisions decisions = decisions(profiles.documents());
    DocumentWalk walk = new DocumentWalk(corpus, decisions, options.validationOf(decisions.kept().bytes()));
    Tokenizer tokenizer = tokenizer(walk, boilerplate);
    DroppedReport dropped = new DroppedReport(decisions);
    SplitWriter.Checkpoint written =
        new EncodingPass(walk, options, boilerplate, tokenizer, folder, interval, dropped).run(listener);
    folder.write(PreparedCorpus.DROPPED, dropped.toJsonLines());
    return manifest(request, decisions, dropped, written);
  }

  private Decisions decisions(int documents) {
    Path file = folder.work(DECISIONS);
    if (folder.hasWork(DECISIONS)) {
      return Decisions.read(file);
    }
    listener.working("looking for copies", 0, 0);
    Decisions decisions =
        Decisions.make(
            folder.work(ProfilePass.PROFILES), folder.work(ProfilePass.SIZES), documents, options.cleaning(), options.keepDuplicates());
    if (decisions.kept().documents() == 0) {
      folder.deleteWork();
      throw new CorpusException(
          String.format(Locale.ROOT,
              "None of the %d documents is kept; look at them with corpus stats, or take --min-characters 0 and --min-likeness 0.",
              documents));
    }
    decisions.write(file);
    folder.delete(ProfilePass.PROFILES);
    folder.delete(ProfilePass.SIZES);
    return decisions;
  }

  private Tokenizer tokenizer(DocumentWalk walk, BoilerplateLines boilerplate) throws IOException {
    if (folder.hasWork(PreparedCorpus.TOKENIZER)) {
      return Tokenizer.load(folder.work(PreparedCorpus.TOKENIZER));
    }
    Tokenizer known = options.tokenizer();
    Tokenizer tokenizer = known != null ? known : new TokenizerTraining(walk, options, boilerplate).train(listener);
    // No model is there yet whose context it could state.
    folder.write(PreparedCorpus.TOKENIZER_CONFIG, TokenizerConfigJson.write(tokenizer, Integer.MAX_VALUE));
    folder.write(PreparedCorpus.TOKENIZER, tokenizer.toJson());
    return Tokenizer.load(folder.work(PreparedCorpus.TOKENIZER));
  }

  private PreparationManifest manifest(
      PreparationManifest.Request request, Decisions decisions, DroppedReport dropped, SplitWriter.Checkpoint written) {
    CorpusTotals read = corpus.totals();
    corpus.problems().sentences().forEach(listener::noticed);
    PreparationReport report =
        new PreparationReport(
            Objects.requireNonNullElse(Preparation.class.getPackage().getImplementationVersion(), "from classes"),
            read.documents(), read.bytes(), dropped.byReason(), decisions.kept().documents() - written.documents(),
            corpus.problems().counts(), corpus.problems().sentences());
    TokenFileWriter.Checkpoint heldOut = written.heldOut();
    return new PreparationManifest(
        request, written.documents(), contents(written.training()), heldOut == null ? null : contents(heldOut), report);
  }

  private static PreparationManifest.Contents contents(TokenFileWriter.Checkpoint file) {
    return new PreparationManifest.Contents(file.tokenCount(), file.textBytes(), file.idsChecksum());
  }
}
