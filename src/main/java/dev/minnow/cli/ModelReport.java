package dev.minnow.cli;

import dev.minnow.checkpoint.LoadedModel;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.Parameter;
import dev.minnow.model.ParameterKind;
import dev.minnow.model.ParameterTable;
import dev.minnow.model.TensorStatistics;
import dev.minnow.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * What {@code inspect} prints.
 *
 * @param table of the model
 * @param tokenizer of it, where it has one
 * @param statistics of each entry of the table
 */
record ModelReport(ParameterTable table, Optional<Tokenizer> tokenizer, List<TensorStatistics> statistics) {
  /** From nothing to the fullest bin. */
  private static final String BARS = " ▁▂▃▄▅▆▇█";

  static ModelReport of(LoadedModel model) {
    List<TensorStatistics> statistics = new ArrayList<>();
    for (int i = 0; i < model.parameters().table().parameters().size(); i++) {
      statistics.add(TensorStatistics.of(model.parameters().tensor(i)));
    }
    return new ModelReport(model.parameters().table(), model.tokenizer(), statistics);
  }

  /** Tables for a person: what was chosen, how many numbers of each kind were learned, and each tensor of them. */
  String text() {
    TextTable tensors =
        new TextTable().row("Tensor", "kind", "shape", "parameters", "mean", "deviation", "norm", "zeros", "least", "", "most");
    for (int i = 0; i < statistics.size(); i++) {
      Parameter parameter = table.parameters().get(i);
      TensorStatistics numbers = statistics.get(i);
      tensors.row(
          parameter.name(),
          parameter.kind().words(),
          shape(parameter),
          TextTable.number(numbers.count()),
          short4(numbers.mean()),
          short4(numbers.deviation()),
          short4(numbers.norm()),
          TextTable.share(numbers.zeros(), numbers.count()),
          short4(numbers.minimum()),
          histogram(numbers),
          short4(numbers.maximum()));
    }
    long notFinite = statistics.stream().mapToLong(TensorStatistics::notFinite).sum();
    String warning = notFinite == 0 ? "" : "\n" + TextTable.number(notFinite) + " numbers are infinite or no numbers.\n";
    return hyperparameters() + "\n" + kinds() + "\n" + tensors + warning;
  }

  private TextTable hyperparameters() {
    ModelConfig config = table.config();
    TextTable chosen =
        new TextTable()
            .row("Hyperparameters")
            .row("  architecture", config.architecture().toString())
            .row("  layers", TextTable.number(config.layerCount()))
            .row("  width C", TextTable.number(config.width()))
            .row("  heads H", TextTable.number(config.headCount()))
            .row("  heads of keys and values G", TextTable.number(config.keyValueHeadCount()))
            .row("  head width D", TextTable.number(config.headWidth()))
            .row("  feed-forward width F", TextTable.number(config.feedForwardWidth()))
            .row("  context T", TextTable.number(config.contextLength()))
            .row("  vocabulary V", TextTable.number(config.vocabularySize()))
            .row("  head", config.tiedHead() ? "the token embedding" : "its own")
            .row("  tokenizer", tokenizer.map(found -> TextTable.number(found.vocabularySize()) + " tokens").orElse("none"));
    return chosen;
  }

  private TextTable kinds() {
    TextTable kinds = new TextTable().row("Parameters", "", "share", "MiB");
    table
        .countByKind()
        .forEach(
            (kind, count) -> kinds.row(
                "  " + kind.words(), TextTable.number(count), TextTable.share(count, table.elementCount()), mebibytes(count)));
    return kinds.row("  total", TextTable.number(table.elementCount()), "", mebibytes(table.elementCount()));
  }

  /** The same for a program. */
  JsonLine json() {
    ModelConfig config = table.config();
    JsonLine kinds = new JsonLine();
    for (Map.Entry<ParameterKind, Long> entry : table.countByKind().entrySet()) {
      kinds.put(entry.getKey().key(), entry.getValue());
    }
    List<JsonLine> tensors = new ArrayList<>();
    for (int i = 0; i < statistics.size(); i++) {
      tensors.add(json(table.parameters().get(i), statistics.get(i), table.elementCount()));
    }
    return new JsonLine()
        .put("parameters", table.elementCount())
        .put("parameters_by_kind", kinds)
        .put("architecture", config.architecture().toString())
        .put("layers", config.layerCount())
        .put("width", config.width())
        .put("heads", config.headCount())
        .put("kv_heads", config.keyValueHeadCount())
        .put("context", config.contextLength())
        .put("vocabulary_size", config.vocabularySize())
        .put("tensors", tensors);
  }

  /** A tensor, its bytes as they are in memory. */
  private static JsonLine json(Parameter parameter, TensorStatistics numbers, long total) {
    return new JsonLine()
        .put("name", parameter.name())
        .put("kind", parameter.kind().key())
        .put("shape", parameter.shape())
        .put("count", numbers.count())
        .put("share", (double) numbers.count() / total)
        .put("bytes", numbers.count() * Float.BYTES)
        .put("mean", numbers.mean())
        .put("deviation", numbers.deviation())
        .put("norm", numbers.norm())
        .put("minimum", numbers.minimum())
        .put("maximum", numbers.maximum())
        .put("zeros", numbers.zeros())
        .put("not_finite", numbers.notFinite())
        .put("histogram", LongStream.of(numbers.histogram()).boxed().toList());
  }

  private static String shape(Parameter parameter) {
    return parameter.shape().stream().map(String::valueOf).collect(Collectors.joining(" x "));
  }

  private static String histogram(TensorStatistics numbers) {
    long most = Math.max(1, Arrays.stream(numbers.histogram()).max().orElse(0));
    return Arrays.stream(numbers.histogram())
        .mapToObj(bin -> String.valueOf(BARS.charAt((int) Math.ceilDiv(bin * (BARS.length() - 1), most))))
        .collect(Collectors.joining());
  }

  private static String short4(double value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }

  private static String mebibytes(long floats) {
    return String.format(Locale.ROOT, "%,.1f", floats * (double) Float.BYTES / (1 << 20));
  }
}
