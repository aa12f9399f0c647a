package dev.minnow.train.option;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minnow.corpus.TokenFile;
import dev.minnow.train.TrainingException;
import java.util.Optional;

/**
 * What tells the text that a run trains on, or what it holds out, from others, among its options.
 *
 * @param tokens of the text; -1 where a run does not tell it well, which is the text of no file
 * @param checksum of the tokens' ids
 */
public record TrainingText(long tokens, int checksum) {
  private static final String KEY = "training-text";
  private static final String HELD_OUT = "held-out-text";

  public static TrainingText of(TokenFile text) {
    return new TrainingText(text.tokenCount(), text.idsChecksum());
  }

  /** The text that the options of a run keep, if they keep one. */
  public static Optional<TrainingText> stored(ObjectNode options) {
    return stored(options, KEY);
  }

  private static Optional<TrainingText> stored(ObjectNode options, String key) {
    if (!options.has(key)) {
      return Optional.empty();
    }
    JsonNode text = options.path(key);
    JsonNode checksum = text.path("checksum");
    return Optional.of(new TrainingText(checksum.isNumber() ? text.path("tokens").asLong(-1) : -1, checksum.intValue()));
  }

  /**
   * Keeps it among the options of a run.
   *
   * @throws TrainingException if they keep another text
   */
  void put(ObjectNode options) {
    put(options, KEY, Optional.of(this));
  }

  /**
   * Keeps what is held out among the options of a run.
   *
   * @throws TrainingException if they keep another text, or one where none is held out now
   */
  static void putHeldOut(ObjectNode options, Optional<TrainingText> text) {
    put(options, HELD_OUT, text);
  }

  private static void put(ObjectNode options, String key, Optional<TrainingText> text) {
    Optional<TrainingText> kept = stored(options, key);
    if (kept.isPresent() && !kept.equals(text)) {
      throw new TrainingException(
          "The corpus changed since the run was saved; put its files back, or start a new run with --from for these weights.");
    }
    text.ifPresent(now -> options.putObject(key).put("tokens", now.tokens).put("checksum", now.checksum));
  }
}
