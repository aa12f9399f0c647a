package dev.minnow.train.plan;

import dev.minnow.train.option.Recipe;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Models from some 0.1M to 124M parameters whose sizes, batches and learning rates go well together: a head of 64 for each rung, as many
 * layers as heads. The presets are near its rungs, or on them.
 */
final class ModelLadder {
  private static final List<Integer> RUNGS = List.of(1, 2, 3, 4, 5, 6, 8, 10, 12);

  private static final int HEAD_WIDTH = 64;
  private static final int LEAST_LAYERS = 2;

  /** Text to learn from for each token of a vocabulary, at least: rarer ones are not learned. */
  private static final int BYTES_PER_VOCABULARY_ENTRY = 512;

  private static final int SMALLEST_VOCABULARY = 256;

  /** The rate of the preset tiny, at its width. */
  private static final double RATE = 3e-3;
  private static final int RATE_WIDTH = 192;
  private static final double HIGHEST_RATE = 4e-3;

  private ModelLadder() {}

  /** The options of each rung for a corpus, from the smallest. */
  static List<Map<String, Object>> rungs(long trainingBytes) {
    return RUNGS.stream().map(rung -> rung(rung, trainingBytes)).toList();
  }

  private static Map<String, Object> rung(int heads, long trainingBytes) {
    int width = HEAD_WIDTH * heads;
    Map<String, Object> options = new LinkedHashMap<>();
    options.put("layers", Math.max(LEAST_LAYERS, heads));
    options.put("heads", heads);
    options.put("width", width);
    options.put("context", heads < 5 ? 128 : 256);
    options.put("vocab-size",
        Math.clamp(Long.highestOneBit(trainingBytes / BYTES_PER_VOCABULARY_ENTRY), SMALLEST_VOCABULARY, vocabulary(heads)));
    options.put("batch", heads < 4 ? 8 : 16);
    options.put("lr", learningRate(width));
    return options;
  }

  /** Where the embedding is a modest part of the model. */
  private static int vocabulary(int heads) {
    return switch (heads) {
      case 1 -> 512;
      case 2 -> 1024;
      case 3, 4 -> 2048;
      case 5, 6 -> 4096;
      case 8 -> 8192;
      case 10 -> 16384;
      default -> 32768;
    };
  }

  static double learningRate(int width) {
    return Math.min(HIGHEST_RATE, Recipe.rateAtWidth(RATE, RATE_WIDTH, width));
  }
}
