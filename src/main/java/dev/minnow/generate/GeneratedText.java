package dev.minnow.generate;

import java.util.List;

/**
 * What was generated.
 *
 * @param text without the prompt, and without a stop string
 * @param promptTokens how many tokens stood before it: all that the model was given to continue, earlier turns and what a template puts
 *     first included
 * @param tokens all of them, end-of-text included, and those of a stop string
 * @param stop why it ended
 * @param seconds of generating all tokens but the first, which the prompt's pass gives; not those that its reader took
 */
public record GeneratedText(String text, int promptTokens, List<GeneratedToken> tokens, StopReason stop, double seconds) {
  public GeneratedText {
    tokens = List.copyOf(tokens);
  }

  /** Tokens a second, of those after the first; 0 where there are none. */
  public double tokensPerSecond() {
    return tokens.size() < 2 ? 0 : (tokens.size() - 1) / seconds;
  }
}
