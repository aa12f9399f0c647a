package dev.minnow;

import dev.minnow.generate.GeneratedText;
import dev.minnow.generate.Generation;
import dev.minnow.generate.Sequence;
import dev.minnow.generate.StopReason;
import dev.minnow.tokenizer.EncodingOptions;
import dev.minnow.tokenizer.Tokenizer;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.Arrays;
import java.util.stream.IntStream;

/** The tokens of a session's text, and the sequence that has seen the first of them. One caller at a time. */
final class SessionText implements AutoCloseable {
  private final Tokenizer tokenizer;
  private final Sequence sequence;

  /** All of the text. */
  private final IntArrayList tokens = new IntArrayList();

  /** How many of the tokens the sequence has seen. */
  private int seen;

  SessionText(Tokenizer tokenizer, Sequence sequence) {
    this.tokenizer = tokenizer;
    this.sequence = sequence;
  }

  /** Adds to the text; one that is empty begins with what the tokenizer's template puts before it. */
  void append(String text) {
    boolean continues = !tokens.isEmpty() && !tokenizer.isSpecial(tokens.getInt(tokens.size() - 1));
    int[] ids = encode(text, continues);
    if (tokens.isEmpty() && ids.length > 0) {
      tokens.addElements(0, tokenizer.beginning());
    }
    tokens.addElements(tokens.size(), ids);
  }

  private int[] encode(String text, boolean continues) {
    return tokenizer.encode(text, EncodingOptions.text().withContinuing(continues));
  }

  /** Adds tokens of the vocabulary, and nothing before them. */
  void append(int[] ids) {
    for (int id : ids) {
      // Refuses all others.
      tokenizer.bytes(id);
    }
    tokens.addElements(tokens.size(), ids);
  }

  /** Makes this the text; what it begins with that was there before stays seen. */
  void rewrite(String text) {
    int[] added = tokenizer.encode(text);
    int[] before = added.length == 0 ? new int[0] : tokenizer.beginning();
    int[] ids = IntStream.concat(IntStream.of(before), IntStream.of(added)).toArray();
    int mismatch = Arrays.mismatch(tokens.toIntArray(), ids);
    int common = mismatch < 0 ? ids.length : mismatch;
    keep(common);
    tokens.addElements(common, ids, common, ids.length - common);
  }

  int[] toArray() {
    return tokens.toIntArray();
  }

  /** The text, without special tokens. */
  String decode() {
    return tokenizer.decodeToString(tokens.toIntArray());
  }

  /** What continues the text, which begins as the tokenizer says if there is none; {@link #take} comes after it. */
  Generation continuation(GenerationOptions options) {
    if (tokens.isEmpty()) {
      tokens.addElements(0, tokenizer.start());
    }
    // There may be nothing new since the last turn: then its last token is run again, for its scores.
    keepSeen(Math.min(seen, tokens.size() - 1));
    int[] all = tokens.toIntArray();
    Generation.Limits limits =
        new Generation.Limits(options.maximumTokens(), options.stops(), options.logProbabilities(), options.alternatives());
    return new Generation(tokenizer, options.sampler(all), limits, sequence, all, seen);
  }

  /** Takes up what was generated; nothing of one that failed. */
  void take(Generation generation) {
    if (!generation.isAtEnd()) {
      // How far the sequence came is not known.
      sequence.clear();
      seen = 0;
      return;
    }
    GeneratedText generated = generation.result();
    int[] ids = generated.tokens().stream().mapToInt(token -> token.id()).toArray();
    int before = tokens.size();
    tokens.addElements(before, ids);
    // The last one was chosen, and not run unless the text was cancelled just then.
    generation.given().ifPresent(count -> seen = before + count);
    if (generated.stop() == StopReason.STOP_STRING || generated.stop() == StopReason.CANCELLED) {
      keepShown(before, ids, generated.text());
    }
  }

  /** Leaves of the generated tokens those whose text was shown, and adds what was shown of the next: no half character, no stop string. */
  private void keepShown(int before, int[] ids, String shown) {
    int kept = ids.length;
    String text = tokenizer.decodeToString(ids);
    while (!shown.startsWith(text)) {
      text = tokenizer.decodeToString(Arrays.copyOf(ids, --kept));
    }
    keep(before + kept);
    tokens.addElements(tokens.size(), encode(shown.substring(text.length()), true));
  }

  private void keep(int count) {
    tokens.size(count);
    keepSeen(Math.min(seen, count));
  }

  private void keepSeen(int count) {
    if (sequence.removeLast(seen - count)) {
      seen = count;
    } else {
      sequence.clear();
      seen = 0;
    }
  }

  @Override
  public void close() {
    sequence.close();
  }
}
