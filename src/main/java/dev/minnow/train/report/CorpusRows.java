package dev.minnow.train.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.Locale;
import java.util.Map;

/** The {@code manifest.json} beside token files as rows: how much text there is, where it is from and what was left out of it. */
final class CorpusRows {
  private static final int MOST_SOURCES = 20;

  private CorpusRows() {}

  /** Adds what the manifest has; one that is missing has nothing. */
  static void put(ArrayNode rows, JsonNode manifest) {
    count(rows, "documents", manifest.path("documents"));
    contents(rows, "training text", manifest.path("training"));
    contents(rows, "held-out text", manifest.path("validation"));
    JsonNode request = manifest.path("request");
    count(rows, "vocabulary", request.path("vocabularySize"));
    JsonNode cleaning = request.path("cleaning");
    if (cleaning.isObject()) {
      row(rows, "cleaning", cleaning.toString().replaceAll("[{}\"]", "").replace(",", ", ").replace(":", " "));
    }
    JsonNode preparation = manifest.path("preparation");
    count(rows, "documents read", preparation.path("readDocuments"));
    for (Map.Entry<String, JsonNode> reason : preparation.path("dropped").properties()) {
      row(
          rows, "left out, " + words(reason.getKey()), number(reason.getValue().path("documents")) + " documents, "
              + number(reason.getValue().path("bytes")) + " bytes");
    }
    preparation.path("problems").properties().forEach(problem -> count(rows, "problem, " + words(problem.getKey()), problem.getValue()));
    JsonNode sources = request.path("sources");
    if (sources.isArray()) {
      row(rows, "files", number(sources.size()));
      sources
          .valueStream()
          .limit(MOST_SOURCES)
          .forEach(source -> row(rows, "", source.path("path").asText() + ", " + number(source.path("bytes")) + " bytes"));
    }
  }

  private static void contents(ArrayNode rows, String name, JsonNode contents) {
    if (contents.isObject()) {
      row(rows, name, number(contents.path("tokens")) + " tokens, " + number(contents.path("textBytes")) + " bytes");
    }
  }

  private static void count(ArrayNode rows, String name, JsonNode value) {
    if (value.isNumber()) {
      row(rows, name, number(value));
    }
  }

  private static void row(ArrayNode rows, String name, String value) {
    rows.addArray().add(name).add(value);
  }

  private static String words(String constant) {
    return constant.toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static String number(JsonNode value) {
    return number(value.asLong());
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
