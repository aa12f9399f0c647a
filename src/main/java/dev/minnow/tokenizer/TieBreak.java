package dev.minnow.tokenizer;

/**
 * Which of several equally frequent pairs a trainer merges first. Trainers differ here, and one early difference changes all that follows.
 */
public enum TieBreak {
  /** The pair with the smallest ids, as Hugging Face's trainer does: the alphabet is numbered by its stand-in characters. */
  SMALLEST_IDS,

  /** The pair with the greatest left bytes, then right bytes, as Stanford's CS336 reference does. */
  GREATEST_BYTES
}
