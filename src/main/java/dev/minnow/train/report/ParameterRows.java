package dev.minnow.train.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minnow.model.Initialization;
import dev.minnow.model.Parameter;
import dev.minnow.model.ParameterTable;
import java.util.List;
import java.util.stream.Collectors;

/** The parameter table of a model as rows: one for each kind, and one for each tensor. */
final class ParameterRows {
  private ParameterRows() {}

  /** Adds {@code kinds} and {@code tensors}. */
  static void put(ObjectNode json, ParameterTable table) {
    ArrayNode kinds = json.putArray("kinds");
    table
        .countByKind()
        .forEach(
            (kind, count) -> {
              List<Parameter> entries = table.parameters().stream().filter(parameter -> parameter.kind() == kind).toList();
              kinds
                  .addObject()
                  .put("kind", kind.words())
                  .put("tensors", entries.size())
                  .put("count", count)
                  .put("start", entries.stream().map(ParameterRows::start).distinct().collect(Collectors.joining("; ")))
                  .put("decays", entries.stream().anyMatch(Parameter::decays));
            });
    ArrayNode tensors = json.putArray("tensors");
    for (Parameter parameter : table.parameters()) {
      tensors
          .addObject()
          .put("name", parameter.name())
          .put("kind", parameter.kind().words())
          .put("shape", parameter.shape().stream().map(String::valueOf).collect(Collectors.joining(" × ")))
          .put("count", parameter.elementCount());
    }
  }

  private static String start(Parameter parameter) {
    return switch (parameter.initialization()) {
      case Initialization.Normal normal -> "normal, deviation " + Written.number(normal.deviation());
      case Initialization.Uniform uniform -> "uniform, up to " + Written.number(uniform.bound()) + " either way";
      case Initialization.Constant constant -> "all " + Written.number(constant.value());
    };
  }
}
