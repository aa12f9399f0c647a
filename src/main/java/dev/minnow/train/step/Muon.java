package dev.minnow.train.step;

import dev.minnow.kernel.AdamWTensors;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.MuonStep;
import dev.minnow.kernel.MuonTensors;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Opened;
import dev.minnow.memory.Slab;
import dev.minnow.memory.SlabLayout;
import dev.minnow.memory.Tensor;
import dev.minnow.model.Parameter;
import dev.minnow.model.ParameterSet;
import dev.minnow.model.ParameterTable;
import dev.minnow.train.TrainingOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Muon for the matrices of layers, and AdamW for embeddings, the head and vectors. */
final class Muon implements Optimizer {
  private static final int SCRATCH_TENSORS = 4;

  private final Kernel kernel;
  private final TrainingOptions options;

  /** The momentum of matrices, and the first moments of the others. */
  private final ParameterSet firstMoments;

  /** Of those that are AdamW's. */
  private final Slab secondMoments;

  private final Slab scratch;
  private final List<MuonTensors> matrices = new ArrayList<>();
  private final List<AdamWTensors> others = new ArrayList<>();
  private final Map<String, Tensor> moments = new LinkedHashMap<>();
  private final Opened opened = new Opened();

  /** Moments of zero for parameters and their gradients, which stay the caller's to close. */
  Muon(Kernel kernel, ParameterSet parameters, ParameterSet gradients, TrainingOptions options) {
    this.kernel = kernel;
    this.options = options;
    ParameterTable table = parameters.table();
    try {
      this.firstMoments = opened.add(ParameterSet.zeros(table), ParameterSet::close);
      this.secondMoments = opened.add(secondMoments(table).allocate(), Slab::close);
      this.scratch = opened.add(scratch(table).allocate(), Slab::close);
    } catch (RuntimeException | Error e) {
      opened.close();
      throw e;
    }
    List<List<Long>> shapes = shapes(table);
    for (int i = 0; i < table.parameters().size(); i++) {
      Parameter parameter = table.parameters().get(i);
      float rateFactor = options.learningRateScale().of(parameter.kind());
      if (isMatrix(parameter)) {
        int at = SCRATCH_TENSORS * shapes.indexOf(parameter.shape());
        matrices.add(
            new MuonTensors(
                parameters.tensor(i), gradients.tensor(i), firstMoments.tensor(i), scratch.tensor(at), scratch.tensor(at + 1),
                scratch.tensor(at + 2), scratch.tensor(at + 3), rateFactor));
        moments.put("momentum_buffer." + parameter.name(), firstMoments.tensor(i));
      } else {
        Tensor second = secondMoments.tensor(others.size());
        others.add(
            new AdamWTensors(parameters.tensor(i), gradients.tensor(i), firstMoments.tensor(i), second, parameter.decays(), rateFactor));
        moments.put("exp_avg." + parameter.name(), firstMoments.tensor(i));
        moments.put("exp_avg_sq." + parameter.name(), second);
      }
    }
  }

  /** Whether a parameter multiplies what passes through a layer. */
  private static boolean isMatrix(Parameter parameter) {
    return switch (parameter.kind()) {
      case QUERY, KEY, VALUE, ATTENTION_OUTPUT, FEED_FORWARD -> true;
      case TOKEN_EMBEDDING, POSITION_EMBEDDING, HEAD, NORM_SCALE, NORM_SHIFT, BIAS -> false;
    };
  }

  /** The second moments of all that are not matrices of layers. */
  static SlabLayout secondMoments(ParameterTable table) {
    SlabLayout layout = new SlabLayout();
    for (Parameter parameter : table.parameters()) {
      if (!isMatrix(parameter)) {
        layout.add(parameter.name(), ElementType.F32, dimensions(parameter.shape()));
      }
    }
    return layout;
  }

  /** For each shape of a matrix, what {@link MuonTensors} names. */
  static SlabLayout scratch(ParameterTable table) {
    SlabLayout layout = new SlabLayout();
    for (List<Long> shape : shapes(table)) {
      long small = Math.min(shape.getFirst(), shape.getLast());
      layout.add("update", ElementType.F32, dimensions(shape));
      layout.add("product", ElementType.F32, dimensions(shape));
      layout.add("gram", ElementType.F32, small, small);
      layout.add("square", ElementType.F32, small, small);
    }
    return layout;
  }

  private static List<List<Long>> shapes(ParameterTable table) {
    return table.parameters().stream().filter(Muon::isMatrix).map(Parameter::shape).distinct().toList();
  }

  private static long[] dimensions(List<Long> shape) {
    return shape.stream().mapToLong(Long::longValue).toArray();
  }

  @Override
  public void update(long number, double learningRate, double gradientScale) {
    kernel.muon(
        matrices,
        new MuonStep((float) learningRate, (float) options.momentum(), (float) options.weightDecay(), (float) gradientScale));
    kernel.adamW(others, AdamW.step(options, number, learningRate, gradientScale));
  }

  @Override
  public Map<String, Tensor> moments() {
    return moments;
  }

  @Override
  public void close() {
    opened.close();
  }
}
