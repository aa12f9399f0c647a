package dev.minnow.train.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minnow.checkpoint.CheckpointException;
import dev.minnow.checkpoint.CheckpointFolder;
import dev.minnow.checkpoint.HuggingFaceFolder;
import dev.minnow.checkpoint.SavedOptions;
import dev.minnow.corpus.prepare.PreparationManifest;
import dev.minnow.corpus.prepare.PreparedCorpus;
import dev.minnow.model.InitializationScheme;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.ParameterTable;
import dev.minnow.model.TokenCost;
import dev.minnow.train.TrainingException;
import dev.minnow.train.option.RunOptions;
import dev.minnow.train.option.TrainingText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a run's folder says of the model, its hyperparameters and its corpus. A run that has not saved yet says little; a damaged file
 * becomes a notice on the page, because the curves are worth having without it.
 */
final class RunFacts {
  private static final long LARGEST_MANIFEST_BYTES = 64L << 20;

  private final Path folder;
  private final List<String> notices = new ArrayList<>();

  RunFacts(Path folder) {
    this.folder = folder;
  }

  /** Everything as the page reads it. */
  ObjectNode json() {
    notices.clear();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    Path absolute = folder.toAbsolutePath().normalize();
    json.put("name", String.valueOf(absolute.getFileName()));
    json.put("path", absolute.toString());
    ObjectNode options = options();
    Optional<RunOptions> run = run(options);
    ArrayNode hyperparameters = json.putArray("hyperparameters");
    run.ifPresent(known -> known.words().forEach((name, word) -> {
      if (!name.equals("corpus")) {
        row(hyperparameters, name, word);
      }
    }));
    putModel(json, options, run.map(known -> known.setup().initialization()).orElse(InitializationScheme.GPT2));
    putCorpus(json.putArray("corpus"), options);
    json.put("steps", options.path("steps").asLong());
    ArrayNode said = json.putArray("notices");
    notices.forEach(said::add);
    return json;
  }

  private ObjectNode options() {
    try {
      return SavedOptions.find(folder).map(SavedOptions::options).orElseGet(JsonNodeFactory.instance::objectNode);
    } catch (CheckpointException e) {
      notices.add(String.valueOf(e.getMessage()));
      return JsonNodeFactory.instance.objectNode();
    }
  }

  /** The options as the command line takes them; none of a run that has not saved yet. */
  private Optional<RunOptions> run(ObjectNode options) {
    try {
      return options.isEmpty() ? Optional.empty() : Optional.of(RunOptions.stored(options));
    } catch (TrainingException e) {
      notices.add(String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private static void row(ArrayNode rows, String name, String value) {
    rows.addArray().add(name).add(value);
  }

  private void putModel(ObjectNode json, JsonNode options, InitializationScheme scheme) {
    Path file = folder.resolve("config.json");
    if (!Files.exists(file)) {
      return;
    }
    try {
      ParameterTable table = new ParameterTable(HuggingFaceFolder.readConfig(file), scheme);
      ModelConfig config = table.config();
      json.put(
          "model",
          String.format(
              Locale.ROOT, "%s, %d layers, %d heads, %d wide, context %,d, vocabulary %,d", config.architecture(), config.layerCount(),
              config.headCount(), config.width(), config.contextLength(), config.vocabularySize()));
      json.put("parameters", table.elementCount());
      json.put("flopsPerToken", TokenCost.flopsPerTrainedToken(table));
      json.put("tokensPerStep", options.path("batch").asLong() * options.path("accumulate").asLong() * config.contextLength());
      ParameterRows.put(json, table);
    } catch (CheckpointException | IllegalArgumentException | ArithmeticException e) {
      notices.add(String.valueOf(e.getMessage()));
    }
  }

  private void putCorpus(ArrayNode rows, ObjectNode options) {
    JsonNode words = options.path("corpus");
    if (words.isArray() && !words.isEmpty()) {
      row(rows, "corpus", Written.value(words));
    }
    TrainingText.stored(options)
        .filter(text -> text.tokens() >= 0)
        .ifPresent(text -> row(rows, "training tokens", String.format(Locale.ROOT, "%,d", text.tokens())));
    manifest(words).ifPresent(manifest -> CorpusRows.put(rows, manifest));
  }

  /** Of the prepared corpus that was trained on, else of the run's own token files. */
  private Optional<PreparationManifest> manifest(JsonNode words) {
    Optional<Path> prepared = words.size() == 1 ? PreparedCorpus.find(words.path(0).asText()) : Optional.empty();
    Path tokens = prepared.orElseGet(() -> new CheckpointFolder(folder).tokens());
    Path file = PreparationManifest.file(tokens);
    try {
      if (!Files.exists(file)) {
        return Optional.empty();
      }
      if (Files.size(file) > LARGEST_MANIFEST_BYTES) {
        notices.add(file.getFileName() + " is larger than 64 MiB and was not read.");
        return Optional.empty();
      }
    } catch (IOException e) {
      notices.add(file.getFileName() + " cannot be read.");
      return Optional.empty();
    }
    Optional<PreparationManifest> manifest = PreparationManifest.read(tokens);
    if (manifest.isEmpty()) {
      notices.add(file.getFileName() + " is damaged.");
    }
    return manifest;
  }
}
