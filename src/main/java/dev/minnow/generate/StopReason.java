package dev.minnow.generate;

/** Why a generation ended. */
public enum StopReason {
  /** It reached the number of tokens asked for. */
  LENGTH,
  /** The model produced its end-of-text token. */
  END_OF_TEXT,
  /** One of the stop strings appeared; it is not part of the text. */
  STOP_STRING,
  /** The consumer of the text asked to stop. */
  CANCELLED
}
