package dev.minnow.corpus.prepare;

import dev.minnow.corpus.Corpus;
import dev.minnow.corpus.CorpusException;
import dev.minnow.corpus.CorpusTotals;
import dev.minnow.corpus.Fold;
import dev.minnow.corpus.FoldSplit;
import dev.minnow.corpus.HeldOutSplit;
import dev.minnow.corpus.ProgressListener;
import dev.minnow.corpus.TextPiece;
import dev.minnow.corpus.TokenFile;
import dev.minnow.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Turns a corpus into token files: split, encoded and joined, the same bytes with any number of threads. */
public final class Tokenization {
  /** Under way for each thread: four of the largest pieces, so that none waits for one at the head, and what is read dies young. */
  private static final long BYTES_PER_THREAD = 12 << 20;

  /** A byte of text and what becomes of it: tokens mostly stand for more than one and take four each. */
  private static final long BYTES_OF_TEXT_BYTE = 3;

  /** What a task takes besides its text, roughly. */
  private static final long TASK_BYTES = 1 << 10;

  private final Corpus corpus;
  private final Tokenizer tokenizer;
  private final double validationFraction;
  private final @Nullable Fold fold;
  private final Path folder;
  private final Path trainingFile;
  private final @Nullable Path validationFile;

  private Tokenization(Corpus corpus, Tokenizer tokenizer, double validationFraction, @Nullable Fold fold, Path folder) {
    HeldOutSplit.requireFraction(validationFraction);
    this.corpus = corpus;
    this.tokenizer = tokenizer;
    this.validationFraction = validationFraction;
    this.fold = fold;
    this.folder = folder;
    this.trainingFile = folder.resolve(PreparedCorpus.TRAINING);
    this.validationFile = validationFraction > 0 ? folder.resolve(PreparedCorpus.VALIDATION) : null;
  }

  /**
   * The token files of a corpus in a folder: those that are there, if they were made from the same files with the same tokenizer and
   * fraction and are undamaged, otherwise new ones. Whatever instant the process ends, none that is incomplete is ever taken for whole.
   *
   * @param validationFraction in [0, 1), what to hold out; 0 for nothing
   * @param folder made where it is missing
   * @param threads that encode, besides the calling one, which reads and writes
   * @param progress hears how much text was read, on the calling thread
   * @throws CorpusException if the corpus cannot be read or the folder cannot be written
   */
  public static PreparedCorpus prepare(
      Corpus corpus, Tokenizer tokenizer, double validationFraction, Path folder, int threads, ProgressListener progress) {
    return prepare(new Tokenization(corpus, tokenizer, validationFraction, null, folder), threads, progress);
  }

  /**
   * The same with what a fold of cross-validation holds out.
   *
   * @param folder for this fold alone: files are not told apart by their fold
   */
  public static PreparedCorpus prepare(
      Corpus corpus, Tokenizer tokenizer, Fold fold, Path folder, int threads, ProgressListener progress) {
    return prepare(new Tokenization(corpus, tokenizer, fold.share(), fold, folder), threads, progress);
  }

  private static PreparedCorpus prepare(Tokenization tokenization, int threads, ProgressListener progress) {
    if (threads < 1) {
      throw new IllegalArgumentException("The number of threads must be at least 1, not " + threads + ".");
    }
    try {
      Files.createDirectories(tokenization.folder);
      return tokenization.prepare(threads, progress);
    } catch (IOException e) {
      throw CorpusException.unwritable(tokenization.folder.toString(), e);
    }
  }

  private PreparedCorpus prepare(int threads, ProgressListener progress) throws IOException {
    PreparationManifest.Request request = request();
    Optional<PreparedCorpus> present =
        PreparationManifest.read(folder).filter(found -> found.request().equals(request)).flatMap(_ -> reuse());
    if (present.isPresent()) {
      return present.get();
    }
    PreparationManifest.remove(folder);
    if (validationFile == null) {
      Files.deleteIfExists(folder.resolve(PreparedCorpus.VALIDATION));
    }
    CorpusTotals totals = encode(threads, progress);
    if (!request().equals(request)) {
      throw CorpusException.changed();
    }
    PreparedCorpus prepared = written(totals.documents());
    manifest(request, prepared).write(folder);
    return prepared;
  }

  private PreparationManifest.Request request() {
    return new PreparationManifest.Request(
        PreparationManifest.Request.FORMAT, corpus.fingerprints(), tokenizer.sha256(), tokenizer.vocabularySize(), validationFraction,
        null, true);
  }

  private static PreparationManifest manifest(PreparationManifest.Request request, PreparedCorpus prepared) {
    return new PreparationManifest(
        request,
        prepared.documents(),
        PreparationManifest.Contents.of(prepared.training()),
        prepared.validation().map(PreparationManifest.Contents::of).orElse(null),
        null);
  }

  /** What the folder has, if it is whole; otherwise it is made anew from the corpus, which is at hand. */
  private Optional<PreparedCorpus> reuse() {
    try {
      return Optional.of(PreparedCorpus.open(folder));
    } catch (CorpusException damaged) {
      return Optional.empty();
    }
  }

  private PreparedCorpus written(long documents) {
    TokenFile training = TokenFile.open(trainingFile);
    try {
      return new PreparedCorpus(training, Optional.ofNullable(validationFile).map(TokenFile::open), documents, false);
    } catch (CorpusException e) {
      training.close();
      throw e;
    }
  }

  private Function<TextPiece, FoldSplit.Range> split(CorpusTotals totals) {
    if (fold != null) {
      return new FoldSplit(totals, fold)::heldOut;
    }
    HeldOutSplit split = new HeldOutSplit(totals, validationFraction);
    return piece -> new FoldSplit.Range(split.heldOutFrom(piece), piece.utf8().length);
  }

  private CorpusTotals encode(int threads, ProgressListener progress) {
    // Where to cut depends on how much there is; holding nothing out needs no first reading.
    CorpusTotals totals = validationFraction > 0 ? corpus.totals() : new CorpusTotals(0, 0, 0, 0);
    Function<TextPiece, FoldSplit.Range> split = split(totals);
    try (SplitWriter writer = new SplitWriter(trainingFile, validationFile, tokenizer, SplitWriter.Checkpoint.START);
        OrderedWork<SplitWriter.Encoded> encoders = new OrderedWork<>(threads, threads * BYTES_PER_THREAD, writer::append)) {
      CorpusTotals read =
          corpus.read(
              piece -> {
                byte[] utf8 = piece.utf8();
                FoldSplit.Range heldOut = split.apply(piece);
                boolean whole = heldOut.to() == utf8.length;
                byte[] head = whole ? utf8 : Arrays.copyOf(utf8, heldOut.to());
                encoders.give(
                    taskBytes(head), () -> SplitWriter.Encoded.of(head, heldOut.from(), whole && piece.last(), tokenizer));
                if (!whole) {
                  byte[] tail = Arrays.copyOfRange(utf8, heldOut.to(), utf8.length);
                  encoders.give(
                      taskBytes(tail), () -> SplitWriter.Encoded.of(tail, tail.length, piece.last(), tokenizer));
                }
              },
              progress);
      encoders.takeAll();
      writer.finish();
      return read;
    }
  }

  private static long taskBytes(byte[] text) {
    return BYTES_OF_TEXT_BYTE * text.length + TASK_BYTES;
  }
}
