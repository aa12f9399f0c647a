package dev.minnow.train;

import dev.minnow.memory.Tensor;
import java.util.Map;

/** What moves parameters along their gradients, with what it remembers of earlier steps. */
public interface Optimizer extends AutoCloseable {
  /**
   * One update of the parameters.
   *
   * @param number of the update, counted from 1: steps that were skipped are none
   * @param gradientScale factor on the gradients first
   */
  void update(long number, double learningRate, double gradientScale);

  /** All that it remembers, by the names that a checkpoint keeps it under; a resumed run fills them again. */
  Map<String, Tensor> moments();

  @Override
  void close();
}
