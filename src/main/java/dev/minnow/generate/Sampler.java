package dev.minnow.generate;

/** Picks the next token from the scores of all tokens. */
public interface Sampler {
  /** The index of the chosen score; may overwrite {@code logits} (V). */
  int sample(float[] logits);
}
