package dev.minnow.model;

import dev.minnow.kernel.Kernel;
import dev.minnow.memory.Tensor;

/**
 * Rotary positions: queries and keys are turned by angles that grow with the position.
 *
 * @param turns (T, D), cosines and sines of a position's angles
 * @param heads H + G, those of queries and keys, which come first in queries, keys and values
 */
record Rotation(Tensor turns, int heads) {
  /** Turns queryKeyValue (N, (H+2G)D) operand, whose sequences have {@code context} positions from {@code position} on. */
  void forward(Kernel kernel, Tensor queryKeyValue, int context, int position) {
    kernel.rotate(queryKeyValue, turns, heads, context, position);
  }

  /** Turns the gradients back, in place. */
  void backward(Kernel kernel, Tensor dqueryKeyValue, int context) {
    kernel.rotateBackward(dqueryKeyValue, turns, heads, context);
  }
}
