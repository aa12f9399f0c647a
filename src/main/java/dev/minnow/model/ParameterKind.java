package dev.minnow.model;

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
  BIAS
}
