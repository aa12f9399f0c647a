package dev.minnow.corpus;

import dev.minnow.tokenizer.DocumentSource;
import dev.minnow.tokenizer.WorkListener;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Documents of text in a fixed order, read from files as a stream, in bounded memory and as often as wanted: once to train a tokenizer,
 * once more to encode. For one thread at a time.
 *
 * <p>The end of a file's name says what it is. Plain text, Markdown and sources are one document each, and so is a page of HTML
 * ({@code .html .htm .xhtml}) without its markup. Each line of {@code .jsonl} or {@code .ndjson}, each element of an array in {@code .json}
 * and each row of {@code .csv} or {@code .tsv} is a document. Any of these may be packed ({@code .gz .zst}), and archives
 * ({@code .zip .tar .tar.gz .tgz .tar.zst}) hold any number of them unpacked. Encodings are found out and all text becomes UTF-8 with lines
 * that end in LF; see {@link dev.minnow.corpus.read.NormalizedText}.
 *
 * <p>What is wrong with a document is noted in {@link #problems} and ends nothing but that document, or the rest of its archive. What
 * somebody asked for by a word of its own must yield some text, though.
 */
public final class Corpus implements DocumentSource {
  /** The word for standard input. */
  public static final String STANDARD_INPUT = "-";

  /**
   * A file that a corpus is read from, as it is now.
   *
   * @param path absolute
   * @param recipe what is made of it
   */
  public record Fingerprint(String path, String recipe, long bytes, long modifiedNanos) {}

  private final List<SourceFinder.Found> found;
  private final ReadingOptions options;
  private final ReadingProblems foundProblems;
  private ReadingProblems problems;
  private @Nullable CorpusTotals totals;

  private Corpus(List<SourceFinder.Found> found, ReadingOptions options, ReadingProblems foundProblems) {
    this.found = found;
    this.options = options;
    this.foundProblems = foundProblems;
    this.problems = foundProblems;
  }

  /**
   * The corpus that a command line names: files, folders, globs, names of the catalogue, or {@code -} for standard input, which is kept in
   * a temporary file until the program ends. A corpus of the catalogue that is not on this machine is fetched.
   *
   * @param listener hears of what is fetched
   * @throws CorpusException if one of them names nothing that can be read
   * @throws dev.minnow.corpus.fetch.FetchException if a corpus of the catalogue cannot be fetched
   */
  public static Corpus open(Collection<String> words, WorkListener listener) {
    return open(words, ReadingOptions.defaults(), listener);
  }

  /** As {@link #open(Collection, WorkListener)}, saying where the text stands in files that hold more than text. */
  public static Corpus open(Collection<String> words, ReadingOptions options, WorkListener listener) {
    return open(words, options, CorpusCatalog.load().withListener(listener), System.in);
  }

  /** As {@link #open(Collection, WorkListener)}, fetching without a word. */
  public static Corpus open(Collection<String> words) {
    return open(words, WorkListener.SILENT);
  }

  /**
   * A word that means the same in any working folder: an absolute path or glob, a name of the catalogue, or standard input.
   *
   * @throws CorpusException if it is empty
   */
  public static String absolute(String word) {
    requireName(word);
    boolean known = word.equals(STANDARD_INPUT) || CorpusCatalog.load().entries().stream().anyMatch(entry -> entry.name().equals(word));
    return known ? word : WorkingFolder.current().absolute(word);
  }

  static Corpus open(Collection<String> words, ReadingOptions options, CorpusCatalog catalog, InputStream standardInput) {
    if (words.isEmpty()) {
      throw new CorpusException("No corpus was given; name a file, a folder or one of: " + catalog.names() + ".");
    }
    words.forEach(Corpus::requireName);
    SourceFinder finder = new SourceFinder(catalog, options, standardInput);
    words.forEach(finder::add);
    return new Corpus(finder.found(), options, finder.problems());
  }

  private static void requireName(String word) {
    if (word.isEmpty()) {
      throw new CorpusException("A corpus has no name; name a file, or . for this folder.");
    }
  }

  static Corpus of(Source... sources) {
    List<SourceFinder.Found> found = Stream.of(sources).map(source -> new SourceFinder.Found(source.name(), List.of(source))).toList();
    return new Corpus(found, ReadingOptions.defaults(), new ReadingProblems());
  }

  /**
   * Reads all text, in the same pieces and order each time.
   *
   * @param consumer called on this thread; what it throws ends the reading
   * @throws CorpusException if a word's files have no text at all, or if something has changed since the last reading
   */
  public CorpusTotals read(Consumer<TextPiece> consumer) {
    return read(consumer, (done, total) -> {});
  }

  /** Reads all text for a tokenizer to learn from. */
  @Override
  public void forEach(Consumer<byte[]> sink) {
    read(piece -> sink.accept(piece.utf8()));
  }

  /** As {@link #read(Consumer)}, telling how far it has come after each piece. */
  public CorpusTotals read(Consumer<TextPiece> consumer, ProgressListener progress) {
    TotalsCounter counter = new TotalsCounter();
    long expectedBytes = estimatedBytes();
    problems = new ReadingProblems();
    problems.addAll(foundProblems);
    DocumentReader documents =
        new DocumentReader(
            piece -> {
              counter.add(piece);
              consumer.accept(piece);
              progress.update(counter.bytes(), Math.max(counter.bytes(), expectedBytes));
            },
            problems);
    FormatReader reader = new FormatReader(documents, options, problems);
    for (SourceFinder.Found word : found) {
      long before = counter.totals().documents();
      problems.beginWord();
      read(word.sources(), reader);
      if (counter.totals().documents() == before && !word.sources().isEmpty()) {
        throw withoutText(word);
      }
    }
    CorpusTotals counted = counter.totals();
    if (totals != null && !totals.equals(counted)) {
      throw new CorpusException(sourceNames() + " changed while it was being read; start again when it rests.");
    }
    totals = counted;
    return counted;
  }

  private void read(List<Source> sources, FormatReader reader) {
    for (Source source : sources) {
      try {
        source.read(reader);
      } catch (NoClassDefFoundError e) {
        throw OptionalLibrary.missing(source.name(), e).orElseThrow(() -> e);
      } catch (IOException e) {
        problems.lost(source.name(), e);
      }
    }
  }

  private CorpusException withoutText(SourceFinder.Found word) {
    Optional<String> reason = problems.firstLost();
    if (word.sources().size() == 1 && reason.isPresent()) {
      return new CorpusException(reason.get());
    }
    String subject = word.sources().size() == 1 ? word.sources().getFirst().name() : "any of the files of " + word.word();
    return new CorpusException(
        "There is no text in " + subject + reason.map(first -> "; the first problem: " + first).orElse("; give files of text."));
  }

  /** How much text there is; reads all of it unless that was done before. */
  public CorpusTotals totals() {
    return totals != null ? totals : read(piece -> {});
  }

  /** Bytes of text: exact once all was read, estimated from the sizes of files before. */
  public long estimatedBytes() {
    if (totals != null) {
      return totals.bytes();
    }
    return sources().mapToLong(Corpus::estimatedBytes).sum();
  }

  private static long estimatedBytes(Source source) {
    try {
      return source.estimatedBytes();
    } catch (IOException unreadable) {
      // Nothing comes of it, as reading it will note.
      return 0;
    }
  }

  /** What was wrong with documents, as the latest reading found. */
  public ReadingProblems problems() {
    return problems;
  }

  private Stream<Source> sources() {
    return found.stream().flatMap(word -> word.sources().stream());
  }

  /** What the files are now, for recognising them later. */
  public List<Fingerprint> fingerprints() {
    List<Fingerprint> prints = new ArrayList<>();
    for (Source source : sources().toList()) {
      Path file = source.file();
      String recipe = source.recipe() + ", " + options.recipe();
      try {
        FileTime modified = Files.getLastModifiedTime(file);
        prints.add(new Fingerprint(file.toRealPath().toString(), recipe, Files.size(file), modified.to(TimeUnit.NANOSECONDS)));
      } catch (IOException e) {
        throw CorpusException.unreadable(file.toString(), e);
      }
    }
    return prints;
  }

  private String sourceNames() {
    List<String> names = sources().map(Source::name).toList();
    return names.size() == 1 ? names.getFirst() : "The " + names.size() + " files of the corpus";
  }
}
