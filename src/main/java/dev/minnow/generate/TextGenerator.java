package dev.minnow.generate;

import dev.minnow.memory.Tensor;
import dev.minnow.tokenizer.Tokenizer;
import dev.minnow.tokenizer.Utf8Stream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/** The decoding loop: appends sampled tokens to a sequence and hands out their text in whole characters. */
public final class TextGenerator {
  private final Tokenizer tokenizer;
  private final Sampler sampler;
  private final int maximumTokens;
  private final List<String> stops;
  private final boolean logProbabilities;

  /**
   * A generator of one text.
   *
   * @param maximumTokens at least 0
   * @param stops strings that end the text; they are not part of it
   * @param logProbabilities whether to compute each token's log-probability
   */
  public TextGenerator(Tokenizer tokenizer, Sampler sampler, int maximumTokens, List<String> stops, boolean logProbabilities) {
    this.tokenizer = tokenizer;
    this.sampler = sampler;
    this.maximumTokens = maximumTokens;
    this.stops = stops;
    this.logProbabilities = logProbabilities;
  }

  /**
   * One generated token.
   *
   * @param id in [0, V)
   * @param logProbability before any sampler's changes, in nats; 0 where it was not asked for
   */
  public record Token(int id, float logProbability) {}

  /**
   * What was generated.
   *
   * @param text without the prompt
   * @param tokens all of them, end-of-text included
   * @param stop why it ended
   * @param seconds of generating, the prompt's pass not included
   */
  public record Result(String text, List<Token> tokens, StopReason stop, double seconds) {
    /** Tokens a second; 0 for no tokens. */
    public double tokensPerSecond() {
      return tokens.isEmpty() ? 0 : tokens.size() / seconds;
    }
  }

  /**
   * Continues a prompt.
   *
   * @param sequence to append to
   * @param prompt at least one token
   * @param consumer takes each piece of text and says whether to go on
   */
  public Result generate(Sequence sequence, int[] prompt, Predicate<String> consumer) {
    Utf8Stream characters = new Utf8Stream();
    StopStrings stopStrings = new StopStrings(stops);
    StringBuilder text = new StringBuilder();
    List<Token> tokens = new ArrayList<>();
    Tensor logits = sequence.append(prompt);
    float[] scores = new float[Math.toIntExact(logits.elementCount())];
    long start = System.nanoTime();
    StopReason stop = StopReason.LENGTH;
    while (tokens.size() < maximumTokens) {
      Token token = choose(logits, scores);
      tokens.add(token);
      if (tokenizer.endOfText().orElse(-1) == token.id()) {
        stop = StopReason.END_OF_TEXT;
        break;
      }
      boolean goOn = emit(stopStrings.accept(characters.accept(tokenizer.bytes(token.id()))), text, consumer);
      if (stopStrings.found() || !goOn) {
        stop = goOn ? StopReason.STOP_STRING : StopReason.CANCELLED;
        break;
      }
      if (tokens.size() < maximumTokens) {
        logits = sequence.append(token.id());
      }
    }
    if (stop == StopReason.LENGTH || stop == StopReason.END_OF_TEXT) {
      emit(stopStrings.accept(characters.finish()) + stopStrings.flush(), text, consumer);
    }
    return new Result(text.toString(), tokens, stop, (System.nanoTime() - start) / 1e9);
  }

  private Token choose(Tensor logits, float[] scores) {
    logits.copyTo(scores);
    double logTotal = logProbabilities ? logSumExp(scores) : 0;
    // A model may have more scores than its tokenizer has tokens; what stands for no text is never chosen.
    Arrays.fill(scores, Math.min(scores.length, tokenizer.vocabularySize()), scores.length, Float.NEGATIVE_INFINITY);
    int id = sampler.sample(scores);
    return new Token(id, logProbabilities ? (float) (logits.getFloat(id) - logTotal) : 0);
  }

  private static double logSumExp(float[] scores) {
    double best = Double.NEGATIVE_INFINITY;
    for (float score : scores) {
      best = Math.max(best, score);
    }
    double total = 0;
    for (float score : scores) {
      total += StrictMath.exp(score - best);
    }
    return best + StrictMath.log(total);
  }

  private static boolean emit(String piece, StringBuilder text, Predicate<String> consumer) {
    text.append(piece);
    return piece.isEmpty() || consumer.test(piece);
  }
}
