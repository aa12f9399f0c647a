package dev.minnow;

import dev.minnow.generate.GeneratedText;
import dev.minnow.generate.Generation;
import dev.minnow.generate.Sequence;
import dev.minnow.tokenizer.Tokenizer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One growing text over a {@link LanguageModel}, which may have many at once. The keys and values of all its tokens stay in memory, so that
 * each turn costs only what is new: 8 x layers x context x width of keys bytes. When the context is full, the older half is forgotten.
 *
 * <p>A session is used by one thread at a time, any one; only {@link #cancel} and {@link #close} may come from others. It is to be closed
 * by whoever opened it, before or after its model.
 */
public final class Session implements AutoCloseable {
  private final SessionText text;

  /**
   * The use that is made of the text, from before its prompt is tokenized to the end of its stream; none otherwise. A cancel reaches this one
   * whenever it comes, and none that begins later.
   */
  private final AtomicReference<@Nullable Turn> turn = new AtomicReference<>();

  /** Held while the sequence computes, and while its memory is freed. */
  private final ReentrantLock computing = new ReentrantLock();

  private volatile boolean closed;

  Session(Tokenizer tokenizer, Sequence sequence) {
    this.text = new SessionText(tokenizer, sequence);
  }

  /** Adds to the text without generating; nothing is computed until then. */
  public void append(String added) {
    use(() -> text.append(added));
  }

  /**
   * Adds tokens to the text, and nothing before them.
   *
   * @throws IllegalArgumentException if an id is not in the vocabulary of the tokenizer
   */
  public void append(int... ids) {
    use(() -> text.append(ids));
  }

  /** Makes this the text. What it begins with that was there before is not computed again: a chat may be told in full each time. */
  public void rewrite(String whole) {
    use(() -> text.rewrite(whole));
  }

  /** The ids of the whole text so far, end-of-text where it was generated. */
  public int[] tokens() {
    return text.toArray();
  }

  /** The whole text so far. */
  public String text() {
    return text.decode();
  }

  /**
   * Adds a prompt to the text and continues it. What is generated becomes part of the text; a stop string does not, nor does what was held
   * back when the text was cancelled. If generating fails, the prompt stays part of the text and what was generated does not; an exception
   * of {@code consumer} cancels the text, and what it was given stays. Bytes that begin a character at the end of what is generated are
   * shown as U+FFFD, and are part of the text as they are.
   *
   * @param consumer takes each piece of text, in whole characters, as soon as it is known
   * @throws IllegalStateException if this session is in use or closed, or its model is
   */
  public GeneratedText generate(String prompt, GenerationOptions options, Consumer<String> consumer) {
    return generateWhile(
        prompt,
        options,
        piece -> {
          consumer.accept(piece);
          return true;
        });
  }

  /** As {@link #generate}, until {@code consumer} answers false. */
  public GeneratedText generateWhile(String prompt, GenerationOptions options, Predicate<String> consumer) {
    try (TextStream stream = stream(prompt, options)) {
      while (stream.hasNext()) {
        if (!consumer.test(stream.next())) {
          cancel();
        }
      }
      return stream.result();
    }
  }

  /**
   * As {@link #generate}, piece by piece as they are asked for. Until the stream is at its end or closed, the session is in use.
   *
   * @throws IllegalStateException if this session is in use or closed
   */
  public TextStream stream(String prompt, GenerationOptions options) {
    Objects.requireNonNull(options);
    Turn begun = begin();
    try {
      text.append(prompt);
      Generation generation = text.continuation(options);
      begun.generate(generation);
      return new TextStream(generation, () -> next(generation), () -> finish(generation));
    } catch (RuntimeException | Error e) {
      end();
      throw e;
    }
  }

  private @Nullable String next(Generation generation) {
    computing.lock();
    try {
      if (closed) {
        // Its memory may be gone; a cancelled text takes none.
        generation.cancel();
      }
      return generation.next();
    } finally {
      computing.unlock();
      if (closed) {
        free();
      }
    }
  }

  private void finish(Generation generation) {
    try {
      text.take(generation);
    } finally {
      end();
    }
  }

  /** Ends what is being generated, after the token at hand or within its prompt; nothing if nothing is. */
  public void cancel() {
    Turn current = turn.get();
    if (current != null) {
      current.cancel();
    }
  }

  private void use(Runnable action) {
    begin();
    try {
      action.run();
    } finally {
      end();
    }
  }

  /** One use of the text, to be cancelled from before there is a generation. */
  private static final class Turn {
    private volatile boolean cancelled;
    private volatile @Nullable Generation generation;

    void generate(Generation begun) {
      generation = begun;
      if (cancelled) {
        begun.cancel();
      }
    }

    void cancel() {
      cancelled = true;
      Generation begun = generation;
      if (begun != null) {
        begun.cancel();
      }
    }
  }

  private Turn begin() {
    if (closed) {
      throw new IllegalStateException("The session was closed.");
    }
    Turn begun = new Turn();
    if (!turn.compareAndSet(null, begun)) {
      throw new IllegalStateException("The session is in use; open another for another thread, or close the stream before.");
    }
    return begun;
  }

  private void end() {
    turn.set(null);
  }

  /**
   * Ends what is being generated, a stream that nobody reads on included, and frees the session's memory after it. Closing twice does
   * nothing.
   */
  @Override
  public void close() {
    closed = true;
    cancel();
    free();
  }

  /** Frees the memory unless the sequence computes; who has it compute comes here afterwards. */
  private void free() {
    if (computing.tryLock()) {
      try {
        text.close();
      } finally {
        computing.unlock();
      }
    }
  }
}
