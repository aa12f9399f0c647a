package dev.minnow.kernel.vector;

import dev.minnow.memory.Tensor;

/** The matrix products of Newton and Schulz's iteration for x (R, C), floats, with S the smaller of R and C. */
public interface MuonProducts {
  /** gram (S, S) = x xᵀ; of a tall x, xᵀ x. */
  void gram(Tensor gram, Tensor x);

  /** square (S, S) = gram (S, S) gram, where gram is its own transpose. */
  void square(Tensor square, Tensor gram);

  /** out (R, C) = polynomial (S, S) x; of a tall x, x polynomial. The polynomial is its own transpose. */
  void apply(Tensor out, Tensor polynomial, Tensor x);
}
