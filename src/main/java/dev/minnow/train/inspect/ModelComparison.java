package dev.minnow.train.inspect;

import dev.minnow.checkpoint.LoadedModel;
import dev.minnow.memory.Tensor;
import dev.minnow.model.TensorDifference;
import dev.minnow.train.option.RunOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What two models have in common and what not.
 *
 * @param choices hyperparameters that differ: those of the models' shapes, then those of their runs
 * @param tensors of one shape in both, in the order of the first model
 * @param reshaped tensors of both that have different shapes
 * @param onlyFirst names of tensors that the second model lacks
 * @param onlySecond names of tensors that the first model lacks
 */
public record ModelComparison(
    List<Choice> choices, List<Pair> tensors, List<Reshaped> reshaped, List<String> onlyFirst, List<String> onlySecond) {
  /** Options of runs that say again what the model's shape says. */
  private static final Set<String> SHAPE =
      Set.of("arch", "layers", "heads", "kv-heads", "width", "context", "vocab-size", "activation", "qk-norm", "share-layers");

  /**
   * A hyperparameter.
   *
   * @param name of it; those of runs are options of the command line
   * @param first its value in the first model; null where it has none
   * @param second the same of the second
   */
  public record Choice(String name, @Nullable String first, @Nullable String second) {}

  /** A tensor of both. */
  public record Pair(String name, TensorDifference difference) {}

  /** A tensor of both with the shapes that it has. */
  public record Reshaped(String name, List<Long> first, List<Long> second) {}

  /** Compares models, which stay the caller's to close, of any shapes and architectures. */
  public static ModelComparison of(LoadedModel first, RunRecord firstRun, LoadedModel second, RunRecord secondRun) {
    Map<String, Tensor> ofFirst = first.parameters().byName();
    Map<String, Tensor> ofSecond = second.parameters().byName();
    List<Pair> tensors = new ArrayList<>();
    List<Reshaped> reshaped = new ArrayList<>();
    List<String> onlyFirst = new ArrayList<>();
    ofFirst.forEach(
        (name, tensor) -> {
          Tensor other = ofSecond.get(name);
          if (other == null) {
            onlyFirst.add(name);
          } else if (Arrays.equals(tensor.shape(), other.shape())) {
            tensors.add(new Pair(name, TensorDifference.of(tensor, other)));
          } else {
            reshaped.add(new Reshaped(name, shape(tensor), shape(other)));
          }
        });
    List<String> onlySecond = ofSecond.keySet().stream().filter(name -> !ofFirst.containsKey(name)).toList();
    return new ModelComparison(
        choices(values(first, firstRun), values(second, secondRun)), List.copyOf(tensors), List.copyOf(reshaped), List.copyOf(onlyFirst),
        onlySecond);
  }

  private static List<Long> shape(Tensor tensor) {
    return Arrays.stream(tensor.shape()).boxed().toList();
  }

  private static Map<String, String> values(LoadedModel model, RunRecord run) {
    Map<String, String> values = new LinkedHashMap<>();
    Hyperparameters.of(model.config()).forEach((name, value) -> values.put(name, value.toString()));
    run.options().map(RunOptions::words).ifPresent(options -> options.forEach((name, value) -> {
      if (!SHAPE.contains(name)) {
        values.put("--" + name, value);
      }
    }));
    return values;
  }

  private static List<Choice> choices(Map<String, String> first, Map<String, String> second) {
    SequencedSet<String> names = new LinkedHashSet<>(first.keySet());
    names.addAll(second.keySet());
    return names.stream()
        .filter(name -> !Objects.equals(first.get(name), second.get(name)))
        .map(name -> new Choice(name, first.get(name), second.get(name)))
        .toList();
  }

  /** All tensors of one shape as one; empty where there are none. */
  public Optional<TensorDifference> together() {
    return tensors.stream().map(Pair::difference).reduce(TensorDifference::plus);
  }

  /** Whether every number of both models is the same bit for bit. */
  public boolean identical() {
    return reshaped.isEmpty() && onlyFirst.isEmpty() && onlySecond.isEmpty()
        && tensors.stream().allMatch(pair -> pair.difference().identical());
  }
}
