package dev.minnow.corpus;

import dev.minnow.corpus.read.ProblemKind;
import dev.minnow.corpus.read.ReadingFault;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What was wrong with the documents of a corpus: how many of each kind, and the first of them by name. */
public final class ReadingProblems {
  /** Examples that are kept of each kind. */
  public static final int MOST_EXAMPLES = 20;

  /**
   * One document.
   *
   * @param document its name, or that of the file or archive where the rest of that was lost
   * @param sentence what is wrong with it and what to do, beginning with the name
   */
  public record Example(String document, String sentence) {}

  private static final class Tally {
    private long documents;
    private final List<Example> examples = new ArrayList<>();
  }

  private final Map<ProblemKind, Tally> tallies = new EnumMap<>(ProblemKind.class);
  private @Nullable IOException latest;
  private @Nullable String firstLost;

  /** Notes a document that was not read, or not to its end. A failure that ends both an entry and its archive is one problem. */
  void lost(String name, IOException cause) {
    if (cause.equals(latest)) {
      return;
    }
    latest = cause;
    String sentence =
        cause instanceof ReadingFault ? name + " " + cause.getMessage() : CorpusException.unreadable(name, cause).getMessage();
    if (firstLost == null) {
      firstLost = printable(sentence);
    }
    add(ReadingFault.kindOf(cause), name, sentence);
  }

  /** Notes a document that was read, but changed. */
  void changed(ProblemKind kind, String name, String what) {
    add(kind, name, name + " " + what);
  }

  private void add(ProblemKind kind, String name, @Nullable String sentence) {
    Tally tally = tallies.computeIfAbsent(kind, k -> new Tally());
    tally.documents++;
    if (tally.examples.size() < MOST_EXAMPLES) {
      tally.examples.add(new Example(printable(name), printable(sentence)));
    }
  }

  /** Names in archives and messages about bytes are not to be trusted with a terminal. */
  private static String printable(@Nullable String text) {
    return String.valueOf(text).replaceAll("\\p{Cntrl}", "?");
  }

  void addAll(ReadingProblems others) {
    others.tallies.forEach(
        (kind, other) -> {
          Tally tally = tallies.computeIfAbsent(kind, k -> new Tally());
          tally.documents += other.documents;
          other.examples.stream().limit(MOST_EXAMPLES - tally.examples.size()).forEach(tally.examples::add);
        });
  }

  /** Begins on what somebody asked for by one word. */
  void beginWord() {
    firstLost = null;
  }

  /** What is wrong with the first document that was lost since {@link #beginWord}. */
  Optional<String> firstLost() {
    return Optional.ofNullable(firstLost);
  }

  /** Whether every document was read as it is. */
  public boolean isEmpty() {
    return tallies.isEmpty();
  }

  /** Documents by kind, without kinds that did not occur. A document may be of several kinds. */
  public Map<ProblemKind, Long> counts() {
    Map<ProblemKind, Long> counts = new EnumMap<>(ProblemKind.class);
    tallies.forEach((kind, tally) -> counts.put(kind, tally.documents));
    return counts;
  }

  /** The first {@link #MOST_EXAMPLES} documents of a kind, in the order of reading. */
  public List<Example> examples(ProblemKind kind) {
    Tally tally = tallies.get(kind);
    return tally == null ? List.of() : Collections.unmodifiableList(tally.examples);
  }

  /** One sentence for each kind that occurred, with its first example. */
  public List<String> sentences() {
    List<String> sentences = new ArrayList<>();
    tallies.forEach(
        (kind, tally) -> {
          String documents = tally.documents == 1 ? "1 document; " : tally.documents + " documents; the first: ";
          sentences.add(kind.phrase() + ": " + documents + tally.examples.getFirst().sentence());
        });
    return sentences;
  }
}
