package dev.minnow.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ParameterTableTest {
  private static final ParameterTable GPT2 = new ParameterTable(ModelConfig.gpt2(50257, 1024, 768, 12, 12));

  @Test
  void gpt2HasItsKnownNumberOfParameters() {
    assertEquals(124_439_808, GPT2.elementCount());
  }

  @Test
  void countsOfKindsAddUp() {
    Map<ParameterKind, Long> counts = GPT2.countByKind();
    assertEquals(50257L * 768, counts.get(ParameterKind.TOKEN_EMBEDDING));
    assertEquals(1024L * 768, counts.get(ParameterKind.POSITION_EMBEDDING));
    assertEquals(12L * 768 * 768, counts.get(ParameterKind.QUERY));
    assertEquals(12L * 8 * 768 * 768, counts.get(ParameterKind.FEED_FORWARD));
    assertEquals(12L * (3 + 1 + 4 + 1) * 768, counts.get(ParameterKind.BIAS));
    assertEquals(25L * 768, counts.get(ParameterKind.NORM_SCALE));
    assertEquals(GPT2.elementCount(), counts.values().stream().mapToLong(Long::longValue).sum());
  }

  @Test
  void aTokenTakesTwoOperationsForEachMultipliedNumberAndThreeTimesThatInTraining() {
    double matrices = 50257.0 * 768 + 12 * 12 * 768.0 * 768;
    assertEquals(2 * matrices + 2.0 * 12 * 1024 * 768, GPT2.flopsPerGeneratedToken());
    assertEquals(6 * matrices + 6.0 * 12 * 1024 * 768, GPT2.flopsPerTrainedToken());
  }
}
