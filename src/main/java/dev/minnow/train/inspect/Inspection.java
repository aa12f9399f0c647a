package dev.minnow.train.inspect;

import dev.minnow.checkpoint.LoadedModel;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Slab;
import dev.minnow.memory.SlabLayout;
import dev.minnow.memory.Tensor;
import dev.minnow.model.Parameter;
import dev.minnow.model.ParameterFormula;
import dev.minnow.model.ParameterKind;
import dev.minnow.model.ParameterSet;
import dev.minnow.model.ParameterTable;
import dev.minnow.model.TensorDifference;
import dev.minnow.model.TensorStatistics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * The parameters of a model: each of them, those of each kind and those of each layer.
 *
 * @param table of the model
 * @param run that made it
 * @param tensors one group for each parameter, in the order of the table
 * @param kinds one group for each kind
 * @param layers one group for each layer, between those of what comes before and behind all layers
 */
public record Inspection(
    ParameterTable table, RunRecord run, List<ParameterGroup> tensors, List<ParameterGroup> kinds, List<ParameterGroup> layers) {
  /** Looks at a model, which stays the caller's to close. */
  public static Inspection of(LoadedModel model, RunRecord run) {
    ParameterSet parameters = model.parameters();
    ParameterTable table = parameters.table();
    Map<Integer, TensorDifference> sinceStart = sinceStart(parameters, run);
    List<ParameterGroup> tensors = new ArrayList<>();
    Map<String, List<Integer>> kinds = new LinkedHashMap<>();
    for (ParameterKind kind : table.countByKind().keySet()) {
      kinds.put(kind.words(), new ArrayList<>());
    }
    Map<String, List<Integer>> layers = new LinkedHashMap<>();
    for (int i = 0; i < table.parameters().size(); i++) {
      Parameter parameter = table.parameters().get(i);
      tensors.add(group(parameter.name(), List.of(i), parameters, sinceStart));
      kinds.computeIfAbsent(parameter.kind().words(), key -> new ArrayList<>()).add(i);
      layers.computeIfAbsent(layerName(table, i), key -> new ArrayList<>()).add(i);
    }
    return new Inspection(
        table, run, List.copyOf(tensors), groups(kinds, parameters, sinceStart), groups(layers, parameters, sinceStart));
  }

  private static String layerName(ParameterTable table, int index) {
    OptionalInt layer = table.layerOf(index);
    if (layer.isPresent()) {
      int first = layer.getAsInt();
      int last = first + table.config().sharedLayers() - 1;
      return first == last ? "layer " + first : "layers " + first + " to " + last;
    }
    return switch (table.parameters().get(index).kind()) {
      case TOKEN_EMBEDDING, POSITION_EMBEDDING -> "embeddings";
      case HEAD -> "head";
      default -> "final norm";
    };
  }

  private static List<ParameterGroup> groups(
      Map<String, List<Integer>> named, ParameterSet parameters, Map<Integer, TensorDifference> sinceStart) {
    return named.entrySet().stream().map(entry -> group(entry.getKey(), entry.getValue(), parameters, sinceStart)).toList();
  }

  private static ParameterGroup group(
      String name, List<Integer> indices, ParameterSet parameters, Map<Integer, TensorDifference> sinceStart) {
    ParameterTable table = parameters.table();
    String formula =
        indices.size() == 1 ? ParameterFormula.of(table, indices.getFirst()) : ParameterFormula.of(table, indices);
    TensorStatistics statistics = TensorStatistics.of(indices.stream().map(parameters::tensor).toList());
    Optional<TensorDifference> difference =
        sinceStart.isEmpty()
            ? Optional.empty()
            : Optional.of(indices.stream().map(sinceStart::get).reduce(TensorDifference.NONE, TensorDifference::plus));
    return new ParameterGroup(name, List.copyOf(indices), formula, statistics, difference);
  }

  /** From the initial values, which are made again one parameter after the other, to those of now; nothing where they are not known. */
  private static Map<Integer, TensorDifference> sinceStart(ParameterSet parameters, RunRecord run) {
    Optional<RunRecord.Start> start = run.start(parameters.table().config());
    if (start.isEmpty()) {
      return Map.of();
    }
    Map<Integer, TensorDifference> differences = new LinkedHashMap<>();
    long largest = parameters.table().parameters().stream().mapToLong(Parameter::elementCount).max().orElse(1);
    SlabLayout layout = new SlabLayout();
    int scratch = layout.add("initial values", ElementType.F32, largest);
    try (Slab slab = layout.allocate()) {
      IntStream.range(0, parameters.table().parameters().size())
          .forEach(
              i -> {
                Tensor now = parameters.tensor(i);
                Tensor initial = slab.tensor(scratch).rows(0, now.elementCount());
                ParameterSet.initialize(start.get().table(), i, start.get().seed(), initial);
                differences.put(i, TensorDifference.of(initial.reshape(now.shape()), now));
              });
    }
    return differences;
  }

  /** Why the distance from the start is not known, in words; nothing if it is. */
  public Optional<String> startUnknown() {
    return run.startUnknown(table.config());
  }

  /** Elements that are infinite or not a number. */
  public long notFinite() {
    return tensors.stream().mapToLong(tensor -> tensor.statistics().notFinite()).sum();
  }
}
