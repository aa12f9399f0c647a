package dev.minnow.corpus;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.corpus.read.ProblemKind;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a corpus gives, gathered for assertions. */
final class CorpusReading {
  private CorpusReading() {}

  /** The documents' bytes under their names, in order. */
  static Map<String, byte[]> documents(Corpus corpus) {
    Map<String, ByteArrayOutputStream> gathered = new LinkedHashMap<>();
    corpus.read(
        piece -> {
          if (piece.first() && gathered.containsKey(piece.document())) {
            throw new AssertionError(piece.document() + " came twice");
          }
          gathered.computeIfAbsent(piece.document(), name -> new ByteArrayOutputStream()).writeBytes(piece.utf8());
        });
    Map<String, byte[]> documents = new LinkedHashMap<>();
    gathered.forEach((name, bytes) -> documents.put(name, bytes.toByteArray()));
    return documents;
  }

  /** The documents as strings, in order. */
  static List<String> texts(Corpus corpus) {
    return documents(corpus).values().stream().map(bytes -> new String(bytes, StandardCharsets.UTF_8)).toList();
  }

  /** The names of documents relative to a folder, in order, with {@code /} between folders. */
  static List<String> names(Corpus corpus, Path folder) {
    return documents(corpus).keySet().stream().map(name -> name.substring(folder.toString().length() + 1).replace('\\', '/')).toList();
  }

  /** Requires that so many documents or files have a problem, and that this is the first. */
  static void assertProblem(Corpus corpus, ProblemKind kind, int documents, String first) {
    String count = documents + " " + kind.unit() + (documents == 1 ? "; " : "s; the first: ");
    String expected = kind.phrase() + ": " + count + first + " ";
    List<String> sentences = corpus.problems().sentences();
    assertTrue(sentences.stream().anyMatch(sentence -> sentence.startsWith(expected)), () -> expected + "... is not in " + sentences);
  }

  static Corpus open(Path... paths) {
    return Corpus.open(List.of(paths).stream().map(Path::toString).toList());
  }
}
