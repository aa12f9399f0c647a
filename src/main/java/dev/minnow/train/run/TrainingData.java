package dev.minnow.train.run;

import dev.minnow.checkpoint.ModelFiles;
import dev.minnow.corpus.Corpus;
import dev.minnow.corpus.CorpusException;
import dev.minnow.corpus.Fold;
import dev.minnow.corpus.HeldOutSplit;
import dev.minnow.corpus.HeldOutWindows;
import dev.minnow.corpus.TokenFile;
import dev.minnow.corpus.TrainingWindows;
import dev.minnow.corpus.prepare.MergeDropout;
import dev.minnow.corpus.prepare.PreparedCorpus;
import dev.minnow.corpus.prepare.TokenFolder;
import dev.minnow.corpus.prepare.Tokenization;
import dev.minnow.tokenizer.BpeTrainer;
import dev.minnow.tokenizer.Tokenizer;
import dev.minnow.train.TrainingException;
import dev.minnow.train.TrainingListener;
import dev.minnow.train.option.RunCheck;
import dev.minnow.train.option.RunOptions;
import dev.minnow.train.option.RunSetup;
import dev.minnow.train.option.TrainingText;
import dev.minnow.train.step.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The tokenized corpus of a run and its tokenizer. */
final class TrainingData implements AutoCloseable {
  /** Options of how the files of a corpus are read. */
  private static final List<String> READING = List.of("field", "column", "encoding");

  private final Tokenizer tokenizer;
  private final PreparedCorpus corpus;

  /** What training reads: the corpus's text as it was tokenized, or other spellings of it. */
  private final List<TokenFile> training;

  /** Where the token files are; empty for those of a prepared corpus. */
  private final Optional<TokenFolder> folder;

  private TrainingData(Tokenizer tokenizer, PreparedCorpus corpus, List<TokenFile> training, Optional<TokenFolder> folder) {
    this.tokenizer = tokenizer;
    this.corpus = corpus;
    this.training = training;
    this.folder = folder;
  }

  /** That of a corpus, which is closed where its text cannot be read. */
  static TrainingData of(Tokenizer tokenizer, PreparedCorpus corpus, Optional<TokenFolder> folder) {
    try {
      Tokenizer beginning = tokenizer.withFirstToken(TextBeginning.of(corpus, tokenizer));
      return new TrainingData(beginning, corpus, List.of(corpus.training()), folder);
    } catch (RuntimeException | Error e) {
      corpus.close();
      throw e;
    }
  }

  /**
   * Reads the corpus, trains a tokenizer where none is given, and tokenizes; of a prepared corpus, opens what is there. Tokens of another
   * text that the folder holds stay until {@link #settle}.
   *
   * @param folder where the token files go
   * @param known the tokenizer, where it is known
   * @param threads that work, besides the calling one
   */
  static TrainingData prepare(Path folder, RunOptions options, Optional<Tokenizer> known, int threads, TrainingListener listener)
      throws IOException {
    RunSetup setup = options.setup();
    TrainingData data = tokenized(folder, options, known, threads, listener);
    if (setup.mergeDropout() == 0) {
      return data;
    }
    try {
      Files.createDirectories(folder);
      MergeDropout dropout = new MergeDropout(data.tokenizer, setup.mergeDropout(), options.seed(Seeds.Purpose.MERGES));
      List<TokenFile> spellings =
          dropout.spell(
              data.corpus.training(),
              folder,
              threads,
              (done, total) -> listener.working("leaving out merges", done, total));
      return new TrainingData(data.tokenizer, data.corpus, spellings, data.folder);
    } catch (IOException | RuntimeException e) {
      data.close();
      throw e;
    }
  }

  private static TrainingData tokenized(
      Path folder, RunOptions options, Optional<Tokenizer> known, int threads, TrainingListener listener)
      throws IOException {
    RunSetup setup = options.setup();
    Optional<Path> prepared = prepared(setup.corpus());
    if (prepared.isPresent()) {
      return open(prepared.get(), options, known);
    }
    Corpus text;
    try {
      text = Corpus.open(setup.corpus(), setup.reading(), listener);
    } catch (CorpusException e) {
      if (known.isEmpty() || options.text().isEmpty()) {
        throw e;
      }
      return kept(known.get(), new TokenFolder(place(folder, options)), options, e, listener);
    }
    Tokenizer tokenizer = known.isPresent() ? known.get() : tokenizer(options, text, threads, listener);
    RunCheck.requireMerges(setup, tokenizer);
    TokenFolder tokens = new TokenFolder(place(folder, options));
    PreparedCorpus corpus =
        tokens.prepare(split(text, tokenizer, options), threads, (done, total) -> listener.working("tokenizing", done, total));
    text.problems().sentences().forEach(listener::noticed);
    return of(tokenizer, corpus, Optional.of(tokens));
  }

  /** The tokens that a resumed run has already, where their text is gone. */
  private static TrainingData kept(
      Tokenizer tokenizer, TokenFolder folder, RunOptions options, CorpusException gone, TrainingListener listener) {
    PreparedCorpus corpus =
        folder
            .find(
                found -> found.training().tokenizerHash().equals(tokenizer.sha256())
                    && options.text().equals(Optional.of(TrainingText.of(found.training()))))
            .orElseThrow(() -> gone);
    listener.noticed(gone.getMessage() + " The run goes on with the tokens that it has.");
    return of(tokenizer, corpus, Optional.of(folder));
  }

