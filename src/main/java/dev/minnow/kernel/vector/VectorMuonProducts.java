package dev.minnow.kernel.vector;

import dev.minnow.kernel.MuonStep;
import dev.minnow.kernel.pool.WorkerPool;
import dev.minnow.kernel.product.MatrixProduct;
import dev.minnow.kernel.product.MatrixProduct.Matrix;
import dev.minnow.kernel.product.MatrixProduct.Mode;
import dev.minnow.kernel.row.Epilogue;
import dev.minnow.memory.Tensor;

/** Muon's products in fp32. */
public final class VectorMuonProducts implements MuonProducts {
  private final WorkerPool pool;

  public VectorMuonProducts(WorkerPool pool) {
    this.pool = pool;
  }

  @Override
  public void gram(Tensor gram, Tensor x) {
    Matrix matrix = matrix(x);
    if (MuonStep.isTall(x)) {
      multiply(gram, matrix.transpose(), matrix, x.dimension(0));
    } else {
      multiply(gram, matrix, matrix.transpose(), x.dimension(1));
    }
  }

  @Override
  public void square(Tensor square, Tensor gram) {
    multiply(square, matrix(gram), matrix(gram), gram.dimension(0));
  }

  @Override
  public void apply(Tensor out, Tensor polynomial, Tensor x) {
    boolean tall = MuonStep.isTall(x);
    multiply(out, matrix(tall ? x : polynomial), matrix(tall ? polynomial : x), polynomial.dimension(0));
  }

  private static Matrix matrix(Tensor tensor) {
    return Matrix.of(tensor.address(), (int) tensor.dimension(1));
  }

  private void multiply(Tensor out, Matrix left, Matrix right, long depth) {
    int rows = (int) out.dimension(0);
    int columns = (int) out.dimension(1);
    new MatrixProduct(left, right, matrix(out), Mode.SET, 0, rows, columns, (int) depth, Epilogue.NONE).run(pool);
  }
}
