package dev.minnow.corpus;

import dev.minnow.corpus.fetch.FetchListener;
import dev.minnow.tokenizer.DocumentSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Documents of text in a fixed order, read from files as a stream, in bounded memory and as often as wanted: once to train a tokenizer,
 * once more to encode. For one thread at a time.
 *
 * <p>A plain-text file is one document, so is each text entry of a zip archive, and each line of a {@code .jsonl} file is one. CRLF
 * becomes LF and a byte order mark at the start is dropped; nothing else is changed. What is not valid UTF-8 is an error.
 */
public final class Corpus implements DocumentSource {
  /**
   * A file that a corpus is read from, as it is now.
   *
   * @param path absolute
   * @param recipe what is made of it
   */
  public record Fingerprint(String path, String recipe, long bytes, long modifiedNanos) {}

  private final List<Source> sources;
  private final Set<String> passedOver = new TreeSet<>();
  private @Nullable CorpusTotals totals;

  private Corpus(List<Source> sources) {
    this.sources = sources;
  }

  /**
   * The corpus that a command line names: files (text, {@code .gz}, {@code .zip}, {@code .jsonl}), folders, globs, or names of the
   * catalogue, one after the other. A corpus of the catalogue that is not on this machine is fetched.
   *
   * @param listener hears of what is fetched
   * @throws CorpusException if one of them names nothing that can be read
   * @throws dev.minnow.corpus.fetch.FetchException if a corpus of the catalogue cannot be fetched
   */
  public static Corpus open(Collection<String> words, FetchListener listener) {
    return open(words, CorpusCatalog.load().withListener(listener));
  }

  /** As {@link #open(Collection, FetchListener)}, fetching without a word. */
  public static Corpus open(Collection<String> words) {
    return open(words, new FetchListener() {});
  }

  static Corpus open(Collection<String> words, CorpusCatalog catalog) {
    if (words.isEmpty()) {
      throw new CorpusException("No corpus was given; name a file, a folder or one of: " + catalog.names() + ".");
    }
    SourceFinder finder = new SourceFinder(catalog);
    words.forEach(finder::add);
    return new Corpus(finder.sources());
  }

  static Corpus of(Source... sources) {
    return new Corpus(List.of(sources));
  }

  /**
   * Reads all text, in the same pieces and order each time.
   *
   * @param consumer called on this thread; what it throws ends the reading
   * @throws CorpusException if something is not text, cannot be read, has changed since the last reading, or if there is no text at all
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
    DocumentReader reader =
        new DocumentReader(
            piece -> {
              counter.add(piece);
              consumer.accept(piece);
              progress.update(counter.bytes(), Math.max(counter.bytes(), expectedBytes));
            });
    for (Source source : sources) {
      try {
        source.read(reader);
      } catch (IOException e) {
        throw CorpusException.unreadable(source.file().toString(), e);
      }
    }
    passedOver.addAll(reader.passedOver());
    CorpusTotals counted = counter.totals();
    if (counted.documents() == 0) {
      throw new CorpusException("There is no text in " + sourceNames() + "; give files of UTF-8 text.");
    }
    if (totals != null && !totals.equals(counted)) {
      throw new CorpusException(sourceNames() + " changed while it was being read; start again when it rests.");
    }
    totals = counted;
    return counted;
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
    long bytes = 0;
    for (Source source : sources) {
      try {
        bytes += source.estimatedBytes();
      } catch (IOException e) {
        throw CorpusException.unreadable(source.file().toString(), e);
      }
    }
    return bytes;
  }

  /** Names of the files and entries in folders, globs and archives that readings so far passed over because they are not text. */
  public Set<String> passedOver() {
    return Collections.unmodifiableSet(passedOver);
  }

  /** What the files are now, for recognising them later. */
  public List<Fingerprint> fingerprints() {
    List<Fingerprint> prints = new ArrayList<>();
    for (Source source : sources) {
      Path file = source.file();
      try {
        FileTime modified = Files.getLastModifiedTime(file);
        prints.add(
            new Fingerprint(file.toRealPath().toString(), source.recipe(), Files.size(file), modified.to(TimeUnit.NANOSECONDS)));
      } catch (IOException e) {
        throw CorpusException.unreadable(file.toString(), e);
      }
    }
    return prints;
  }

  private String sourceNames() {
    Optional<Source> only = sources.size() == 1 ? Optional.of(sources.getFirst()) : Optional.empty();
    return only.map(source -> source.file().toString()).orElse("the " + sources.size() + " files of the corpus");
  }
}
