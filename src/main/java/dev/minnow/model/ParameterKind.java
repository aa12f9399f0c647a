package dev.minnow.model;

import java.util.Locale;

/** What a parameter does in the model. */
public enum ParameterKind {
  TOKEN_EMBEDDING,
  POSITION_EMBEDDING,
  QUERY,
  KEY,
  VALUE,
  ATTENTION_OUTPUT,
  FEED_FORWARD,
  HEAD,
  NORM_SCALE,
  NORM_SHIFT,
  BIAS;

  /** As programs write it, such as {@code token_embedding}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** As people write it, such as {@code token embedding}. */
  public String words() {
    return key().replace('_', ' ');
  }
}
