package dev.minnow.generate;

import java.util.List;

/**
 * One generated token.
 *
 * @param id in [0, V)
 * @param logProbability as the model gave it, before temperature and all else that samplers change, in nats; 0 where it was not asked for
 * @param alternatives the most likely tokens in its place, the most likely first; empty where none were asked for
 */
public record GeneratedToken(int id, float logProbability, List<Alternative> alternatives) {
  /**
   * A token that could have stood there.
   *
   * @param id in [0, V)
   * @param logProbability in nats
   */
  public record Alternative(int id, float logProbability) {}

  public GeneratedToken {
    alternatives = List.copyOf(alternatives);
  }
}
