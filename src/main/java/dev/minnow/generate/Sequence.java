package dev.minnow.generate;

import dev.minnow.kernel.Kernel;
import dev.minnow.memory.Slab;
import dev.minnow.memory.Tensor;
import dev.minnow.model.Decoder;
import dev.minnow.model.Network;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * A growing sequence of tokens with its key/value cache. When the context is full, the older half is forgotten, and what remains is run
 * again from position 0. One caller at a time.
 */
public final class Sequence implements AutoCloseable {
  private final Slab parameters;
  private final Decoder decoder;
  private final KeyValueCache cache;
  private final int contextLength;
  private final int vocabularySize;

  /** Tokens in the window, the first {@code position} of them cached. */
  private final IntArrayList window = new IntArrayList();

  private int position;

  /** Whether the window is not all of the tokens. */
  private boolean slid;

  /**
   * An empty sequence; network and kernel stay the caller's to close.
   *
   * @throws IllegalStateException if the network's parameters were closed
   */
  public Sequence(Kernel kernel, Network network) {
    this.parameters = network.parameters().slab();
    parameters.leave(parameters.enter());
    this.cache = new KeyValueCache(network.config());
    try {
      this.decoder = new Decoder(kernel, network);
    } catch (RuntimeException | Error e) {
      cache.close();
      throw e;
    }
    this.contextLength = network.config().contextLength();
    this.vocabularySize = network.config().vocabularySize();
  }

  /**
   * Appends tokens, at least one.
   *
   * @return scores of every next token, (1, V), valid until the next call
   * @throws IllegalStateException if the network's parameters were closed, be it meanwhile
   */
  public Tensor append(int... tokens) {
    return appendUntil(() -> false, tokens).orElseThrow();
  }

  /**
   * As {@link #append}, unless it is told to stop: then the tokens are appended as well, but what is missing is computed by the next call.
   *
   * @param stop asked before every some hundred tokens
   * @return nothing if it was stopped
   */
  Optional<Tensor> appendUntil(BooleanSupplier stop, int... tokens) {
    if (tokens.length == 0) {
      throw new IllegalArgumentException("A sequence is appended at least one token.");
    }
    for (int token : tokens) {
      if (window.size() == contextLength) {
        slide();
      }
      window.add(token);
    }
    cache.ensure(window.size());
    Optional<Tensor> scores = Optional.empty();
    while (scores.isEmpty() && !stop.getAsBoolean()) {
      scores = run();
    }
    return scores;
  }

  /** V, scores that {@link #append} returns. */
  public int vocabularySize() {
    return vocabularySize;
  }

  /**
   * Forgets the last tokens.
   *
   * @return false if older ones slid out of the context in the meantime and less would be left than sliding leaves: what is appended then
   *     might have kept those; then nothing changed
   */
  public boolean removeLast(int count) {
    int left = window.size() - count;
    if (left < 0 || slid && left < contextLength - slidAtOnce()) {
      return false;
    }
    window.size(left);
    position = Math.min(position, window.size());
    return true;
  }

  private void slide() {
    window.removeElements(0, slidAtOnce());
    slid = true;
    position = 0;
  }

  /** How many of the oldest tokens make room for others. */
  private int slidAtOnce() {
    return Math.max(1, contextLength / 2);
  }

  /** Runs as many tokens as go at once; scores if they are the last. Between two such runs the model may be closed. */
  private Optional<Tensor> run() {
    long stamp = parameters.enter();
    try {
      int count = Math.min(decoder.maximumRows(), window.size() - position);
      decoder.forward(window.elements(), position, count, position, cache.keys(), cache.values());
      position += count;
      return position == window.size() ? Optional.of(decoder.logits(count - 1)) : Optional.empty();
    } finally {
      parameters.leave(stamp);
    }
  }

  /**
   * The log-probability of each token given those before it, in nats. Beyond the context length each stretch of tokens is scored with
   * the half context before it.
   *
   * @return as many values as tokens; the first, which nothing precedes, is 0
   */
  public float[] score(int... tokens) {
    clear();
    float[] logProbabilities = new float[tokens.length];
    int stride = slidAtOnce();
    int scored = 1;
    for (int start = 0; scored < tokens.length; start += stride) {
      int end = Math.min(start + contextLength, tokens.length);
      scored = scoreWindow(tokens, start, end, scored, logProbabilities);
    }
    return logProbabilities;
  }

  /** Fills in what the window of tokens {@code start} to {@code end} says of those not scored yet; returns how many are scored then. */
  private int scoreWindow(int[] tokens, int start, int end, int scored, float[] logProbabilities) {
    cache.ensure(end - start);
    for (int from = start; from < end; from += decoder.maximumRows()) {
      long stamp = parameters.enter();
      try {
        int count = Math.min(decoder.maximumRows(), end - from);
        decoder.forward(tokens, from, count, from - start, cache.keys(), cache.values());
        int predicted = Math.min(from + count + 1, tokens.length);
        if (predicted > scored) {
          float[] losses = decoder.losses(scored - 1 - from, Arrays.copyOfRange(tokens, scored, predicted));
          for (float loss : losses) {
            logProbabilities[scored++] = -loss;
          }
        }
      } finally {
        parameters.leave(stamp);
      }
    }
    return scored;
  }

  /** Forgets everything. */
  public void clear() {
    window.clear();
    position = 0;
    slid = false;
  }

  @Override
  public void close() {
    cache.close();
    decoder.close();
  }
}
