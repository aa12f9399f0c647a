package dev.minnow.kernel.scalar;

import dev.minnow.memory.Tensor;

/** Rotation of heads by their position as plain loops. */
final class ScalarRotation {
  private ScalarRotation() {}

  /**
   * Turns the first heads of each row of matrix (N, K).
   *
   * @param turns (T, D): cosines, then sines
   * @param direction 1, or -1 to turn back
   */
  static void run(Tensor matrix, Tensor turns, int heads, int context, int position, int direction) {
    int headWidth = (int) turns.dimension(1);
    int half = headWidth / 2;
    for (int n = 0; n < matrix.dimension(0); n++) {
      long turn = (long) (n % context + position) * headWidth;
      for (int h = 0; h < heads; h++) {
        long head = n * matrix.dimension(1) + (long) h * headWidth;
        for (int i = 0; i < half; i++) {
          double cosine = turns.getFloat(turn + i);
          double sine = direction * turns.getFloat(turn + half + i);
          double x = matrix.getFloat(head + i);
          double y = matrix.getFloat(head + half + i);
          matrix.setFloat(head + i, (float) (x * cosine - y * sine));
          matrix.setFloat(head + half + i, (float) (y * cosine + x * sine));
        }
      }
    }
  }
}
