package dev.minnow.kernel.vector;

import dev.minnow.kernel.Accumulation;
import dev.minnow.kernel.Weight;
import dev.minnow.kernel.pool.WorkerPool;
import dev.minnow.kernel.product.MatrixProduct;
import dev.minnow.kernel.product.MatrixProduct.Matrix;
import dev.minnow.kernel.product.MatrixProduct.Mode;
import dev.minnow.kernel.product.MatrixProduct.RightOperand;
import dev.minnow.kernel.product.RightPanels;
import dev.minnow.kernel.row.Epilogue;
import dev.minnow.kernel.weight.FloatWeightRows;
import dev.minnow.kernel.weight.NarrowLinear;
import dev.minnow.kernel.weight.NarrowRows;
import dev.minnow.kernel.weight.NarrowWeights;
import dev.minnow.kernel.weight.WeightRows;
import dev.minnow.memory.Tensor;
import org.jspecify.annotations.Nullable;

/** The three matrix multiplies of a linear layer. Callers have checked the arguments. */
final class VectorMatmul {
  private final WorkerPool pool;

  VectorMatmul(WorkerPool pool) {
    this.pool = pool;
  }

  /** out (N, K) = in (N, C) x weight (K, C)ᵀ + bias (K), and what the epilogue makes of it. */
  void linear(Tensor out, Tensor in, Weight weight, @Nullable Tensor bias, Epilogue epilogue) {
    int n = (int) in.dimension(0);
    int c = (int) in.dimension(1);
    int k = (int) out.dimension(1);
    WeightRows rows = NarrowWeights.rowsOf(weight);
    long biasAddress = bias == null ? 0 : bias.address();
    if (n <= rows.mostSummedRows()) {
      pool.scratch()
          .lendPadded(
              in,
              n,
              rows.columns(),
              rows.paddedColumns(),
              values -> new NarrowLinear(out.address(), values, rows, biasAddress, n, k, epilogue).run(pool));
      return;
    }
    RightOperand right = switch (rows) {
      case FloatWeightRows floats -> Matrix.of(floats.address(), c).transpose();
      case NarrowRows narrow ->
        (scratch, step, column, columns, steps) -> RightPanels.packNarrow(scratch, narrow, step, column, columns, steps);
    };
    Mode mode = bias == null ? Mode.SET : Mode.SET_PLUS_BIAS;
    Matrix left = Matrix.of(in.address(), c);
    new MatrixProduct(left, right, Matrix.of(out.address(), k), mode, biasAddress, n, k, c, epilogue).run(pool);
  }

  /** din (N, C) = dout (N, K) x weight (K, C), and what the epilogue makes of it. */
  void linearInputGradient(Tensor din, Tensor dout, Tensor weight, Epilogue epilogue) {
    int n = (int) dout.dimension(0);
    int k = (int) dout.dimension(1);
    int c = (int) weight.dimension(1);
    Matrix left = Matrix.of(dout.address(), k);
    Matrix right = Matrix.of(weight.address(), c);
    new MatrixProduct(left, right, Matrix.of(din.address(), c), Mode.SET, 0, n, c, k, epilogue).run(pool);
  }

  /** dweight (K, C) = or += dout (N, K)ᵀ x in (N, C); dbias (K) = or += column sums of dout. */
  void linearWeightGradient(Tensor dweight, @Nullable Tensor dbias, Tensor dout, Tensor in, Accumulation accumulation) {
    int n = (int) dout.dimension(0);
    int k = (int) dout.dimension(1);
    int c = (int) in.dimension(1);
    Matrix left = Matrix.of(dout.address(), k).transpose();
    Matrix right = Matrix.of(in.address(), c);
    Matrix product = Matrix.of(dweight.address(), c);
    Mode mode = mode(accumulation, dbias != null);
    if (dbias != null && accumulation == Accumulation.SET) {
      dbias.clear();
    }
    new MatrixProduct(left, right, product, mode, dbias == null ? 0 : dbias.address(), k, c, n, Epilogue.NONE).run(pool);
  }

  private static Mode mode(Accumulation accumulation, boolean withLeftSums) {
    return switch (accumulation) {
      case SET -> withLeftSums ? Mode.SET_WITH_LEFT_SUMS : Mode.SET;
      case ADD -> withLeftSums ? Mode.ADD_WITH_LEFT_SUMS : Mode.ADD;
    };
  }
}
