package dev.minnow.corpus;

import dev.minnow.memory.Tensor;
import dev.minnow.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.Locale;

/**
 * The windows that a loss is measured on: end to end from the start of a file, in order, the last of them as short as what is left. So
 * every token but the first is a target once, given those before it in its window, from 1 to all T of them. Safe for threads.
 */
public final class HeldOutWindows {
  private final TokenFile tokens;
  private final int contextLength;
  private final long windowCount;

  /**
   * The windows of a file, which stays the caller's to close.
   *
   * @param contextLength T, the tokens in each window but the last, which may have fewer
   * @throws CorpusException if there are fewer than two tokens
   */
  public HeldOutWindows(TokenFile tokens, int contextLength) {
    if (contextLength < 1) {
      throw new IllegalArgumentException("The context must be at least 1 token, not " + contextLength + ".");
    }
    if (tokens.tokenCount() < 2) {
      throw new CorpusException(
          String.format(Locale.ROOT,
              "The held-out text has %d tokens, and a loss needs at least 2; use more text or a larger --validation.",
              tokens.tokenCount()));
    }
    this.tokens = tokens;
    this.contextLength = contextLength;
    this.windowCount = Math.ceilDiv(predictedTokens(), contextLength);
  }

  public long windowCount() {
    return windowCount;
  }

  /** Targets in all windows together. */
  public long predictedTokens() {
    return tokens.tokenCount() - 1;
  }

  /**
   * Bytes of text that the targets of all windows stand for; special tokens stand for none. A loss in nats, summed over the targets and
   * divided by ln 2 and by this, is in bits per byte.
   *
   * @param tokenizer the one that made the file
   */
  public long predictedBytes(Tokenizer tokenizer) {
    int[] bytesOfTokens = new int[tokens.vocabularySize()];
    Arrays.setAll(bytesOfTokens, id -> tokenizer.isSpecial(id) ? 0 : tokenizer.bytes(id).length);
    long bytes = 0;
    for (long token = 1; token <= predictedTokens(); token++) {
      bytes += bytesOfTokens[tokens.get(token)];
    }
    return bytes;
  }

  /**
   * Fills rows with the windows from {@code first} on, as many as there are rows and windows.
   *
   * @param inputs (B, T) I32
   * @param targets (B, T) I32, the token after each
   * @return how many targets were filled, row by row; what comes after them is left as it was
   */
  public int fillBatch(long first, Tensor inputs, Tensor targets) {
    WindowRows.check(inputs, targets, contextLength);
    long start = first * contextLength;
    int count = (int) Math.clamp(predictedTokens() - start, 0, inputs.elementCount());
    if (count > 0) {
      tokens.copy(start, count, inputs, 0);
      tokens.copy(start + 1, count, targets, 0);
    }
    return count;
  }
}
