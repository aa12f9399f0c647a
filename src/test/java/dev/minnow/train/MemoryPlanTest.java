package dev.minnow.train;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.memory.SystemMemory;
import dev.minnow.model.ModelConfig;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class MemoryPlanTest {
  private static final ModelConfig SMALL = ModelConfig.gpt2(256, 64, 128, 4, 4);

  @Test
  void aSmallRunFits() {
    assertDoesNotThrow(() -> MemoryPlan.requireFits(SMALL, 12));
  }

  @Test
  void aBatchThatDoesNotFitIsRefusedWithOneThatDoes() {
    int batch = 100_000_000;
    TrainingException refused = assertThrows(TrainingException.class, () -> MemoryPlan.requireFits(SMALL, batch));
    Matcher fitting = Pattern.compile("--batch (\\d+) would fit").matcher(refused.getMessage());
    assertTrue(fitting.find(), refused.getMessage());
    int fits = Integer.parseInt(fitting.group(1));
    long available = SystemMemory.availableBytes();
    assertTrue(fits >= 1 && MemoryPlan.bytes(SMALL, fits) < 1.1 * available, "batch " + fits);
    assertTrue(MemoryPlan.bytes(SMALL, 2 * fits) > 0.9 * available, "batch " + fits);
  }

  @Test
  void aModelThatDoesNotFitWithAnyBatchIsRefused() {
    ModelConfig huge = ModelConfig.gpt2(50257, 1024, 1 << 16, 1000, 64);
    TrainingException refused = assertThrows(TrainingException.class, () -> MemoryPlan.requireFits(huge, 4));
    assertTrue(refused.getMessage().contains("smaller model"), refused.getMessage());
  }
}
