package dev.minnow.generate;

import dev.minnow.memory.Tensor;
import dev.minnow.tokenizer.Tokenizer;
import dev.minnow.tokenizer.unicode.Utf8Stream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The decoding loop of one text: appends sampled tokens to a sequence and hands out their text in whole characters, as it is asked. One
 * caller at a time; {@link #cancel} may come from anywhere.
 */
public final class Generation {
  /**
   * When a text ends, and what is told of its tokens.
   *
   * @param maximumTokens at least 0
   * @param stops strings that end the text; they are not part of it
   * @param logProbabilities whether to compute each token's log-probability
   * @param alternatives how many of the most likely tokens to tell with each; above 0, log-probabilities are computed too
   */
  public record Limits(int maximumTokens, List<String> stops, boolean logProbabilities, int alternatives) {}

  private final Tokenizer tokenizer;
  private final Sampler sampler;
  private final Limits limits;
  private final Sequence sequence;
  private final Utf8Stream characters = new Utf8Stream();
  private final StopStrings stopStrings;
  private final StringBuilder text = new StringBuilder();
  private final List<GeneratedToken> tokens = new ArrayList<>();
  private final int promptTokens;
  private final float[] scores;

  /** The same before samplers change them, where log-probabilities are to be told. */
  private final @Nullable TokenScores told;

  /** What the sequence has not seen. */
  private int[] pending;

  private long nanosAfterPrompt;
  private @Nullable StopReason stop;
  private OptionalInt given = OptionalInt.empty();
  private volatile boolean cancelled;

  /**
   * A text to come.
   *
   * @param sequence to append to
   * @param prompt all that the text continues
   * @param seen how many of its tokens the sequence has been given; the rest, at least one, is appended first
   */
  public Generation(Tokenizer tokenizer, Sampler sampler, Limits limits, Sequence sequence, int[] prompt, int seen) {
    if (seen >= prompt.length) {
      throw new IllegalArgumentException("A text continues at least one token.");
    }
    this.tokenizer = tokenizer;
    this.sampler = sampler;
    this.limits = limits;
    this.sequence = sequence;
    this.promptTokens = prompt.length;
    this.pending = Arrays.copyOfRange(prompt, seen, prompt.length);
    this.stopStrings = new StopStrings(limits.stops());
    this.scores = new float[sequence.vocabularySize()];
    this.told = limits.logProbabilities() || limits.alternatives() > 0 ? new TokenScores(scores.length) : null;
  }

  /** The next piece of text, which is not empty; null at the end. */
  public @Nullable String next() {
    while (stop == null) {
      String piece = step();
      if (!piece.isEmpty()) {
        text.append(piece);
        return piece;
      }
    }
    return null;
  }

  /** Generates all that is left. */
  public GeneratedText run() {
    while (next() != null) {
      // What comes is in the result.
    }
    return result();
  }

  /** Ends the text after the token at hand, or within a long prompt. */
  public void cancel() {
    cancelled = true;
  }

  /** Ends the text before the last piece, which nobody has taken. */
  public void cancelBefore(String piece) {
    text.setLength(text.length() - piece.length());
    stop = StopReason.CANCELLED;
  }

  /** Whether there is no more; false after a failure. */
  public boolean isAtEnd() {
    return stop != null;
  }

  /**
   * What was generated.
   *
   * @throws IllegalStateException before the end
   */
  public GeneratedText result() {
    StopReason reason = stop;
    if (reason == null) {
      throw new IllegalStateException("The text is not at its end yet; take the pieces that are left, or cancel it.");
    }
    return new GeneratedText(text.toString(), promptTokens, tokens, reason, nanosAfterPrompt / 1e9);
  }

  /** How many of the generated tokens the sequence has been given, after the prompt; nothing if not even that. */
  public OptionalInt given() {
    return given;
  }

  /** Generates one token and returns the text that is known by it, or what was held back where this is the end. */
  private String step() {
    if (cancelled) {
      return end(StopReason.CANCELLED);
    }
    if (tokens.size() >= limits.maximumTokens()) {
      return end(StopReason.LENGTH);
    }
    long start = System.nanoTime();
    boolean isPrompt = tokens.isEmpty();
    given = OptionalInt.of(tokens.size());
    Optional<Tensor> logits = sequence.appendUntil(() -> cancelled, pending);
    if (logits.isEmpty()) {
      return end(StopReason.CANCELLED);
    }
    GeneratedToken token = choose(logits.get());
    tokens.add(token);
    nanosAfterPrompt += isPrompt ? 0 : System.nanoTime() - start;
    pending = new int[] {token.id()};
    if (tokenizer.isEnd(token.id())) {
      return end(StopReason.END_OF_TEXT);
    }
    // Special tokens are no text, as decoding has it.
    byte[] bytes = tokenizer.isSpecial(token.id()) ? new byte[0] : tokenizer.bytes(token.id());
    String piece = stopStrings.accept(characters.accept(bytes));
    return stopStrings.found() ? piece + end(StopReason.STOP_STRING) : piece;
  }

  private String end(StopReason reason) {
    stop = reason;
    if (reason == StopReason.CANCELLED || reason == StopReason.STOP_STRING) {
      return "";
    }
    String last = stopStrings.accept(characters.finish());
    if (stopStrings.found()) {
      stop = StopReason.STOP_STRING;
    }
    return last + stopStrings.flush();
  }

  private GeneratedToken choose(Tensor logits) {
    logits.copyTo(scores);
    int known = Math.min(scores.length, tokenizer.vocabularySize());
    if (told == null) {
      return new GeneratedToken(sample(known), 0, List.of());
    }
    told.take(scores);
    int id = sample(known);
    return new GeneratedToken(id, told.logProbability(id), told.mostLikely(limits.alternatives(), known));
  }

  private int sample(int known) {
    // A model may have more scores than its tokenizer has tokens; what stands for no text is never chosen.
    Arrays.fill(scores, known, scores.length, Float.NEGATIVE_INFINITY);
    return sampler.sample(scores);
  }
}
