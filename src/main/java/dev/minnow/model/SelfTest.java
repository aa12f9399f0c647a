package dev.minnow.model;

import dev.minnow.kernel.Accumulation;
import dev.minnow.kernel.AdamWStep;
import dev.minnow.kernel.AdamWTensors;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.KernelChoice;
import dev.minnow.kernel.WeightUse;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Slab;
import dev.minnow.memory.SlabLayout;
import dev.minnow.memory.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;

/**
 * What a kernel does in a step with AdamW and while generating, at small sizes, odd ones and those of its tiles, inside tiny models,
 * compared with the scalar kernel's results.
 */
public final class SelfTest {
  /** Sums in another order differ by some roundings of 6e-8 each; a wrong element differs by far more than this. */
  private static final double TOLERANCE = 1e-4;

  /** Where operands are rounded to bfloat16: some roundings of 2e-3 each, larger where a softmax or a norm has amplified them. */
  private static final double BFLOAT16_TOLERANCE = 0.05;

  /** Below this share of the largest result a tensor counts as zero, as the key bias's gradient is, which consists of roundings. */
  private static final double NEGLIGIBLE = 1e-3;

  /** The same where roundings are larger. */
  private static final double BFLOAT16_NEGLIGIBLE = 1e-2;

  private static final List<ModelConfig> CONFIGS =
      List.of(
          ModelConfig.gpt2(97, 13, 36, 2, 3),
          ModelConfig.llama(97, 13, 36, 2, 6, 3).withTiedHead(false),
          ModelConfig.llama(97, 13, 36, 2, 6, 3).withQueryKeyNorm(true),
          ModelConfig.gpt2(128, 45, 64, 2, 2),
          ModelConfig.gpt2(128, 45, 64, 2, 2).withActivation(ModelConfig.Activation.RELU2).withQueryKeyNorm(true),
          ModelConfig.llama(128, 64, 128, 2, 2, 1));

  private static final int BATCH = 3;

  /** Of a prompt: more than a kernel takes to be few. */
  private static final int MOST_TOKENS = 40;

  /** Deviation of parameters times the root of the width: products of any width are of one size, far enough from zero to show errors. */
  private static final double SPREAD = 1.8;

  private static final DropoutSites DROPOUT = new DropoutSites(0.1f, 1);

  private SelfTest() {}

  /**
   * The largest difference between a kernel's results - losses, gradients, updated parameters, scores while generating - and the scalar
   * kernel's, relative to the result: {@link #tolerance} or less where all is well, NaN where a result is NaN.
   */
  public static double largestDifference(Kernel kernel) {
    return CONFIGS.stream().mapToDouble(config -> largestDifference(kernel, config)).reduce(0, Math::max);
  }

  private static double largestDifference(Kernel kernel, ModelConfig config) {
    try (Kernel scalar = KernelChoice.SCALAR.open(WeightUse.TRAINING, 1)) {
      List<float[]> expected = results(scalar, config);
      List<float[]> actual = results(kernel, config);
      double share = kernel.operandType() == ElementType.F32 ? NEGLIGIBLE : BFLOAT16_NEGLIGIBLE;
      double least = share * expected.stream().mapToDouble(SelfTest::norm).max().orElseThrow();
      double largest = 0;
      for (int i = 0; i < expected.size(); i++) {
        largest = Math.max(largest, distance(expected.get(i), actual.get(i)) / Math.max(least, norm(expected.get(i))));
      }
      return largest;
    }
  }

  /** The largest difference to be expected of a kernel. */
  public static double tolerance(Kernel kernel) {
    return kernel.operandType() == ElementType.F32 ? TOLERANCE : BFLOAT16_TOLERANCE;
  }

  private static double norm(float[] values) {
    return distance(values, new float[values.length]);
  }

  private static double distance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
    }
    return Math.sqrt(sum);
  }

  private static List<float[]> results(Kernel kernel, ModelConfig config) {
    List<float[]> results = new ArrayList<>();
    try (ParameterSet parameters = random(config, 1); Network network = new Network(kernel, parameters, WeightUse.TRAINING)) {
      train(kernel, network, results);
      generate(kernel, network, results);
      update(kernel, parameters, results);
    }
    return results;
  }

  /** Parameters that are nowhere zero. */
  private static ParameterSet random(ModelConfig config, long seed) {
    ParameterSet set = ParameterSet.zeros(new ParameterTable(config));
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    Initialization normal = new Initialization.Normal(SPREAD / Math.sqrt(config.width()));
    set.byName().values().forEach(tensor -> normal.fill(tensor, random));
    return set;
  }

  private static void train(Kernel kernel, Network network, List<float[]> results) {
    ModelConfig config = network.config();
    int context = config.contextLength();
    try (ParameterSet gradients = ParameterSet.zeros(network.parameters().table());
        Activations activations = Activations.allocate(config, BATCH, context, true, kernel.operandType())) {
      for (int i = 0; i < BATCH * context; i++) {
        activations.inputs().setInt(i, i * 31 % config.vocabularySize());
        activations.targets().setInt(i, (i * 17 + 5) % config.vocabularySize());
      }
      Transformer transformer = new Transformer(kernel, network, activations);
      transformer.forward(DROPOUT);
      transformer.backward(transformer.gradientsInto(gradients), DROPOUT, 1, Accumulation.SET);
      results.add(activations.losses().toFloats());
      gradients.byName().values().forEach(gradient -> results.add(gradient.toFloats()));
      results.add(new float[] {(float) Math.sqrt(kernel.sumOfSquares(List.copyOf(gradients.byName().values())))});
    }
  }

  private static void generate(Kernel kernel, Network network, List<float[]> results) {
    ModelConfig config = network.config();
    SlabLayout layout = new SlabLayout();
    for (int i = 0; i < 2 * config.layerCount(); i++) {
      layout.add("cache", ElementType.F32, config.keyValueHeadCount(), config.contextLength(), config.headWidth());
    }
    try (Slab cache = layout.allocate(); Decoder decoder = new Decoder(kernel, network)) {
      List<Tensor> keys = List.of(cache.tensor(0), cache.tensor(1));
      List<Tensor> values = List.of(cache.tensor(2), cache.tensor(3));
      int[] tokens = IntStream.range(0, Math.min(config.contextLength(), MOST_TOKENS)).map(i -> i * 37 % config.vocabularySize()).toArray();
      decoder.forward(tokens, 0, tokens.length - 1, 0, keys, values);
      decoder.forward(tokens, tokens.length - 1, 1, tokens.length - 1, keys, values);
      results.add(decoder.logits(0).toFloats());
    }
  }

  private static void update(Kernel kernel, ParameterSet parameters, List<float[]> results) {
    AdamWStep step = new AdamWStep(1e-3f, 0.9f, 0.99f, 1e-8f, 0.1f, 0.5f, 0.19f, 0.0199f);
    ModelConfig config = parameters.table().config();
    try (ParameterSet gradients = random(config, 2);
        ParameterSet first = random(config, 3);
        ParameterSet second = ParameterSet.zeros(parameters.table())) {
      List<AdamWTensors> tensors = new ArrayList<>();
      for (int i = 0; i < parameters.table().parameters().size(); i++) {
        tensors.add(new AdamWTensors(parameters.tensor(i), gradients.tensor(i), first.tensor(i), second.tensor(i), i % 2 == 0, 1));
      }
      kernel.adamW(tensors, step);
      for (ParameterSet set : List.of(parameters, first, second)) {
        set.byName().values().forEach(tensor -> results.add(tensor.toFloats()));
      }
    }
  }
}
