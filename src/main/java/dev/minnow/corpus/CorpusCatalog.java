package dev.minnow.corpus;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The corpora that Minnow knows by name, read from {@code corpora/catalog.json}, which the build copies beside this class. */
public final class CorpusCatalog {
  /**
   * One corpus.
   *
   * @param name what to write on the command line
   * @param description one line for a person
   * @param from how it is had; {@code running-jdk}: from the JDK that runs
   * @param licence of the text
   * @param bytes of text, about
   * @param sha256 of the file it comes from, where there is one file for everybody
   */
  public record Entry(String name, String description, String from, String licence, long bytes, @Nullable String sha256) {}

  private record Content(List<Entry> corpora) {}

  private final List<Entry> entries;

  private CorpusCatalog(List<Entry> entries) {
    this.entries = entries;
  }

  /** The catalogue that this build carries. */
  public static CorpusCatalog load() {
    JsonMapper json = JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES).build();
    try (InputStream in = CorpusCatalog.class.getResourceAsStream("catalog.json")) {
      if (in == null) {
        throw new IllegalStateException("The build left out corpora/catalog.json; build again.");
      }
      return new CorpusCatalog(List.copyOf(json.readValue(in, Content.class).corpora()));
    } catch (IOException e) {
      throw new UncheckedIOException("The build carries a corpora/catalog.json that is not a catalogue; correct it.", e);
    }
  }

  /** All entries, in the order of the file. */
  public List<Entry> entries() {
    return entries;
  }

  /** The names, for messages. */
  String names() {
    return String.join(", ", entries.stream().map(Entry::name).toList());
  }

  /** The source of a corpus, or nothing where the catalogue does not have the name. */
  Optional<Source> find(String name) {
    return entries.stream().filter(entry -> entry.name().equals(name)).findFirst().map(CorpusCatalog::source);
  }

  private static Source source(Entry entry) {
    if (!entry.from().equals("running-jdk")) {
      throw new IllegalStateException("corpora/catalog.json has " + entry.name() + " from an unknown place, " + entry.from() + ".");
    }
    return JdkSources.of(Path.of(System.getProperty("java.home")));
  }
}
