package dev.minnow.corpus;

import dev.minnow.memory.ElementType;
import dev.minnow.memory.Tensor;
import java.util.Arrays;

/** Writes windows of tokens into the rows of a batch. */
final class WindowRows {
  private WindowRows() {}

  /** Both (B, T) I32 with this T. */
  static void check(Tensor inputs, Tensor targets, int contextLength) {
    for (Tensor tensor : new Tensor[] {inputs, targets}) {
      if (tensor.type() != ElementType.I32 || tensor.rank() != 2 || tensor.dimension(1) != contextLength) {
        throw new IllegalArgumentException("A batch of windows of " + contextLength + " tokens does not fit " + tensor + ".");
      }
    }
    if (!Arrays.equals(inputs.shape(), targets.shape())) {
      throw new IllegalArgumentException("The inputs are " + inputs + " and the targets " + targets + ".");
    }
  }

  /** Row {@code row} of (B, T) inputs gets the T tokens from {@code start}, the targets those one further. */
  static void fill(TokenFile tokens, long start, long row, Tensor inputs, Tensor targets) {
    int contextLength = (int) inputs.dimension(1);
    tokens.copy(start, contextLength, inputs, row * contextLength);
    tokens.copy(start + 1, contextLength, targets, row * contextLength);
  }
}
