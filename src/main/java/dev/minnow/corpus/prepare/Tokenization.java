package dev.minnow.corpus.prepare;

import dev.minnow.corpus.Corpus;
import dev.minnow.corpus.CorpusException;
import dev.minnow.corpus.CorpusTotals;
import dev.minnow.corpus.Fold;
import dev.minnow.corpus.FoldSplit;
import dev.minnow.corpus.HeldOutSplit;
import dev.minnow.corpus.ProgressListener;
import dev.minnow.corpus.RunFiles;
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

  /** @param validationFraction in [0, 1), what to hold out; 0 for nothing */
  public Tokenization(Corpus corpus, Tokenizer tokenizer, double validationFraction) {
    this(corpus, tokenizer, validationFraction, null);
  }

  /** One that holds out what a fold of cross-validation does, for a folder of this fold alone: files are not told apart by their fold. */
  public Tokenization(Corpus corpus, Tokenizer tokenizer, Fold fold) {
    this(corpus, tokenizer, fold.share(), fold);
  }

  private Tokenization(Corpus corpus, Tokenizer tokenizer, double validationFraction, @Nullable Fold fold) {
    HeldOutSplit.requireFraction(validationFraction);
    this.corpus = corpus;
    this.tokenizer = tokenizer;
    this.validationFraction = validationFraction;
    this.fold = fold;
  }

  /**
   * The token files of the corpus in a folder: those that are there, if they were made from the same files with the same tokenizer and
   * fraction and are undamaged, otherwise new ones. Whatever instant the process ends, none that is incomplete is ever taken for whole.
   *
   * @param folder made where it is missing
   * @param threads that encode, besides the calling one, which reads and writes
   * @param progress hears how much text was read, on the calling thread
   * @throws CorpusException if the corpus cannot be read or the folder cannot be written
   */
  public PreparedCorpus prepare(Path folder, int threads, ProgressListener progress) {
    if (threads < 1) {
      throw new IllegalArgumentException("The number of threads must be at least 1, not " + threads + ".");
    }
    try {
      Files.createDirectories(folder);
      Optional<PreparedCorpus> present = present(folder);
      return present.isPresent() ? present.get() : made(folder, threads, progress);
    } catch (IOException e) {
      throw CorpusException.unwritable(folder.toString(), e);
    }
  }

  /** What a folder has, if it is this and whole. */
  Optional<PreparedCorpus> present(Path folder) {
    if (PreparationManifest.read(folder).filter(found -> found.request().equals(request())).isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(PreparedCorpus.open(folder));
    } catch (CorpusException damaged) {
      // It is made anew from the corpus, which is at hand.
      return Optional.empty();
    }
  }

  private PreparedCorpus made(Path folder, int threads, ProgressListener progress) throws IOException {
    PreparationManifest.Request request = request();
    Path training = folder.resolve(RunFiles.TRAINING_TOKENS);
    Path validation = validationFraction > 0 ? folder.resolve(PreparedCorpus.VALIDATION) : null;
    PreparationManifest.remove(folder);
    if (validation == null) {
      Files.deleteIfExists(folder.resolve(PreparedCorpus.VALIDATION));
    }
    CorpusTotals totals = encode(training, validation, threads, progress);
    if (!request().equals(request)) {
      throw CorpusException.changed();
    }
    PreparedCorpus prepared = written(training, validation, totals.documents());
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

  private static PreparedCorpus written(Path trainingFile, @Nullable Path validationFile, long documents) {
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

  private CorpusTotals encode(Path trainingFile, @Nullable Path validationFile, int threads, ProgressListener progress) {
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
                boolean continues = !piece.first();
                byte[] head = whole ? utf8 : Arrays.copyOf(utf8, heldOut.to());
                encoders.give(
                    taskBytes(head), () -> SplitWriter.Encoded.of(head, heldOut.from(), continues, whole && piece.last(), tokenizer));
                if (!whole) {
                  byte[] tail = Arrays.copyOfRange(utf8, heldOut.to(), utf8.length);
                  encoders.give(
                      taskBytes(tail),
                      () -> SplitWriter.Encoded.of(tail, tail.length, continues || head.length > 0, piece.last(), tokenizer));
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
