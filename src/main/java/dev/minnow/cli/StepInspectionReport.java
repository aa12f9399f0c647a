package dev.minnow.cli;

import dev.minnow.model.ParameterKind;
import dev.minnow.train.inspect.ParameterStep;
import dev.minnow.train.inspect.StepInspection;
import dev.minnow.train.inspect.StepSettings;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What {@code inspect --step} prints. */
final class StepInspectionReport {
  private StepInspectionReport() {}

  /** For a person. */
  static String text(StepInspection step) {
    StepSettings settings = step.settings();
    TextTable tensors = new TextTable().row("Tensors", "gradient norm", "weight norm", "update norm", "update / weight");
    step.parameters().forEach(parameter -> row(tensors, parameter.parameter().name(), parameter));
    TextTable kinds = new TextTable().row("Kinds", "gradient norm", "weight norm", "update norm", "update / weight");
    byKind(step).forEach((kind, parameter) -> row(kinds, kind.words(), parameter));
    String clipped = step.clipScale() < 1 ? ", clipped to " + TextTable.digits(settings.options().clip(), 3) : "";
    return new TextTable()
        .row("One step on a copy of the model, over " + TextTable.number(step.tokens()) + " tokens in " + windows(step.windows()))
        + new TextTable()
            .row("  loss before", String.format(Locale.ROOT, "%.6f", step.lossBefore()))
            .row("  loss after", String.format(Locale.ROOT, "%.6f", step.lossAfter()))
            .row("  change", String.format(Locale.ROOT, "%+.6f", step.lossAfter() - step.lossBefore()))
            .row("  gradient norm", TextTable.digits(step.gradientNorm(), 4))
            .row("  learning rate", TextTable.digits(settings.learningRate(), 4))
            .toString()
        + "  by " + settings.options().optimizer() + clipped
        + (settings.moments().isPresent()
            ? ", step " + TextTable.number(settings.step()) + " of the model's run, with its moments"
            : ", the first step, with moments of zero")
        + "\n\n" + kinds + "\n" + tensors;
  }

  private static String windows(long count) {
    return count == 1 ? "one window" : TextTable.number(count) + " windows";
  }

  private static void row(TextTable table, String name, ParameterStep step) {
    table.row(
        "  " + name, TextTable.digits(step.gradientNorm(), 3), TextTable.digits(step.weightNorm(), 3),
        TextTable.digits(step.updateNorm(), 3),
        TextTable.digits(step.updateRatio(), 3));
  }

  /** The parameters of each kind as one. */
  private static Map<ParameterKind, ParameterStep> byKind(StepInspection step) {
    Map<ParameterKind, ParameterStep> kinds = new EnumMap<>(ParameterKind.class);
    for (ParameterStep parameter : step.parameters()) {
      kinds.merge(
          parameter.parameter().kind(), parameter,
          (a, b) -> new ParameterStep(
              a.parameter(), Math.hypot(a.gradientNorm(), b.gradientNorm()), Math.hypot(a.weightNorm(), b.weightNorm()),
              Math.hypot(a.updateNorm(), b.updateNorm())));
    }
    return kinds;
  }

  /** For a program. */
  static JsonLine json(StepInspection step) {
    StepSettings settings = step.settings();
    JsonLine kinds = new JsonLine();
    byKind(step).forEach((kind, parameter) -> kinds.put(kind.key(), numbers(new JsonLine(), parameter)));
    List<JsonLine> tensors = new ArrayList<>();
    for (ParameterStep parameter : step.parameters()) {
      tensors.add(
          numbers(new JsonLine().put("name", parameter.parameter().name()).put("kind", parameter.parameter().kind().key()), parameter));
    }
    return new JsonLine()
        .put("loss_before", step.lossBefore())
        .put("loss_after", step.lossAfter())
        .put("tokens", step.tokens())
        .put("windows", step.windows())
        .put("optimizer", settings.options().optimizer().toString())
        .put("learning_rate", settings.learningRate())
        .put("step", settings.step())
        .put("with_moments", settings.moments().isPresent())
        .put("gradient_norm", step.gradientNorm())
        .put("clip_scale", step.clipScale())
        .put("kinds", kinds)
        .put("tensors", tensors);
  }

  private static JsonLine numbers(JsonLine line, ParameterStep step) {
    return line.put("gradient_norm", step.gradientNorm())
        .put("weight_norm", step.weightNorm())
        .put("update_norm", step.updateNorm())
        .put("update_ratio", step.updateRatio());
  }
}
