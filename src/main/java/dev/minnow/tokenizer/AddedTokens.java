package dev.minnow.tokenizer;

import java.util.List;
import java.util.function.Predicate;

/** The added tokens of a tokenizer, ready to be found: before and after normalization, with the special ones and without. */
final class AddedTokens {
  private final AddedTokenFinder raw;
  private final AddedTokenFinder rawOrdinary;
  private final AddedTokenFinder normalized;
  private final AddedTokenFinder normalizedOrdinary;

  AddedTokens(List<AddedToken> tokens) {
    this.raw = finder(tokens, token -> !token.normalized());
    this.rawOrdinary = finder(tokens, token -> !token.normalized() && !token.special());
    this.normalized = finder(tokens, AddedToken::normalized);
    this.normalizedOrdinary = finder(tokens, token -> token.normalized() && !token.special());
  }

  private static AddedTokenFinder finder(List<AddedToken> tokens, Predicate<AddedToken> wanted) {
    return new AddedTokenFinder(tokens.stream().filter(wanted).toList());
  }

  /** Finds tokens in text as it came. */
  AddedTokenFinder raw(boolean specialTokens) {
    return specialTokens ? raw : rawOrdinary;
  }

  /** Finds tokens in normalized text. */
  AddedTokenFinder normalized(boolean specialTokens) {
    return specialTokens ? normalized : normalizedOrdinary;
  }
}
