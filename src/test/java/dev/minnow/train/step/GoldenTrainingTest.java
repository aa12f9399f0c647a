package dev.minnow.train.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.minnow.checkpoint.Golden;
import dev.minnow.checkpoint.HuggingFaceFolder;
import dev.minnow.checkpoint.LoadedModel;
import dev.minnow.kernel.Accumulation;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.KernelChoice;
import dev.minnow.kernel.WeightUse;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Tensor;
import dev.minnow.model.Activations;
import dev.minnow.model.Architecture;
import dev.minnow.model.DropoutSites;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.Network;
import dev.minnow.model.ParameterSet;
import dev.minnow.model.Transformer;
import dev.minnow.train.LearningRateScale;
import dev.minnow.train.OptimizerChoice;
import dev.minnow.train.Schedule;
import dev.minnow.train.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Loss, gradients and ten AdamW steps of a small GPT-2 and a small Llama, against PyTorch's in float64. */
class GoldenTrainingTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");

  static Stream<Arguments> modelsAndKernels() {
    return Stream.of("train-gpt2", "train-llama")
        .flatMap(
            model -> Stream.of(KernelChoice.SCALAR, KernelChoice.VECTOR, KernelChoice.AUTO)
                .map(choice -> Arguments.of(GOLDEN.resolve(model), choice.open(WeightUse.TRAINING, 2))));
  }

  /** How far a loss may be from PyTorch's: operands of bfloat16 are exact to 2^-9, a mean over many of them a little more. */
  private static double lossTolerance(Kernel kernel, double exact) {
    return kernel.operandType() == ElementType.F32 ? exact : 100 * exact;
  }

  /** How far a gradient may be from PyTorch's, of its norm. */
  private static double gradientTolerance(Kernel kernel) {
    return kernel.operandType() == ElementType.F32 ? 1e-4 : 0.02;
  }

  @ParameterizedTest
  @MethodSource("modelsAndKernels")
  void lossAndGradientsAgreeWithPyTorch(Path folder, Kernel kernel) throws IOException {
    JsonNode golden = new ObjectMapper().readTree(folder.resolve("golden.json").toFile());
    ModelConfig config = HuggingFaceFolder.readConfig(folder.resolve("config.json"));
    try (kernel;
        LoadedModel model = HuggingFaceFolder.load(folder);
        LoadedModel expected = Golden.load(config, folder.resolve("gradients.safetensors"));
        ParameterSet gradients = ParameterSet.zeros(model.parameters().table());
        Network network = new Network(kernel, model.parameters(), WeightUse.TRAINING);
        Activations activations = batch(config, golden, kernel)) {
      double loss = backward(kernel, network, gradients, activations);
      assertEquals(golden.get("loss").doubleValue(), loss, lossTolerance(kernel, 1e-5), "loss");
      Map<String, double[]> differences = differences(expected.parameters(), gradients);
      differences.forEach(
          (name, difference) -> {
            double relative = Math.sqrt(difference[0] / difference[1]);
            assertTrue(relative <= gradientTolerance(kernel), name + " differs by " + relative);
          });
      assertEquals(config.architecture() == Architecture.GPT2 ? 2 + 2 * 12 + 2 : 1 + 2 * 9 + 2, differences.size());
      activations.slab().checkGuards();
      gradients.slab().checkGuards();
    }
  }

  @ParameterizedTest
  @MethodSource("modelsAndKernels")
  void tenAdamWStepsAgreeWithPyTorch(Path folder, Kernel kernel) throws IOException {
    JsonNode golden = new ObjectMapper().readTree(folder.resolve("golden.json").toFile());
    JsonNode expected = golden.get("adamw");
    TrainingOptions options = options(expected);
    ModelConfig config = HuggingFaceFolder.readConfig(folder.resolve("config.json"));
    try (kernel;
        LoadedModel model = HuggingFaceFolder.load(folder);
        ParameterSet gradients = ParameterSet.zeros(model.parameters().table());
        AdamW optimizer = new AdamW(kernel, model.parameters(), gradients, options);
        Network network = new Network(kernel, model.parameters(), WeightUse.TRAINING);
        Activations activations = batch(config, golden, kernel)) {
      for (int step = 1; step <= 10; step++) {
        double loss = backward(kernel, network, gradients, activations);
        assertEquals(expected.get("losses_before_each_step").get(step - 1).doubleValue(), loss, lossTolerance(kernel, 1e-4),
            "loss before step " + step);
        double norm = Math.sqrt(kernel.sumOfSquares(List.copyOf(gradients.byName().values())));
        optimizer.update(step, options.learningRate(step), Math.min(1, options.clip() / norm));
        network.refresh();
      }
      double loss = backward(kernel, network, gradients, activations);
      assertEquals(expected.get("loss_after").doubleValue(), loss, lossTolerance(kernel, 1e-4), "loss after ten steps");
    }
  }

  private static TrainingOptions options(JsonNode expected) {
    double rate = expected.get("learning_rate").doubleValue();
    return new TrainingOptions(
        3,
        1,
        10,
        rate,
        LearningRateScale.of(""),
        rate,
        0,
        Schedule.CONSTANT,
        OptimizerChoice.ADAMW,
        0,
        expected.get("beta1").doubleValue(),
        expected.get("beta2").doubleValue(),
        expected.get("epsilon").doubleValue(),
        expected.get("weight_decay").doubleValue(),
        expected.get("clip_norm").doubleValue(),
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        1,
        1);
  }

  private static Activations batch(ModelConfig config, JsonNode golden, Kernel kernel) {
    int batch = golden.get("inputs").size();
    Activations activations = Activations.allocate(config, batch, config.contextLength(), true, kernel.operandType());
    fill(activations.inputs(), golden.get("inputs"));
    fill(activations.targets(), golden.get("targets"));
    return activations;
  }

  private static void fill(Tensor tensor, JsonNode rows) {
    long element = 0;
    for (JsonNode row : rows) {
      for (JsonNode id : row) {
        tensor.setInt(element++, id.intValue());
      }
    }
    assertEquals(tensor.elementCount(), element);
  }

  private static double backward(Kernel kernel, Network network, ParameterSet gradients, Activations activations) {
    Transformer transformer = new Transformer(kernel, network, activations);
    transformer.forward(DropoutSites.NONE);
    return transformer.backward(transformer.gradientsInto(gradients), DropoutSites.NONE, 1f / activations.losses().elementCount(),
        Accumulation.SET);
  }

  /** Per checkpoint name: the sums of squares of the difference and of the expected values. Query, key and value are one there. */
  private static Map<String, double[]> differences(ParameterSet expected, ParameterSet actual) {
    Map<String, double[]> sums = new LinkedHashMap<>();
    Map<String, Tensor> actualTensors = actual.byName();
    expected
        .byName()
        .forEach(
            (name, tensor) -> {
              double[] sum = sums.computeIfAbsent(name.replaceAll("attn\\.(query|key|value)", "c_attn"), key -> new double[2]);
              float[] got = actualTensors.get(name).toFloats();
              float[] wanted = tensor.toFloats();
              for (int i = 0; i < got.length; i++) {
                sum[0] += Math.pow((double) got[i] - wanted[i], 2);
                sum[1] += Math.pow(wanted[i], 2);
              }
            });
    return sums;
  }
}
