package dev.minnow.train.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.minnow.corpus.Corpus;
import dev.minnow.corpus.clean.CleaningOptions;
import dev.minnow.corpus.prepare.PreparationManifest;
import dev.minnow.corpus.prepare.PreparationReport;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The {@code manifest.json} beside token files as rows: how much text there is, where it is from and what was left out of it. */
final class CorpusRows {
  private static final int MOST_SOURCES = 20;

  private CorpusRows() {}

  /** Adds what the manifest has. */
  static void put(ArrayNode rows, PreparationManifest manifest) {
    row(rows, "documents", number(manifest.documents()));
    contents(rows, "training text", manifest.training());
    contents(rows, "held-out text", manifest.validation());
    row(rows, "vocabulary", number(manifest.request().vocabularySize()));
    CleaningOptions cleaning = manifest.request().cleaning();
    if (cleaning != null) {
      row(rows, "cleaning", cleaning.toString().replaceAll("^\\w+\\[|]$", "").replace("=", " "));
    }
    PreparationReport preparation = manifest.preparation();
    if (preparation != null) {
      row(rows, "documents read", number(preparation.readDocuments()));
      preparation.dropped()
          .forEach(
              (reason, dropped) -> row(
                  rows, "left out, " + words(reason), number(dropped.documents()) + " documents, " + number(dropped.bytes()) + " bytes"));
      preparation.problems().forEach((problem, count) -> row(rows, "problem, " + words(problem), number(count)));
    }
    List<Corpus.Fingerprint> sources = manifest.request().sources();
    row(rows, "files", number(sources.size()));
    sources.stream().limit(MOST_SOURCES).forEach(source -> row(rows, "", source.path() + ", " + number(source.bytes()) + " bytes"));
  }

  private static void contents(ArrayNode rows, String name, PreparationManifest.@Nullable Contents contents) {
    if (contents != null) {
      row(rows, name, number(contents.tokens()) + " tokens, " + number(contents.textBytes()) + " bytes");
    }
  }

  private static void row(ArrayNode rows, String name, String value) {
    rows.addArray().add(name).add(value);
  }

  private static String words(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
