package dev.minnow.cli;

import dev.minnow.model.ModelConfig;
import dev.minnow.model.Parameter;
import dev.minnow.model.ParameterKind;
import dev.minnow.model.TensorDifference;
import dev.minnow.model.TensorStatistics;
import dev.minnow.train.inspect.Hyperparameters;
import dev.minnow.train.inspect.Inspection;
import dev.minnow.train.inspect.ParameterGroup;
import dev.minnow.train.option.RunOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/** What {@code inspect} tells a program. */
final class InspectionJson {
  private InspectionJson() {}

  static JsonLine of(Inspection inspection) {
    ModelConfig config = inspection.table().config();
    JsonLine kinds = new JsonLine();
    for (Map.Entry<ParameterKind, Long> entry : inspection.table().countByKind().entrySet()) {
      kinds.put(entry.getKey().key(), entry.getValue());
    }
    JsonLine hyperparameters = new JsonLine();
    Hyperparameters.of(config).forEach(hyperparameters::put);
    return new JsonLine()
        .put("parameters", inspection.table().elementCount())
        .put("parameters_by_kind", kinds)
        .put("architecture", config.architecture().toString())
        .put("layers", config.layerCount())
        .put("width", config.width())
        .put("heads", config.headCount())
        .put("kv_heads", config.keyValueHeadCount())
        .put("context", config.contextLength())
        .put("vocabulary_size", config.vocabularySize())
        .put("hyperparameters", hyperparameters)
        .put("run", inspection.run().options().map(RunOptions::toJson).orElse(null))
        .put("start_unknown", inspection.startUnknown().orElse(null))
        .put("kinds", groups(inspection, inspection.kinds()))
        .put("by_layer", groups(inspection, inspection.layers()))
        .put("tensors", tensors(inspection));
  }

  private static List<JsonLine> groups(Inspection inspection, List<ParameterGroup> groups) {
    List<JsonLine> lines = new ArrayList<>();
    for (ParameterGroup group : groups) {
      lines.add(put(new JsonLine().put("name", group.name()).put("tensors", group.indices().size()), inspection, group));
    }
    return lines;
  }

  private static List<JsonLine> tensors(Inspection inspection) {
    List<JsonLine> lines = new ArrayList<>();
    for (ParameterGroup group : inspection.tensors()) {
      Parameter parameter = inspection.table().parameters().get(group.indices().getFirst());
      JsonLine line = new JsonLine().put("name", group.name()).put("kind", parameter.kind().key());
      int index = group.indices().getFirst();
      line.put("layer", inspection.table().layerOf(index).isPresent() ? inspection.table().layerOf(index).getAsInt() : null);
      lines.add(put(line.put("shape", parameter.shape()), inspection, group));
    }
    return lines;
  }

  /** Adds what is told of one parameter and of several alike; bytes as they are in memory. */
  private static JsonLine put(JsonLine line, Inspection inspection, ParameterGroup group) {
    TensorStatistics numbers = group.statistics();
    Optional<TensorDifference> sinceStart = group.sinceStart();
    return line.put("formula", group.formula())
        .put("count", numbers.count())
        .put("share", (double) numbers.count() / inspection.table().elementCount())
        .put("bytes", numbers.count() * Float.BYTES)
        .put("mean", numbers.mean())
        .put("deviation", numbers.deviation())
        .put("norm", numbers.norm())
        .put("minimum", numbers.minimum())
        .put("maximum", numbers.maximum())
        .put("distance_from_start", sinceStart.map(TensorDifference::norm).orElse(null))
        .put("relative_distance_from_start", sinceStart.map(TensorDifference::relative).orElse(null))
        .put("zeros", numbers.zeros())
        .put("sparsity", numbers.sparsity())
        .put("not_finite", numbers.notFinite())
        .put("histogram", LongStream.of(numbers.histogram()).boxed().toList());
  }
}
