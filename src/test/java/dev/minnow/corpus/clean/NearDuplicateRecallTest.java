package dev.minnow.corpus.clean;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.corpus.clean.NearCopies.Change;
import dev.minnow.tokenizer.SharedData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Measures how many injected near-copies are found and how many of those found are copies. */
class NearDuplicateRecallTest {
  private static final int PASSAGE_CHARACTERS = 2000;
  private static final double INJECTED = 0.05;
  /** A single run injects 70 copies; one copy more or less would be 1.4 %. */
  private static final int RUNS = 4;

  @TempDir
  Path folder;

  /** Injected copies and those found, of one kind. */
  private static final class Found {
    int injected;
    int found;
  }

  private final Map<Change, Found> byChange = new EnumMap<>(Change.class);
  private long injectedPairs;
  private long foundPairs;
  private long groupedPairs;

  /** Passages, each followed somewhere later by its copy or by none. */
  private void run(List<String> passages, long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    NearCopies copies = new NearCopies(passages, random.nextLong());
    List<String> documents = new ArrayList<>(passages);
    List<Integer> originals = new ArrayList<>();
    List<Change> changes = new ArrayList<>();
    for (int i = 0; i < passages.size() * INJECTED; i++) {
      // One copy a passage, so that a group of three is an error.
      int original;
      do {
        original = random.nextInt(passages.size());
      } while (originals.contains(original));
      Change change = Change.values()[i % Change.values().length];
      originals.add(original);
      changes.add(change);
      documents.add(copies.copy(passages.get(original), change));
    }
    count(Passages.group(documents, CleaningOptions.defaults().similarity(), folder), passages.size(), originals, changes);
  }

  private void count(DuplicateGroups groups, int passages, List<Integer> originals, List<Change> changes) {
    for (int i = 0; i < originals.size(); i++) {
      Found found = byChange.computeIfAbsent(changes.get(i), change -> new Found());
      found.injected++;
      if (groups.group(passages + i) == groups.group(originals.get(i))) {
        found.found++;
        foundPairs++;
      }
    }
    injectedPairs += originals.size();
    Map<Integer, Long> sizes = new HashMap<>();
    for (int i = 0; i < groups.documents(); i++) {
      sizes.merge(groups.group(i), 1L, Long::sum);
    }
    groupedPairs += sizes.values().stream().mapToLong(size -> size * (size - 1) / 2).sum();
  }

  @Test
  void nearCopiesInBooksAreFoundAndNothingElse() throws IOException {
    List<String> passages = Passages.ofFolder(SharedData.require("corpora/books"), PASSAGE_CHARACTERS);
    for (int seed = 1; seed <= RUNS; seed++) {
      run(passages, seed);
    }
    double recall = (double) foundPairs / injectedPairs;
    double precision = (double) foundPairs / groupedPairs;
    StringBuilder report =
        new StringBuilder("near-duplicates: %d passages, %d runs, %d copies: recall %.4f, precision %.4f;"
            .formatted(passages.size(), RUNS, injectedPairs, recall, precision));
    byChange.forEach((change, found) -> report.append(" %s %d of %d".formatted(change, found.found, found.injected)));
    System.out.println(report);
    assertTrue(recall >= 0.95, report.toString());
    assertTrue(precision >= 0.98, report.toString());
  }
}
