package dev.minnow;

import dev.minnow.generate.GeneratedText;
import dev.minnow.generate.Generation;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A text that is generated as it is read: each piece, in whole characters, when it is asked for, on the thread that asks. One thread at a
 * time. It is to be closed, unless it was read to its end.
 */
public final class TextStream implements Iterator<String>, AutoCloseable {
  private final Generation generation;
  private final Supplier<@Nullable String> pieces;
  private Runnable atEnd;
  private @Nullable String next;
  private boolean ended;
  private @Nullable Throwable failure;

  /**
   * The text of a generation.
   *
   * @param pieces of it, as {@link Generation#next} gives them
   * @param atEnd run once when the text is at its end, is given up, or fails
   */
  TextStream(Generation generation, Supplier<@Nullable String> pieces, Runnable atEnd) {
    this.generation = generation;
    this.pieces = pieces;
    this.atEnd = atEnd;
  }

  /**
   * Whether there is more; generates it.
   *
   * @throws IllegalStateException if the model was closed
   */
  @Override
  public boolean hasNext() {
    if (next == null && !ended) {
      try {
        next = pieces.get();
      } catch (RuntimeException | Error e) {
        failure = e;
        end();
        throw e;
      }
      if (next == null) {
        end();
      }
    }
    return next != null;
  }

  @Override
  public String next() {
    if (!hasNext() || next == null) {
      throw new NoSuchElementException("The text is at its end.");
    }
    String piece = next;
    next = null;
    return piece;
  }

  /**
   * What was generated.
   *
   * @throws IllegalStateException before the end, or if there is none, because generating failed
   */
  public GeneratedText result() {
    if (failure != null) {
      throw new IllegalStateException("The text has no end, since generating it failed; generate it again.", failure);
    }
    return generation.result();
  }

  /** Ends the text after the token at hand, or within a long prompt; from any thread. */
  void cancel() {
    generation.cancel();
  }

  /** Adds what to do at the end. */
  TextStream andThen(Runnable action) {
    Runnable first = atEnd;
    atEnd = () -> {
      try {
        first.run();
      } finally {
        action.run();
      }
    };
    return this;
  }

  private void end() {
    if (!ended) {
      ended = true;
      atEnd.run();
    }
  }

  /** Gives up what was not read: it is no part of the text, be it generated or not. */
  @Override
  public void close() {
    if (next != null) {
      generation.cancelBefore(next);
      next = null;
    }
    if (!ended) {
      generation.cancel();
      try {
        // Takes note of the cancelling; no more is generated.
        String _ = pieces.get();
      } finally {
        end();
      }
    }
  }
}
