package dev.minnow.tokenizer;

/**
 * How to encode a text. The usual way, {@link #text()}, treats it as what it is: names of special tokens in it are text.
 *
 * @param specialTokens whether the names of special tokens in the text become those tokens: only for text that one trusts
 * @param template whether the tokens are put around the text that the tokenizer's {@code TemplateProcessing} says, such as one that begins
 *     it
 * @param continuing whether the text goes on from another one, so that a tokenizer which puts a space before a text puts none before it
 * @param dropout in [0, 1), the chance that a merge is left out each time it could be done (BPE-dropout; Provilkov et al., 2020), so that
 *     a model sees a text in many spellings; decoding gives the text back all the same
 * @param seed decides which merges are left out
 */
public record EncodingOptions(boolean specialTokens, boolean template, boolean continuing, double dropout, long seed) {
  private static final EncodingOptions TEXT = new EncodingOptions(false, false, false, 0, 0);

  /** @throws IllegalArgumentException if the dropout is outside [0, 1) */
  public EncodingOptions {
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException("The dropout of merges must be at least 0 and below 1, not " + dropout + ".");
    }
  }

  /** Plain text, with all merges. */
  public static EncodingOptions text() {
    return TEXT;
  }

  /** With the names of special tokens in the text becoming those tokens. */
  public EncodingOptions withSpecialTokens() {
    return new EncodingOptions(true, template, continuing, dropout, seed);
  }

  /** With the tokens around the text that the tokenizer's template says. */
  public EncodingOptions withTemplate() {
    return new EncodingOptions(specialTokens, true, continuing, dropout, seed);
  }

  /** As text that goes on from another one, or begins anew. */
  public EncodingOptions withContinuing(boolean continues) {
    return new EncodingOptions(specialTokens, template, continues, dropout, seed);
  }

  /** With merges left out at random. */
  public EncodingOptions withDropout(double chance, long chosenSeed) {
    return new EncodingOptions(specialTokens, template, continuing, chance, chosenSeed);
  }
}
