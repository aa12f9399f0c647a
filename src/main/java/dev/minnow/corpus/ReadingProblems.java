package dev.minnow.corpus;

import dev.minnow.corpus.read.ProblemKind;
import dev.minnow.corpus.read.ReadingFault;
import dev.minnow.tokenizer.unicode.Quotes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What was wrong with the documents of a corpus: how many of each kind, and the first of them by name. */
public final class ReadingProblems {
  private static final class Tally {
    private final String first;
    private long documents;

    Tally(String first) {
      this.first = first;
    }
  }

  /** Characters of a sentence; a name in an archive may be longer. */
  private static final int LONGEST = 1_000;

  private final Map<ProblemKind, Tally> tallies = new EnumMap<>(ProblemKind.class);
  private @Nullable IOException latest;
  private @Nullable String firstLost;

  /** Notes a document that was not read, or not to its end. A failure that ends both an entry and its archive is one problem. */
  void lost(String name, IOException cause) {
    if (cause.equals(latest)) {
      return;
    }
    latest = cause;
    String sentence = CorpusException.unreadable(name, cause).getMessage();
    if (firstLost == null) {
      firstLost = printable(sentence);
    }
    add(ReadingFault.kindOf(cause), sentence);
  }

  /** Notes a document that was read, but changed. */
  void changed(ProblemKind kind, String name, String what) {
    add(kind, name + " " + what);
  }

  private void add(ProblemKind kind, @Nullable String sentence) {
    tallies.computeIfAbsent(kind, k -> new Tally(printable(sentence))).documents++;
  }

  /** Names in archives and messages about bytes are not to be trusted with a terminal. */
  private static String printable(@Nullable String text) {
    return Quotes.plain(String.valueOf(text), LONGEST);
  }

  void addAll(ReadingProblems others) {
    others.tallies.forEach((kind, other) -> tallies.computeIfAbsent(kind, k -> new Tally(other.first)).documents += other.documents);
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

  /** One sentence for each kind that occurred, with its first document. */
  public List<String> sentences() {
    List<String> sentences = new ArrayList<>();
    tallies.forEach(
        (kind, tally) -> {
          String count = tally.documents + " " + kind.unit() + (tally.documents == 1 ? "; " : "s; the first: ");
          sentences.add(kind.phrase() + ": " + count + tally.first);
        });
    return sentences;
  }
}
