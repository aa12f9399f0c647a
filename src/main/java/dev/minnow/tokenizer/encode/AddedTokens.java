package dev.minnow.tokenizer.encode;

import dev.minnow.tokenizer.split.AddedToken;
import dev.minnow.tokenizer.split.AddedTokenFinder;
import java.text.Normalizer;
import java.util.List;
import java.util.function.Predicate;

/** The added tokens of a tokenizer, ready to be found: before and after normalization, with the special ones and without. */
final class AddedTokens {
  private final AddedTokenFinder raw;
  private final AddedTokenFinder rawOrdinary;
  private final AddedTokenFinder normalized;
  private final AddedTokenFinder normalizedOrdinary;

  /** @param pipeline whose normalization those tokens go through that are looked for after it */
  AddedTokens(List<AddedToken> tokens, Pipeline pipeline) {
    this.raw = finder(tokens, token -> !token.normalized());
    this.rawOrdinary = finder(tokens, token -> !token.normalized() && !token.special());
    List<AddedToken> composed = pipeline.composes() ? tokens.stream().map(AddedTokens::composed).toList() : tokens;
    this.normalized = finder(composed, AddedToken::normalized);
    this.normalizedOrdinary = finder(composed, token -> token.normalized() && !token.special());
  }

  private static AddedToken composed(AddedToken token) {
    String content = Normalizer.normalize(token.content(), Normalizer.Form.NFC);
    return new AddedToken(
        token.id(), content, token.singleWord(), token.stripLeft(), token.stripRight(), token.normalized(), token.special());
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
