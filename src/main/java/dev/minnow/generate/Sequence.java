package dev.minnow.generate;

import dev.minnow.kernel.Kernel;
import dev.minnow.memory.Tensor;
import dev.minnow.model.Decoder;
import dev.minnow.model.ParameterSet;
import it.unimi.dsi.fastutil.ints.IntArrayList;

/**
 * A growing sequence of tokens with its key/value cache. When the context is full, the older half is forgotten: positions are learned,
 * so what remains is run again from position 0. One caller at a time.
 */
public final class Sequence implements AutoCloseable {
  private final ParameterSet parameters;
  private final Decoder decoder;
  private final KeyValueCache cache;
  private final int contextLength;

  /** Tokens in the window, the first {@code position} of them cached. */
  private final IntArrayList window = new IntArrayList();

  private int position;

  /** An empty sequence; parameters and kernel stay the caller's to close. */
  public Sequence(Kernel kernel, ParameterSet parameters) {
    this.parameters = parameters;
    this.decoder = new Decoder(kernel, parameters);
    this.cache = new KeyValueCache(parameters.table().config());
    this.contextLength = parameters.table().config().contextLength();
  }

  /**
   * Appends tokens, at least one.
   *
   * @return scores of every next token, (1, V), valid until the next call
   */
  public Tensor append(int... tokens) {
    if (tokens.length == 0) {
      throw new IllegalArgumentException("A sequence is appended at least one token.");
    }
    for (int token : tokens) {
      if (window.size() == contextLength) {
        slide();
      }
      window.add(token);
    }
    long stamp = parameters.slab().enter();
    try {
      return run();
    } finally {
      parameters.slab().leave(stamp);
    }
  }

  private void slide() {
    window.removeElements(0, Math.max(1, contextLength / 2));
    position = 0;
  }

  private Tensor run() {
    while (true) {
      int count = Math.min(decoder.maximumRows(), window.size() - position);
      Tensor hidden = decoder.forward(window.elements(), position, count, position, cache.keys(), cache.values());
      position += count;
      if (position == window.size()) {
        return decoder.logits(hidden, count - 1);
      }
    }
  }

  /**
   * The log-probability of each token given those before it, in nats. Beyond the context length each stretch of tokens is scored with
   * the half context before it.
   *
   * @return as many values as tokens; the first, which nothing precedes, is 0
   */
  public float[] score(int... tokens) {
    float[] logProbabilities = new float[tokens.length];
    long stamp = parameters.slab().enter();
    try {
      int stride = Math.max(1, contextLength / 2);
      int scored = 1;
      for (int start = 0; scored < tokens.length; start += stride) {
        int end = Math.min(start + contextLength, tokens.length);
        scored = scoreWindow(tokens, start, end, scored, logProbabilities);
      }
    } finally {
      parameters.slab().leave(stamp);
    }
    window.clear();
    position = 0;
    return logProbabilities;
  }

  private int scoreWindow(int[] tokens, int start, int end, int scored, float[] logProbabilities) {
    for (int from = start; from < end; from += decoder.maximumRows()) {
      int count = Math.min(decoder.maximumRows(), end - from);
      Tensor hidden = decoder.forward(tokens, from, count, from - start, cache.keys(), cache.values());
      for (int row = 0; row < count; row++) {
        int next = from + row + 1;
        if (next >= scored && next < tokens.length) {
          logProbabilities[next] = -decoder.loss(hidden, row, tokens[next]);
          scored = next + 1;
        }
      }
    }
    return scored;
  }

  /** Forgets everything. */
  public void clear() {
    window.clear();
    position = 0;
  }

  @Override
  public void close() {
    cache.close();
    decoder.close();
  }
}
