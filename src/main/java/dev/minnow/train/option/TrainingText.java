package dev.minnow.train.option;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minnow.corpus.TokenFile;
import dev.minnow.train.TrainingException;
import java.util.Optional;

/**
 * What tells the text that a run trains on from others, among its options.
 *
 * @param tokens of the training text; -1 where a run does not tell it well, which is the text of no file
 * @param checksum of the tokens' ids
 */
public record TrainingText(long tokens, int checksum) {
  private static final String KEY = "training-text";

  public static TrainingText of(TokenFile training) {
    return new TrainingText(training.tokenCount(), training.idsChecksum());
  }

  /** The text that the options of a run keep, if they keep one. */
  public static Optional<TrainingText> stored(ObjectNode options) {
    if (!options.has(KEY)) {
      return Optional.empty();
    }
    JsonNode text = options.path(KEY);
    JsonNode checksum = text.path("checksum");
    return Optional.of(new TrainingText(checksum.isNumber() ? text.path("tokens").asLong(-1) : -1, checksum.intValue()));
  }

  /**
   * Keeps it among the options of a run.
   *
   * @throws TrainingException if they keep another text
   */
  void put(ObjectNode options) {
    if (stored(options).filter(kept -> !kept.equals(this)).isPresent()) {
      throw new TrainingException(
          "The corpus changed since the run was saved; put its files back, or start a new run with --from for these weights.");
    }
    options.putObject(KEY).put("tokens", tokens).put("checksum", checksum);
  }
}
