package dev.minnow.cli;

import dev.minnow.model.TensorDifference;
import dev.minnow.train.inspect.ModelComparison;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What {@code inspect} prints about two models. */
final class ComparisonReport {
  /** Values of hyperparameters that are longer are cut, such as lists of files. */
  private static final int LONGEST_VALUE = 40;

  private ComparisonReport() {}

  /** For a person. */
  static String text(ModelComparison comparison, Path first, Path second) {
    StringBuilder text = new StringBuilder();
    text.append(TerminalText.of("First:  " + first + "\nSecond: " + second + "\n")).append(verdict(comparison)).append("\n\n");
    text.append(choices(comparison.choices()));
    if (!comparison.tensors().isEmpty()) {
      TextTable table = new TextTable().row("Tensors of both", "elements", "differ", "norm of difference", "relative", "cosine");
      comparison.tensors().forEach(pair -> row(table, pair.name(), pair.difference()));
      comparison.together().ifPresent(all -> row(table, "all", all));
      text.append('\n').append(table);
    }
    if (!comparison.reshaped().isEmpty()) {
      TextTable table = new TextTable().row("Tensors of other shapes", "first", "second");
      comparison.reshaped().forEach(tensor -> table.row("  " + tensor.name(), shape(tensor.first()), shape(tensor.second())));
      text.append('\n').append(table);
    }
    text.append(names("Only in the first", comparison.onlyFirst())).append(names("Only in the second", comparison.onlySecond()));
    return text.toString();
  }

  private static String verdict(ModelComparison comparison) {
    long same = comparison.tensors().stream().filter(pair -> pair.difference().identical()).count();
    if (comparison.identical()) {
      return "All " + TextTable.number(same) + " tensors are the same bit for bit.";
    }
    int shared = comparison.tensors().size() + comparison.reshaped().size();
    return "Of " + TextTable.number(shared) + " tensors that both have, " + TextTable.number(same) + " are the same bit for bit.";
  }

  private static String choices(List<ModelComparison.Choice> choices) {
    if (choices.isEmpty()) {
      return "No hyperparameter differs.\n";
    }
    TextTable table = new TextTable().row("Hyperparameters that differ", "first", "second");
    for (ModelComparison.Choice choice : choices) {
      table.row("  " + TerminalText.of(choice.name().replace('_', ' ')), value(choice.first()), value(choice.second()));
    }
    return table.toString();
  }

  private static String value(@Nullable String value) {
    if (value == null) {
      return "-";
    }
    String line = TerminalText.of(value.replace('\n', ' '));
    return line.length() > LONGEST_VALUE ? line.substring(0, LONGEST_VALUE - 1) + "…" : line;
  }

  private static void row(TextTable table, String name, TensorDifference difference) {
    if (difference.identical()) {
      table.row("  " + name, TextTable.number(difference.count()), "identical");
      return;
    }
    table.row(
        "  " + name, TextTable.number(difference.count()), TextTable.number(difference.differing()), TextTable.digits(difference.norm(), 4),
        TextTable.digits(difference.relative(), 4), TextTable.digits(difference.cosine(), 6));
  }

  private static String names(String title, List<String> names) {
    return names.isEmpty() ? "" : "\n" + title + "\n" + names.stream().map(name -> "  " + name + "\n").collect(Collectors.joining());
  }

  private static String shape(List<Long> shape) {
    return shape.stream().map(String::valueOf).collect(Collectors.joining(" x "));
  }

  /** For a program. */
  static JsonLine json(ModelComparison comparison) {
    List<JsonLine> choices = new ArrayList<>();
    for (ModelComparison.Choice choice : comparison.choices()) {
      choices.add(new JsonLine().put("name", choice.name()).put("first", choice.first()).put("second", choice.second()));
    }
    List<JsonLine> tensors = new ArrayList<>();
    for (ModelComparison.Pair pair : comparison.tensors()) {
      tensors.add(numbers(new JsonLine().put("name", pair.name()), pair.difference()));
    }
    List<JsonLine> reshaped = new ArrayList<>();
    for (ModelComparison.Reshaped tensor : comparison.reshaped()) {
      reshaped.add(new JsonLine().put("name", tensor.name()).put("first", tensor.first()).put("second", tensor.second()));
    }
    Optional<TensorDifference> all = comparison.together();
    return new JsonLine()
        .put("identical", comparison.identical())
        .put("hyperparameters", choices)
        .put("together", all.isPresent() ? numbers(new JsonLine(), all.get()) : null)
        .put("tensors", tensors)
        .put("other_shapes", reshaped)
        .put("only_first", comparison.onlyFirst())
        .put("only_second", comparison.onlySecond());
  }

  private static JsonLine numbers(JsonLine line, TensorDifference difference) {
    return line.put("count", difference.count())
        .put("differing", difference.differing())
        .put("identical", difference.identical())
        .put("norm_of_difference", difference.norm())
        .put("relative_difference", difference.relative())
        .put("cosine", difference.cosine())
        .put("not_finite", difference.notFinite());
  }
}
