package dev.minnow.kernel.scalar;

import dev.minnow.kernel.Dropout;
import dev.minnow.memory.Tensor;
import org.jspecify.annotations.Nullable;

/** Rows of tokens and positions as plain loops. */
final class ScalarEmbedding {
  private ScalarEmbedding() {}

  static void forward(
      Tensor out, Tensor tokens, Tensor tokenEmbedding, @Nullable Tensor positionEmbedding, int position, Dropout dropout) {
    int c = (int) out.dimension(1);
    int context = (int) tokens.dimension(1);
    for (int n = 0; n < out.dimension(0); n++) {
      long tokenRow = (long) tokens.getInt(n) * c;
      long positionRow = (long) (n % context + position) * c;
      for (int i = 0; i < c; i++) {
        float sum = tokenEmbedding.getFloat(tokenRow + i);
        if (positionEmbedding != null) {
          sum += positionEmbedding.getFloat(positionRow + i);
        }
        out.setFloat((long) n * c + i, sum * dropout.factor(n, i));
      }
    }
  }

  static void backward(Tensor dtokenEmbedding, @Nullable Tensor dpositionEmbedding, Tensor dout, Tensor tokens, Dropout dropout) {
    int c = (int) dout.dimension(1);
    int context = (int) tokens.dimension(1);
    for (int n = 0; n < dout.dimension(0); n++) {
      long tokenRow = (long) tokens.getInt(n) * c;
      long positionRow = (long) (n % context) * c;
      for (int i = 0; i < c; i++) {
        float dsum = dout.getFloat((long) n * c + i) * dropout.factor(n, i);
        dtokenEmbedding.setFloat(tokenRow + i, dtokenEmbedding.getFloat(tokenRow + i) + dsum);
        if (dpositionEmbedding != null) {
          dpositionEmbedding.setFloat(positionRow + i, dpositionEmbedding.getFloat(positionRow + i) + dsum);
        }
      }
    }
  }
}
