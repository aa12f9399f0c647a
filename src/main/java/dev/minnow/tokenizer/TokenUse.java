package dev.minnow.tokenizer;

import java.util.stream.IntStream;

/** Counts how often each token of a tokenizer occurs in texts. For one thread. */
public final class TokenUse {
  private final Tokenizer tokenizer;
  private final long[] counts;
  private long bytes;
  private long tokens;

  public TokenUse(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
    this.counts = new long[tokenizer.vocabularySize()];
  }

  /** Encodes a text in UTF-8 in a way of its own, and counts. */
  public void add(byte[] utf8, EncodingOptions options) {
    int[] ids = tokenizer.encode(utf8, options);
    for (int id : ids) {
      counts[id]++;
    }
    bytes += utf8.length;
    tokens += ids.length;
  }

  /** Adds what another has counted with the same tokenizer. */
  public void addAll(TokenUse other) {
    for (int id = 0; id < counts.length; id++) {
      counts[id] += other.counts[id];
    }
    bytes += other.bytes;
    tokens += other.tokens;
  }

  /** Bytes of text. */
  public long bytes() {
    return bytes;
  }

  public long tokens() {
    return tokens;
  }

  /** How often a token occurs. */
  public long count(int id) {
    return counts[id];
  }

  /** How many bytes of text a token stands for on average; not a number without text. */
  public double bytesPerToken() {
    return (double) bytes / tokens;
  }

  /** How many of the vocabulary's tokens occur. */
  public long distinct() {
    return IntStream.range(0, counts.length).filter(id -> counts[id] > 0).count();
  }

  /** The ids of the tokens that occur most, the most frequent first, at most {@code limit}. */
  public int[] mostUsed(int limit) {
    return IntStream.range(0, counts.length)
        .filter(id -> counts[id] > 0)
        .boxed()
        .sorted((one, other) -> Long.compare(counts[other], counts[one]))
        .limit(limit)
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
