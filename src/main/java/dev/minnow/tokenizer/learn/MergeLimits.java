package dev.minnow.tokenizer.learn;

/**
 * Which pairs may become tokens.
 *
 * @param minFrequency how often a pair must occur at least, from 1
 * @param maxTokenLength in bytes; a merge makes a token that is shorter, or of two bytes. Hugging Face's trainer compares so too
 */
public record MergeLimits(long minFrequency, int maxTokenLength) {
  /** Whether two tokens of so many bytes may merge. */
  boolean allow(int leftLength, int rightLength) {
    int length = leftLength + rightLength;
    return length == 2 || length < maxTokenLength;
  }
}
