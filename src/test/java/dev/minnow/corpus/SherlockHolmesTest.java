package dev.minnow.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.corpus.read.ProblemKind;
import dev.minnow.tokenizer.SharedData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** One book as three files: ASCII, Latin-1 and HTML. */
class SherlockHolmesTest {
  private static final List<String> FILES = List.of("1661.txt", "1661-8.txt", "1661-h.htm");

  private static Corpus corpus(String file) {
    return CorpusReading.open(SharedData.require("corpora/sherlock").resolve(file));
  }

  /** How often each run of five words occurs; accents go, since the ASCII file has none. */
  private static Map<String, Integer> runsOfWords(String text) {
    String plain = Normalizer.normalize(text, Normalizer.Form.NFD).replaceAll("\\p{M}", "").toLowerCase(Locale.ROOT);
    List<String> words = Arrays.asList(plain.replaceAll("[^a-z0-9\\s]", "").strip().split("\\s+"));
    Map<String, Integer> runs = new HashMap<>();
    for (int i = 0; i + 5 <= words.size(); i++) {
      runs.merge(String.join(" ", words.subList(i, i + 5)), 1, Integer::sum);
    }
    return runs;
  }

  private static double shareInCommon(Map<String, Integer> one, Map<String, Integer> other) {
    long common = one.entrySet().stream().mapToLong(run -> Math.min(run.getValue(), other.getOrDefault(run.getKey(), 0))).sum();
    long most = Math.max(one.values().stream().mapToInt(n -> n).sum(), other.values().stream().mapToInt(n -> n).sum());
    return (double) common / most;
  }

  @Test
  void itsThreeFilesReadToNearlyTheSameText() {
    List<Map<String, Integer>> books = FILES.stream().map(file -> runsOfWords(CorpusReading.texts(corpus(file)).getFirst())).toList();
    assertTrue(shareInCommon(books.get(0), books.get(1)) > 0.99, "ASCII and Latin-1: " + shareInCommon(books.get(0), books.get(1)));
    assertTrue(shareInCommon(books.get(0), books.get(2)) > 0.96, "ASCII and HTML: " + shareInCommon(books.get(0), books.get(2)));
    assertTrue(shareInCommon(books.get(1), books.get(2)) > 0.96, "Latin-1 and HTML: " + shareInCommon(books.get(1), books.get(2)));
  }

  @Test
  void theLatin1FileIsReadAsWhatItIs() throws IOException {
    Path file = SharedData.require("corpora/sherlock").resolve("1661-8.txt");
    Corpus corpus = CorpusReading.open(file);
    String expected = Files.readString(file, StandardCharsets.ISO_8859_1).replace("\r\n", "\n");
    assertEquals(expected, CorpusReading.texts(corpus).getFirst());
    CorpusReading.assertProblem(corpus, ProblemKind.OTHER_ENCODING, 1, file.toString());
  }
}
