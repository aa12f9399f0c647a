package dev.minnow.model;

import dev.minnow.kernel.Kernel;
import dev.minnow.memory.Tensor;

/**
 * Rotary positions: queries and keys are turned by angles that grow with the position.
 *
 * @param table cosines and sines of each position's angles
 * @param heads H + G, those of queries and keys, which come first in queries, keys and values
 */
record Rotation(RotaryTable table, int heads) {
  /** Turns queryKeyValue (N, (H+2G)D) operand, whose sequences have {@code context} positions from {@code position} on. */
  void forward(Kernel kernel, Tensor queryKeyValue, int context, int position) {
    kernel.rotate(queryKeyValue, table.turns(position + context), heads, context, position);
  }

  /** Turns the gradients back, in place. */
  void backward(Kernel kernel, Tensor dqueryKeyValue, int context) {
    kernel.rotateBackward(dqueryKeyValue, table.turns(context), heads, context);
  }
}
