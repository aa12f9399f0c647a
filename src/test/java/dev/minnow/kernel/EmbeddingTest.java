package dev.minnow.kernel;

import static dev.minnow.kernel.Cells.assertGradient;
import static dev.minnow.kernel.Cells.assertWithin;
import static dev.minnow.kernel.Cells.doubles;
import static dev.minnow.kernel.Cells.magnitudes;
import static dev.minnow.kernel.Cells.sum;
import static dev.minnow.kernel.FiniteDifferences.gradient;
import static dev.minnow.kernel.Tolerances.roundings;

import dev.minnow.memory.Tensor;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Token and position embedding against a float64 reference and its finite differences. */
@ParameterizedClass
@MethodSource("dev.minnow.kernel.KernelsUnderTest#all")
class EmbeddingTest {
  private final Kernel kernel;

  EmbeddingTest(Kernel kernel) {
    this.kernel = kernel;
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 3, 1, 0, 0", "2, 5, 8, 4, 0, 0.25", "1, 1, 20, 7, 9, 0", "3, 17, 33, 5, 2, 0.5"})
  void outputsAreSumsOfTheRowsOfTokenAndPosition(int b, int t, int c, int v, int position, float rate) {
    Dropout dropout = new Dropout(rate, 79);
    try (Operands operands = new Operands(kernel, b * 1009L + t * 101L + c)) {
      Tensor tokens = operands.ids("tokens", v, b, t);
      Tensor tokenEmbedding = operands.input("tokenEmbedding", v, c);
      Tensor positionEmbedding = operands.input("positionEmbedding", t + position + 3, c);
      Tensor out = operands.output("out", (long) b * t, c);

      kernel.embed(out, tokens, tokenEmbedding, positionEmbedding, position, dropout);

      double[] e = doubles(tokenEmbedding);
      double[] p = doubles(positionEmbedding);
      double[] magnitudes = forward(magnitudes(e), magnitudes(p), tokens, position, c, dropout);
      assertWithin(roundings(3, magnitudes), forward(e, p, tokens, position, c, dropout), out, "out, " + operands);
      operands.checkIntact();
    }
  }

  /** Fewer tokens in the vocabulary than rows, so that rows of one token add up. */
  @ParameterizedTest
  @CsvSource({"1, 1, 3, 1, 0", "2, 5, 8, 4, 0.25", "3, 17, 20, 5, 0", "2, 17, 3, 2, 0.5"})
  void gradientsAreThoseOfTheReference(int b, int t, int c, int v, float rate) {
    Dropout dropout = new Dropout(rate, 80);
    try (Operands operands = new Operands(kernel, b * 1009L + t * 101L + c)) {
      Tensor tokens = operands.ids("tokens", v, b, t);
      Tensor dout = operands.input("dout", (long) b * t, c);
      Tensor dtokenEmbedding = operands.inOut("dtokenEmbedding", v, c);
      Tensor dpositionEmbedding = operands.inOut("dpositionEmbedding", t + 2, c);
      double[] e = new double[v * c];
      double[] p = new double[(t + 2) * c];
      double[] g = doubles(dout);
      double[] byToken = gradient(e, g, moved -> forward(moved, p, tokens, 0, c, dropout));
      double[] byPosition = gradient(p, g, moved -> forward(e, moved, tokens, 0, c, dropout));
      double[] byTokenMagnitudes = gradient(e, magnitudes(g), moved -> forward(moved, p, tokens, 0, c, dropout));
      double[] byPositionMagnitudes = gradient(p, magnitudes(g), moved -> forward(e, moved, tokens, 0, c, dropout));
      double[] before = doubles(dtokenEmbedding);
      double[] beforeByPosition = doubles(dpositionEmbedding);

      kernel.embedBackward(dtokenEmbedding, dpositionEmbedding, dout, tokens, dropout);

      double[] tolerances = roundings(b * t + 2, sum(magnitudes(before), byTokenMagnitudes));
      assertGradient(tolerances, sum(before, byToken), dtokenEmbedding, "dtokenEmbedding, " + operands);
      tolerances = roundings(b + 2, sum(magnitudes(beforeByPosition), byPositionMagnitudes));
      assertGradient(tolerances, sum(beforeByPosition, byPosition), dpositionEmbedding, "dpositionEmbedding, " + operands);
      operands.checkIntact();
    }
  }

  private static double[] forward(double[] tokenRows, double[] positionRows, Tensor tokens, int position, int c, Dropout dropout) {
    int context = (int) tokens.dimension(1);
    double[] out = new double[(int) tokens.elementCount() * c];
    for (int n = 0; n < tokens.elementCount(); n++) {
      for (int i = 0; i < c; i++) {
        double sum = tokenRows[tokens.getInt(n) * c + i] + positionRows[(n % context + position) * c + i];
        out[n * c + i] = sum * dropout.factor(n, i);
      }
    }
    return out;
  }
}
