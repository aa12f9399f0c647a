package dev.minnow.cli;

import dev.minnow.model.ModelConfig;
import dev.minnow.model.TensorDifference;
import dev.minnow.model.TensorStatistics;
import dev.minnow.tokenizer.Tokenizer;
import dev.minnow.train.inspect.Hyperparameters;
import dev.minnow.train.inspect.Inspection;
import dev.minnow.train.inspect.ParameterGroup;
import dev.minnow.train.option.RunOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What {@code inspect} tells a person: what was chosen, then what was learned, by kind, by layer, and each tensor. */
final class InspectionTables {
  /** Where nobody knows how wide lines may be. */
  static final int USUAL_COLUMNS = 120;

  /** From nothing to the fullest bin. */
  private static final String BARS = " ▁▂▃▄▅▆▇█";

  /** The letters that formulas have for hyperparameters. */
  private static final Map<String, String> LETTERS =
      Map.of(
          "vocabulary_size", "V", "context_length", "T", "width", "C", "layer_count", "L", "head_count", "H", "key_value_head_count", "G",
          "head_width", "D", "feed_forward_width", "F");

  private static final int LONGEST_VALUE = 40;

  private InspectionTables() {}

  /** @param columns of the terminal */
  static String of(Inspection inspection, Optional<Tokenizer> tokenizer, int columns) {
    StringBuilder text = new StringBuilder();
    text.append(hyperparameters(inspection.table().config(), tokenizer)).append('\n');
    inspection.run().options().ifPresent(run -> text.append(run(run, inspection.run().step(), columns)).append('\n'));
    text.append(counts(inspection, "Parameters by kind", inspection.kinds(), true, columns)).append('\n');
    text.append(numbers(inspection.kinds(), "Numbers by kind", columns)).append('\n');
    text.append(counts(inspection, "Parameters by layer", inspection.layers(), false, columns));
    text.append(eachLayer(inspection)).append('\n');
    text.append(numbers(inspection.layers(), "Numbers by layer", columns)).append('\n');
    text.append(tensors(inspection, columns)).append('\n');
    text.append(
        inspection
            .startUnknown()
            .map(why -> "How far training moved the parameters is not known: " + why + ".\n")
            .orElse("\"moved\" is the norm of the difference to the initial values, which the seed gives again.\n"));
    if (inspection.notFinite() > 0) {
      text.append(TextTable.number(inspection.notFinite())).append(" numbers are infinite or no numbers.\n");
    }
    return text.toString();
  }

  private static TextTable hyperparameters(ModelConfig config, Optional<Tokenizer> tokenizer) {
    TextTable chosen = new TextTable().row("Hyperparameters of the model");
    Hyperparameters.of(config)
        .forEach(
            (name, value) -> {
              String words = name.replace('_', ' ') + (LETTERS.containsKey(name) ? " " + LETTERS.get(name) : "");
              chosen.row("  " + words, value instanceof Integer number ? TextTable.number(number) : words(value));
            });
    return chosen.row("  tokenizer", tokenizer.map(found -> TextTable.number(found.vocabularySize()) + " tokens").orElse("none"));
  }

  private static String words(Object value) {
    return switch (value) {
      case Boolean flag -> flag ? "yes" : "no";
      case Double number -> String.valueOf(number);
      default -> value.toString();
    };
  }

  /** The options of a run, as many beside each other as fit. */
  private static String run(RunOptions options, long step, int columns) {
    List<String> cells = new ArrayList<>();
    options
        .words()
        .forEach(
            (name, value) -> cells.add(
                "--" + name + " " + (value.length() > LONGEST_VALUE ? value.substring(0, LONGEST_VALUE - 1) + "…" : value)));
    StringBuilder text = new StringBuilder("Hyperparameters of its run, which had done " + TextTable.number(step) + " steps\n");
    StringBuilder line = new StringBuilder(" ");
    for (String cell : cells) {
      if (line.length() > 1 && line.length() + 2 + cell.length() > columns) {
        text.append(line).append('\n');
        line = new StringBuilder(" ");
      }
      line.append(line.length() > 1 ? "  " : " ").append(TerminalText.of(cell));
    }
    return text.append(line).append('\n').toString();
  }

  private static String counts(Inspection inspection, String title, List<ParameterGroup> groups, boolean formulas, int columns) {
    long total = inspection.table().elementCount();
    TextTable counts = new TextTable().row(title, "tensors", formulas ? "formula" : "", "count", "share", "MiB");
    for (ParameterGroup group : groups) {
      long count = group.statistics().count();
      counts.row(
          "  " + group.name(), TextTable.number(group.indices().size()), formulas ? group.formula() : "", TextTable.number(count),
          TextTable.share(count, total), mebibytes(count));
    }
    counts.row("  total", TextTable.number(inspection.tensors().size()), "", TextTable.number(total), "", mebibytes(total));
    return counts.fitting(columns, 1, 5);
  }

  private static String eachLayer(Inspection inspection) {
    List<String> formulas =
        inspection.layers()
            .stream()
            .filter(group -> inspection.table().layerOf(group.indices().getFirst()).isPresent())
            .map(ParameterGroup::formula)
            .distinct()
            .toList();
    return formulas.size() == 1 ? "  a layer has " + formulas.getFirst() + "\n" : "";
  }

  private static String numbers(List<ParameterGroup> groups, String title, int columns) {
    TextTable table = new TextTable().row(title, "mean", "deviation", "norm", "moved", "zeros", "least", "", "most");
    for (ParameterGroup group : groups) {
      TensorStatistics numbers = group.statistics();
      table.row(
          "  " + group.name(), short3(numbers.mean()), short3(numbers.deviation()), short3(numbers.norm()), moved(group), zeros(numbers),
          short3(numbers.minimum()), histogram(numbers), short3(numbers.maximum()));
    }
    return table.fitting(columns, 8, 6, 7);
  }

  /** Each tensor, below the layer that it is in; without what the tables before say already where there is no room. */
  private static String tensors(Inspection inspection, int columns) {
    TextTable table = new TextTable().row("Tensors", "formula", "count", "mean", "deviation", "norm", "moved", "zeros", "");
    for (ParameterGroup place : inspection.layers()) {
      table.row("  " + place.name());
      for (int index : place.indices()) {
        ParameterGroup tensor = inspection.tensors().get(index);
        TensorStatistics numbers = tensor.statistics();
        table.row(
            "    " + tensor.name().replaceFirst("^(h|model\\.layers)\\.\\d+\\.", ""), tensor.formula(), TextTable.number(numbers.count()),
            short3(numbers.mean()), short3(numbers.deviation()), short3(numbers.norm()), moved(tensor), zeros(numbers), histogram(numbers));
      }
    }
    return table.fitting(columns, 8, 2, 1, 7);
  }

  private static String moved(ParameterGroup group) {
    return group.sinceStart().map(TensorDifference::norm).map(InspectionTables::short3).orElse("-");
  }

  private static String zeros(TensorStatistics numbers) {
    return TextTable.share(numbers.zeros(), numbers.count());
  }

  private static String histogram(TensorStatistics numbers) {
    long most = Math.max(1, Arrays.stream(numbers.histogram()).max().orElse(0));
    return Arrays.stream(numbers.histogram())
        .mapToObj(bin -> String.valueOf(BARS.charAt((int) Math.ceilDiv(bin * (BARS.length() - 1), most))))
        .collect(Collectors.joining());
  }

  private static String short3(double value) {
    return TextTable.digits(value, 3);
  }

  private static String mebibytes(long floats) {
    return String.format(Locale.ROOT, "%,.1f", floats * (double) Float.BYTES / (1 << 20));
  }
}
