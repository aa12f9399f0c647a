package dev.minnow.train.step;

import dev.minnow.kernel.Kernel;
import dev.minnow.memory.Tensor;
import dev.minnow.model.Parameter;
import dev.minnow.model.ParameterKind;
import dev.minnow.model.ParameterSet;
import dev.minnow.train.KindMeasure;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Measures how updates move each kind of parameter, whatever the optimizer. It reads and never writes, so that a run with it has the
 * same bytes; it looks at some steps only, and at some elements of each tensor, so that it costs next to nothing.
 */
public final class LearningProbe {
  /** Over a run; a reading costs as much as reading the gradients once. */
  private static final long MOST_READINGS = 250;

  /** The ratio of two norms over so many elements, somewhere in a tensor, is right within a tenth. */
  private static final int ELEMENTS = 512;

  private static final double GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;

  private final Kernel kernel;
  private final Trainer trainer;
  private final long every;
  private final Map<ParameterKind, List<Integer>> kinds = new EnumMap<>(ParameterKind.class);
  private final float[][] before;

  /**
   * A probe of a run.
   *
   * @param steps of the whole run
   */
  public LearningProbe(Kernel kernel, Trainer trainer, long steps) {
    this.kernel = kernel;
    this.trainer = trainer;
    this.every = Math.max(1, Math.ceilDiv(steps, MOST_READINGS));
    List<Parameter> table = trainer.parameters().table().parameters();
    this.before = new float[table.size()][];
    for (int i = 0; i < table.size(); i++) {
      kinds.computeIfAbsent(table.get(i).kind(), kind -> new ArrayList<>()).add(i);
      before[i] = new float[(int) Math.min(ELEMENTS, table.get(i).elementCount())];
    }
  }

  /** Whether the step after so many is one to look at. */
  public boolean isDue(long stepsDone) {
    return (stepsDone + 1) % every == 0;
  }

  /** Looks at the parameters before a step. */
  public void before() {
    for (int i = 0; i < before.length; i++) {
      Tensor tensor = trainer.parameters().tensor(i);
      for (int sample = 0; sample < before[i].length; sample++) {
        before[i][sample] = tensor.getFloat(place(tensor, sample, before[i].length));
      }
    }
  }

  /** Looks again after the step. */
  public Map<ParameterKind, KindMeasure> after() {
    ParameterSet gradients = trainer.gradients();
    Map<ParameterKind, KindMeasure> measures = new EnumMap<>(ParameterKind.class);
    kinds.forEach(
        (kind, indices) -> {
          double norm = Math.sqrt(kernel.sumOfSquares(indices.stream().map(gradients::tensor).toList()));
          measures.put(kind, new KindMeasure(norm, updateRatio(indices)));
        });
    return measures;
  }

  private double updateRatio(List<Integer> indices) {
    double updates = 0;
    double weights = 0;
    for (int i : indices) {
      Tensor tensor = trainer.parameters().tensor(i);
      // Elements of a large tensor stand for more of their kind.
      double share = (double) tensor.elementCount() / before[i].length;
      for (int sample = 0; sample < before[i].length; sample++) {
        double weight = before[i][sample];
        double update = tensor.getFloat(place(tensor, sample, before[i].length)) - weight;
        updates += share * update * update;
        weights += share * weight * weight;
      }
    }
    return weights == 0 ? 0 : Math.sqrt(updates / weights);
  }

  /**
   * Places spread evenly over a tensor: one in each of as many parts of the same size, and there wherever the multiples of the golden ratio
   * come to. At equal distances from each other they could all be of one column, whose elements move alike.
   */
  private static long place(Tensor tensor, int sample, int samples) {
    long first = tensor.elementCount() * sample / samples;
    long size = tensor.elementCount() * (sample + 1) / samples - first;
    double within = sample * GOLDEN_RATIO;
    return first + (long) ((within - Math.floor(within)) * size);
  }
}
