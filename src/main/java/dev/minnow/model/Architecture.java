package dev.minnow.model;

import dev.minnow.model.ModelConfig.Activation;
import dev.minnow.model.ModelConfig.NormKind;
import java.util.Locale;
import java.util.Optional;

/** Pieces of {@link ModelConfig} that go together and have a class in Hugging Face transformers. */
public enum Architecture {
  /** GPT-2's (Radford et al., 2019): LayerNorm, learned positions, GELU in its tanh form or another activation, biases. */
  GPT2,
  /** Llama's (Touvron et al., 2023): RMSNorm, rotary positions, SwiGLU, grouped-query attention, no biases. */
  LLAMA;

  /** The one that has these pieces, if there is one. */
  static Optional<Architecture> of(NormKind norm, Positions positions, Activation activation, boolean biases) {
    if (norm == NormKind.LAYER_NORM && positions instanceof Positions.Learned && activation != Activation.SWIGLU && biases) {
      return Optional.of(GPT2);
    }
    if (norm == NormKind.RMS_NORM && positions instanceof Positions.Rotary && activation == Activation.SWIGLU && !biases) {
      return Optional.of(LLAMA);
    }
    return Optional.empty();
  }

  /** The name that the command line takes and that {@code config.json} has as its {@code model_type}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
