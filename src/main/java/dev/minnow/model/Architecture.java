package dev.minnow.model;

import java.util.Locale;

/** Pieces of {@link ModelConfig} that go together and have a class in Hugging Face transformers. */
public enum Architecture {
  /** GPT-2's (Radford et al., 2019): LayerNorm, learned positions, GELU in its tanh form or another activation, biases. */
  GPT2,
  /** Llama's (Touvron et al., 2023): RMSNorm, rotary positions, SwiGLU, grouped-query attention, no biases. */
  LLAMA;

  /** The name that the command line takes and that {@code config.json} has as its {@code model_type}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
