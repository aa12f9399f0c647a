package dev.minnow.corpus;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.minnow.corpus.fetch.FileFetcher;
import dev.minnow.corpus.fetch.RemoteFile;
import dev.minnow.tokenizer.WorkListener;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The corpora that Minnow knows by name, read from {@code corpora/catalog.json}, which the build copies beside this class. Those that come
 * from the network lie in a folder of their name, see {@link CorporaFolder}.
 */
public final class CorpusCatalog {
  /**
   * One corpus.
   *
   * @param name what to write on the command line
   * @param description one line for a person
   * @param contents what is read: format, and field or entry
   * @param licence of the text
   * @param bytes of text, about, where that is known
   * @param file that it is fetched as; null for the sources of the JDK that runs
   * @param entry of a zip archive that alone is read; null for all
   */
  public record Entry(
      String name,
      String description,
      String contents,
      String licence,
      @Nullable Long bytes,
      @Nullable RemoteFile file,
      @Nullable String entry) {}

  private record Content(List<Entry> corpora) {}

  private final List<Entry> entries;
  private final Path folder;
  private final FileFetcher fetcher;

  private CorpusCatalog(List<Entry> entries, Path folder, FileFetcher fetcher) {
    this.entries = entries;
    this.folder = folder;
    this.fetcher = fetcher;
  }

  /** The catalogue that this build carries. */
  public static CorpusCatalog load() {
    try (InputStream in = CorpusCatalog.class.getResourceAsStream("catalog.json")) {
      if (in == null) {
        throw new IllegalStateException("The build left out corpora/catalog.json; build again.");
      }
      return read(in, CorporaFolder.ofThisProgram());
    } catch (IOException e) {
      throw new UncheckedIOException("The build carries a corpora/catalog.json that is not a catalogue; correct it.", e);
    }
  }

  /** A catalogue whose files lie in a given folder. */
  static CorpusCatalog read(InputStream in, Path folder) throws IOException {
    JsonMapper json = JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES).build();
    return new CorpusCatalog(List.copyOf(json.readValue(in, Content.class).corpora()), folder, new FileFetcher(WorkListener.SILENT));
  }

  /** The same catalogue, telling what it fetches. */
  CorpusCatalog withListener(WorkListener listener) {
    return new CorpusCatalog(entries, folder, new FileFetcher(listener));
  }

  /** All entries, in the order of the file. */
  public List<Entry> entries() {
    return entries;
  }

  /** The names, for messages. */
  String names() {
    return String.join(", ", entries.stream().map(Entry::name).toList());
  }

  /** Where the file of a corpus is, or will be. */
  public Path path(Entry entry) {
    RemoteFile file = entry.file();
    return file == null ? JdkSources.archive(javaHome()) : folder.resolve(entry.name()).resolve(file.name());
  }

  /** Whether a corpus is on this machine, going by its file's size alone. */
  public boolean isHere(Entry entry) {
    RemoteFile file = entry.file();
    return file == null ? Files.isReadable(path(entry)) : FileFetcher.isThere(file, folder.resolve(entry.name()));
  }

  /**
   * The source of a corpus, fetched if it is not here, or nothing where the catalogue does not have the name.
   *
   * @throws CorpusException if the JDK ships no sources
   * @throws dev.minnow.corpus.fetch.FetchException if it cannot be fetched
   */
  Optional<Source> find(String name) {
    return entries.stream().filter(entry -> entry.name().equals(name)).findFirst().map(this::source);
  }

  private Source source(Entry entry) {
    RemoteFile remote = entry.file();
    if (remote == null) {
      return JdkSources.of(javaHome());
    }
    Path file = fetcher.fetch(remote, folder.resolve(entry.name()), entry.name(), entry.licence());
    String only = entry.entry();
    return only == null ? SourceFinder.sourceOf(file, true)
        : new ZipSource(file, "zip entry " + only, only::equals, UnaryOperator.identity());
  }

  private static Path javaHome() {
    return Path.of(System.getProperty("java.home"));
  }
}
