package dev.minnow.cli;

import dev.minnow.kernel.Kernel;
import dev.minnow.memory.SystemMemory;
import dev.minnow.model.Architecture;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.ParameterKind;
import dev.minnow.model.ParameterTable;
import dev.minnow.model.TokenCost;
import dev.minnow.train.TrainingOptions;
import dev.minnow.train.step.MemoryPlan;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code plan} prints.
 *
 * @param table of the model
 * @param training what a step reads
 * @param memory of the training
 * @param kernel that would run it
 * @param stepSeconds measured; null where nothing was
 */
record PlanReport(ParameterTable table, TrainingOptions training, MemoryPlan memory, Kernel kernel, @Nullable Double stepSeconds) {
  private static final double MEBIBYTE = 1 << 20;

  private long stepTokens() {
    return training.windowsPerStep() * table.config().contextLength();
  }

  /** Parameters by what they are for; biases are those of attention and feed-forward. */
  private Map<String, Long> counts() {
    Map<String, Long> counts = new LinkedHashMap<>();
    table.countByKind().forEach((kind, count) -> counts.merge(group(kind), count, Long::sum));
    return counts;
  }

  private static String group(ParameterKind kind) {
    return switch (kind) {
      case TOKEN_EMBEDDING -> "token embedding";
      case POSITION_EMBEDDING -> "position embedding";
      case QUERY, KEY, VALUE, ATTENTION_OUTPUT -> "attention";
      case FEED_FORWARD -> "feed-forward";
      case HEAD -> "head";
      case NORM_SCALE, NORM_SHIFT -> "norms";
      case BIAS -> "biases";
    };
  }

  /** Tables for a person. */
  String text() {
    ModelConfig config = table.config();
    TextTable text =
        new TextTable()
            .row("Parameters", "", "share");
    counts().forEach((group, count) -> text.row("  " + group, number("%,d", count), TextTable.share(count, table.elementCount())));
    text.row("  total", number("%,d", table.elementCount())).row("").row("Memory in MiB", "", "share");
    for (MemoryPlan.Part part : memory.parts()) {
      text.row("  " + part.name(), number("%,.1f", part.bytes() / MEBIBYTE), TextTable.share(part.bytes(), memory.bytes()));
    }
    text.row("  peak, resident", number("%,.1f", memory.bytes() / MEBIBYTE))
        .row("  available now", number("%,.1f", SystemMemory.availableBytes() / MEBIBYTE))
        .row("")
        .row("MFLOP for each token")
        .row("  training", number("%,.2f", TokenCost.flopsPerTrainedToken(table) / 1e6))
        .row("  generation", number("%,.2f", TokenCost.flopsPerGeneratedToken(table) / 1e6));
    if (stepSeconds != null) {
      text.row("")
          .row("Speed of training, measured")
          .row("  seconds a step", number("%.3f", stepSeconds))
          .row("  tokens/s", number("%,.0f", stepTokens() / stepSeconds))
          .row("  GFLOP/s", number("%,.0f", TokenCost.flopsPerTrainedToken(table) * stepTokens() / stepSeconds / 1e9));
    }
    return String.format(
        Locale.ROOT,
        "%s%d layers, %s, %d wide, vocabulary %,d, context %,d\nSteps of %,d tokens, %s kernel, threads: %d\n\n",
        config.architecture() == Architecture.GPT2 ? "" : config.architecture() + ": ",
        config.layerCount(),
        heads(config),
        config.width(),
        config.vocabularySize(),
        config.contextLength(),
        stepTokens(),
        kernel.name(),
        kernel.threads()) + text;
  }

  private static String heads(ModelConfig config) {
    boolean grouped = config.keyValueHeadCount() != config.headCount();
    return config.headCount() + " heads" + (grouped ? " on " + config.keyValueHeadCount() + " of keys and values" : "");
  }

  /** The same for a program. */
  JsonLine json() {
    JsonLine kinds = new JsonLine();
    counts().forEach((group, count) -> kinds.put(key(group), count));
    JsonLine parts = new JsonLine();
    memory.parts().forEach(part -> parts.put(key(part.name()), part.bytes()));
    return new JsonLine()
        .put("parameters", table.elementCount())
        .put("parameters_by_kind", kinds)
        .put("bytes", memory.bytes())
        .put("bytes_by_part", parts)
        .put("available_bytes", SystemMemory.availableBytes())
        .put("flops_per_token", TokenCost.flopsPerTrainedToken(table))
        .put("generation_flops_per_token", TokenCost.flopsPerGeneratedToken(table))
        .put("tokens_per_step", stepTokens())
        .put("tokens_per_second", stepSeconds == null ? null : stepTokens() / stepSeconds)
        .put("kernel", kernel.name())
        .put("threads", kernel.threads());
  }

  private static String key(String words) {
    return words.toLowerCase(Locale.ROOT).replace("'s", "").replaceAll("[^a-z]+", "_");
  }

  private static String number(String format, Number value) {
    return String.format(Locale.ROOT, format, value);
  }
}
