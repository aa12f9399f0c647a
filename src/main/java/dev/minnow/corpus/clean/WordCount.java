package dev.minnow.corpus.clean;

/**
 * How often a word occurs.
 *
 * @param word in lower case
 * @param count at least
 */
public record WordCount(String word, long count) {}