  /** Where the token files of a run go: those of folds are not told apart by what they say of themselves. */
  private static Path place(Path folder, RunOptions options) {
    RunSetup setup = options.setup();
    return setup.fold() == 0 ? folder
        : folder.resolve(String.format(Locale.ROOT, "fold-%d-of-%d-%016x", setup.fold(), setup.folds(), options.seed(Seeds.Purpose.FOLDS)));
  }

  private static Tokenization split(Corpus text, Tokenizer tokenizer, RunOptions options) {
    RunSetup setup = options.setup();
    if (setup.fold() > 0) {
      return new Tokenization(text, tokenizer, new Fold(setup.fold(), setup.folds(), options.seed(Seeds.Purpose.FOLDS)));
    }
    double validation =
        setup.validation() != null ? setup.validation() : HeldOutSplit.usualFraction(text.totals().bytes());
    return new Tokenization(text, tokenizer, validation);
  }

  private static Optional<Path> prepared(List<String> corpus) {
    Optional<Path> prepared = corpus.stream().map(PreparedCorpus::find).flatMap(Optional::stream).findFirst();
    if (prepared.isPresent() && corpus.size() > 1) {
      throw new IllegalArgumentException(prepared.get() + " is a prepared corpus, which is trained on alone; leave out the others.");
    }
    return prepared;
  }

  private static TrainingData open(Path folder, RunOptions options, Optional<Tokenizer> known) throws IOException {
    RunSetup setup = options.setup();
    if (setup.validation() != null || setup.folds() > 0) {
      throw new IllegalArgumentException(
          "What is held out was decided when " + folder + " was prepared; leave out --" + (setup.folds() > 0 ? "folds." : "validation."));
    }
    for (String name : READING) {
      if (options.isSet(name)) {
        throw new IllegalArgumentException("Files were read when " + folder + " was prepared; leave out --" + name + ".");
      }
    }
    Optional<Tokenizer> wanted = known;
    if (wanted.isEmpty() && setup.tokenizer() != null) {
      wanted = Optional.of(ModelFiles.loadTokenizer(Path.of(setup.tokenizer())));
    }
    PreparedCorpus corpus = PreparedCorpus.open(folder);
    try {
      Tokenizer tokenizer = corpus.tokenizer(folder);
      if (wanted.isPresent() && !wanted.get().sha256().equals(tokenizer.sha256())) {
        throw new TrainingException(
            folder + " was prepared with another tokenizer than this run's; prepare the corpus with --tokenizer, or leave the other out.");
      }
      RunCheck.requireVocabulary(options, tokenizer);
      RunCheck.requireMerges(setup, tokenizer);
      return of(wanted.orElse(tokenizer), corpus, Optional.empty());
    } catch (IOException | RuntimeException e) {
      corpus.close();
      throw e;
    }
  }

  private static Tokenizer tokenizer(RunOptions options, Corpus text, int threads, TrainingListener listener) throws IOException {
    RunSetup setup = options.setup();
    String file = setup.tokenizer();
    if (file != null) {
      Tokenizer loaded = ModelFiles.loadTokenizer(Path.of(file));
      RunCheck.requireVocabulary(options, loaded);
      return loaded;
    }
    if (setup.vocabularySize() == 256) {
      return Tokenizer.bytes();
    }
    Tokenizer learned =
        new BpeTrainer(setup.vocabularySize())
            .withThreads(threads)
            .withListener(listener)
            .train(
                documents -> text.read(
                    piece -> documents.accept(piece.utf8()), (done, total) -> listener.working("counting words", done, total)));
    // The words that it was learned from would stay on the heap, beside the text that is read next.
    System.gc();
    return learned;
  }

  Tokenizer tokenizer() {
    return tokenizer;
  }

  long trainingTokens() {
    return corpus.training().tokenCount();
  }

  TrainingText text() {
    return TrainingText.of(corpus.training());
  }

  Optional<TrainingText> heldOutText() {
    return corpus.validation().map(TrainingText::of);
  }

  TrainingWindows windows(int contextLength, long seed) {
    return new TrainingWindows(training, contextLength, seed);
  }

  /** The held-out windows; empty, with a notice, where there is nothing to predict in them. */
  Optional<HeldOutWindows> heldOut(int contextLength, TrainingListener listener) {
    Optional<HeldOutWindows> windows =
        corpus
            .validation()
            .filter(file -> file.tokenCount() > 1)
            .map(file -> new HeldOutWindows(file, contextLength));
    if (windows.isEmpty() && corpus.validation().isPresent()) {
      listener.noticed("The held-out text is a single token, with none to predict it from; there will be no validation loss.");
    }
    return windows;
  }

  /** Lets the tokens take the place of those that were in the folder: the run that they are of has saved. */
  void settle() {
    folder.ifPresent(TokenFolder::settle);
  }

  @Override
  public void close() {
    training.forEach(TokenFile::close);
    corpus.close();
    folder.ifPresent(TokenFolder::abandon);
  }
}
