package dev.minnow.generate;

import java.util.List;

/**
 * What was generated.
 *
 * @param text without the prompt, and without a stop string
 * @param tokens all of them, end-of-text included, and those of a stop string
 * @param stop why it ended
 * @param seconds of generating, the prompt's pass not included
 */
public record GeneratedText(String text, List<GeneratedToken> tokens, StopReason stop, double seconds) {
  public GeneratedText {
    tokens = List.copyOf(tokens);
  }

  /** Tokens a second; 0 for no tokens. */
  public double tokensPerSecond() {
    return tokens.isEmpty() ? 0 : tokens.size() / seconds;
  }
}
