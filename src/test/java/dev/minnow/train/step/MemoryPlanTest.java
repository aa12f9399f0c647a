package dev.minnow.train.step;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.corpus.TokenFile;
import dev.minnow.corpus.TokenFileWriter;
import dev.minnow.corpus.TrainingWindows;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.KernelChoice;
import dev.minnow.kernel.WeightUse;
import dev.minnow.memory.SystemMemory;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.ParameterSet;
import dev.minnow.model.ParameterTable;
import dev.minnow.model.TokenCost;
import dev.minnow.train.OptimizerChoice;
import dev.minnow.train.Preset;
import dev.minnow.train.TrainingException;
import dev.minnow.train.TrainingOptions;
import dev.minnow.train.option.RunOptions;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MemoryPlanTest {
  private static final ModelConfig SMALL = ModelConfig.gpt2(256, 64, 128, 4, 4);
  private static final ModelConfig LLAMA = ModelConfig.llama(256, 64, 128, 4, 4, 2).withTiedHead(false);

  private static final ModelConfig SHARED = SMALL.withSharedLayers(2);
  private static final ModelConfig NORMALISED = SMALL.withQueryKeyNorm(true).withActivation(ModelConfig.Activation.RELU2);

  static Stream<Arguments> kernelsAndModels() {
    return Arrays.stream(KernelChoice.values())
        .flatMap(choice -> Stream.of(SMALL, LLAMA, SHARED, NORMALISED).map(model -> Arguments.of(choice, model)));
  }

  private static MemoryPlan plan(ModelConfig config, int batch) {
    try (Kernel kernel = KernelChoice.AUTO.open(WeightUse.TRAINING, 1)) {
      return new MemoryPlan(kernel, config, batch, OptimizerChoice.ADAMW, false);
    }
  }

  private static long bytes(MemoryPlan plan, String name) {
    return plan.parts().stream().filter(part -> part.name().equals(name)).findFirst().orElseThrow().bytes();
  }

  @ParameterizedTest
  @MethodSource("kernelsAndModels")
  void slabsAreThoseThatATrainerAllocates(KernelChoice choice, ModelConfig model, @TempDir Path folder) {
    Path file = folder.resolve("tokens");
    try (TokenFileWriter writer = new TokenFileWriter(file, model.vocabularySize(), "0".repeat(64))) {
      for (int i = 0; i < 1000; i++) {
        writer.append(i % model.vocabularySize());
      }
      writer.finish();
    }
    TrainingOptions options = RunOptions.create(Preset.TINY, Map.of("batch", 3)).withSteps(10).training();
    try (Kernel kernel = choice.open(WeightUse.TRAINING, 2);
        TokenFile tokens = TokenFile.open(file);
        ParameterSet parameters = ParameterSet.zeros(new ParameterTable(model));
        Trainer trainer = new Trainer(kernel, options, new TrainingWindows(tokens, model.contextLength(), 1), parameters)) {
      MemoryPlan plan = new MemoryPlan(kernel, model, 3, OptimizerChoice.ADAMW, false);
      assertEquals(parameters.slab().bytes(), bytes(plan, "parameters"));
      assertEquals(trainer.transformer().activations().slab().bytes(), bytes(plan, "activations"));
      long forms = bytes(plan, "kernel's forms of weights");
      assertEquals(trainer.network().bytesPerToken(), forms > 0 ? forms : Float.BYTES * TokenCost.multiplyingCount(parameters.table()));
      boolean rotary = plan.parts().stream().anyMatch(part -> part.name().equals("rotary table"));
      assertEquals(model.equals(LLAMA), rotary);
      assertTrue(!rotary || bytes(plan, "rotary table") >= 4 * 64 * 32);
    }
  }

  /** A slab's tensors begin cache lines, and it may end in guards. */
  @Test
  void momentsAreThoseThatEachOptimizerAllocates() {
    for (OptimizerChoice optimizer : EnumSet.allOf(OptimizerChoice.class)) {
      TrainingOptions options = RunOptions.create(Preset.TINY, Map.of("optimizer", optimizer)).withSteps(10).training();
      try (Kernel kernel = KernelChoice.AUTO.open(WeightUse.TRAINING, 1);
          ParameterSet parameters = ParameterSet.zeros(new ParameterTable(SMALL));
          ParameterSet gradients = ParameterSet.zeros(new ParameterTable(SMALL));
          Optimizer opened = Optimizer.open(kernel, parameters, gradients, options)) {
        long held = opened.moments().values().stream().mapToLong(tensor -> tensor.segment().byteSize()).sum();
        long planned =
            MemoryPlan.moments(optimizer, parameters.table())
                .filter(part -> part.name().contains("mom"))
                .mapToLong(MemoryPlan.Part::bytes)
                .sum();
        assertEquals((double) held, (double) planned, 0.01 * held, optimizer.toString());
        long adamW = new MemoryPlan(kernel, SMALL, 3, OptimizerChoice.ADAMW, false).bytes();
        long sgd = new MemoryPlan(kernel, SMALL, 3, OptimizerChoice.SGD, false).bytes();
        assertEquals(parameters.slab().bytes(), adamW - sgd);
        long averaged = new MemoryPlan(kernel, SMALL, 3, OptimizerChoice.ADAMW, true).bytes();
        assertEquals(parameters.slab().bytes(), averaged - adamW);
      }
    }
  }

  @Test
  void aSmallRunFits() {
    assertDoesNotThrow(() -> plan(SMALL, 12).requireFits());
  }

  @Test
  void aBatchThatDoesNotFitIsRefusedWithOneThatDoes() {
    TrainingException refused = assertThrows(TrainingException.class, plan(SMALL, 100_000_000)::requireFits);
    Matcher fitting = Pattern.compile("--batch (\\d+) would fit").matcher(refused.getMessage());
    assertTrue(fitting.find(), refused.getMessage());
    int fits = Integer.parseInt(fitting.group(1));
    long available = SystemMemory.availableBytes();
    assertTrue(fits >= 1 && plan(SMALL, fits).bytes() < 1.1 * available, "batch " + fits);
    assertTrue(plan(SMALL, 2 * fits).bytes() > 0.9 * available, "batch " + fits);
  }

  @Test
  void aRunThatGoesOnIsNotToldToBeSmaller() {
    try (ParameterSet loaded = ParameterSet.zeros(new ParameterTable(SMALL))) {
      assertDoesNotThrow(() -> plan(SMALL, 12).requireFitsAgain(loaded));
      MemoryPlan large = plan(SMALL, 100_000_000);
      TrainingException refused = assertThrows(TrainingException.class, () -> large.requireFitsAgain(loaded));
      assertTrue(refused.getMessage().endsWith("; end other programs, or go on where there is more."), refused.getMessage());
      refused = assertThrows(TrainingException.class, () -> large.requireFitsWith(loaded));
      assertTrue(refused.getMessage().endsWith(" would fit."), refused.getMessage());
    }
  }

  @Test
  void aModelThatDoesNotFitWithAnyBatchIsRefused() {
    ModelConfig huge = ModelConfig.gpt2(50257, 1024, 1 << 16, 1000, 64);
    TrainingException refused = assertThrows(TrainingException.class, plan(huge, 4)::requireFits);
    assertTrue(refused.getMessage().contains("smaller model"), refused.getMessage());
  }
}
