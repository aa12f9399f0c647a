package dev.minnow.model;

import dev.minnow.kernel.Kernel;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Tensor;
import org.jspecify.annotations.Nullable;

/** What is done to the rows of the residual stream before a sub-layer or the head reads them. */
sealed interface Norm permits LayerNorm, RmsNorm {
  /**
   * Gradients, to add to.
   *
   * @param scale (C)
   * @param shift (C), where the norm has one
   */
  record Gradient(Tensor scale, @Nullable Tensor shift) {
    void clear() {
      scale.clear();
      if (shift != null) {
        shift.clear();
      }
    }
  }

  /**
   * What forward leaves for backward.
   *
   * @param out (N, C) operand
   * @param mean (N), where the norm takes it out
   * @param reciprocalRoot (N), what rows were multiplied by
   */
  record State(Tensor out, @Nullable Tensor mean, Tensor reciprocalRoot) {
    static State of(TensorSource source, String name, ElementType operand, long n, ModelConfig config) {
      return new State(
          source.next(name, operand, n, config.width()),
          config.norm() == ModelConfig.NormKind.LAYER_NORM ? source.next(name + " mean", ElementType.F32, n) : null,
          source.next(name + " reciprocal root", ElementType.F32, n));
    }

    State rows(long count) {
      return new State(out.rows(0, count), mean == null ? null : mean.rows(0, count), reciprocalRoot.rows(0, count));
    }
  }

  /** state = norm of in (N, C). */
  void forward(Kernel kernel, State state, Tensor in);

  /** din (N, C) +=; gradient: this layer's gradients, +=. */
  void backward(Kernel kernel, Gradient gradient, Tensor din, Tensor dout, Tensor in, State state);
}
