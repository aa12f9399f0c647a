package dev.minnow.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
    assertEquals(2 * matrices + 2.0 * 12 * 1024 * 768, TokenCost.flopsPerGeneratedToken(GPT2));
    assertEquals(6 * matrices + 6.0 * 12 * 1024 * 768, TokenCost.flopsPerTrainedToken(GPT2));
  }

  /** TinyLlama 1.1B and Llama 3.2 1B, as their model cards count them. */
  @Test
  void llamasHaveTheirKnownNumbersOfParameters() {
    ModelConfig tiny =
        new ModelConfig(
            32_000, 2048, 2048, 22, 32, 4, 64, 5632, ModelConfig.NormKind.RMS_NORM, 1e-5f,
            new Positions.Rotary(10_000, new RotaryScaling.None()), ModelConfig.Activation.SWIGLU, false, false);
    assertEquals(1_100_048_384, new ParameterTable(tiny).elementCount());
    ModelConfig small =
        new ModelConfig(
            128_256, 131_072, 2048, 16, 32, 8, 64, 8192, ModelConfig.NormKind.RMS_NORM, 1e-5f,
            new Positions.Rotary(500_000, new RotaryScaling.Llama3(32, 1, 4, 8192)), ModelConfig.Activation.SWIGLU, false, true);
    assertEquals(1_235_814_400, new ParameterTable(small).elementCount());
  }

  @Test
  void aHeadOfItsOwnIsMultipliedAndItsTokenEmbeddingIsNot() {
    ModelConfig tied = ModelConfig.llama(50, 8, 16, 2, 4, 2);
    ParameterTable own = new ParameterTable(tied.withTiedHead(false));
    assertEquals(50 * 16, own.countByKind().get(ParameterKind.HEAD));
    assertEquals(new ParameterTable(tied).elementCount() + 50 * 16, own.elementCount());
    assertEquals(TokenCost.multiplyingCount(new ParameterTable(tied)), TokenCost.multiplyingCount(own));
    assertEquals(16L * (50 + 2 * (16 + 2 * 8 + 16 + 3 * 64)), TokenCost.multiplyingCount(own));
    assertEquals("lm_head.weight", own.parameters().getLast().name());
  }

  @Test
  void piecesThatNoArchitectureHasTogetherAreRefused() {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> new ModelConfig(
                50, 8, 16, 2, 4, 4, 4, 64, ModelConfig.NormKind.RMS_NORM, 1e-5f, new Positions.Learned(), ModelConfig.Activation.GELU,
                true, true));
    assertTrue(refused.getMessage().contains("neither gpt2 nor llama"), refused.getMessage());
  }
}
