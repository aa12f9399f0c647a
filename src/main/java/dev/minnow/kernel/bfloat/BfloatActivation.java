package dev.minnow.kernel.bfloat;

import dev.minnow.kernel.ActivationFunction;
import dev.minnow.kernel.activation.ActivationProgram;
import dev.minnow.kernel.pool.CodeScratch;
import dev.minnow.kernel.pool.WorkerPool;
import dev.minnow.kernel.row.Epilogue;
import dev.minnow.memory.Blocks;
import dev.minnow.memory.Tensor;

/** {@link ActivationProgram} on operands, whose blocks are contiguous: zeros that complete a matrix stay zeros. */
final class BfloatActivation {
  private final WorkerPool pool;

  BfloatActivation(WorkerPool pool) {
    this.pool = pool;
  }

  /** out = the function of in. */
  void forward(Tensor out, Tensor in, ActivationFunction function) {
    forwardEpilogue(out, in, function).run(pool, in);
  }

  /** din = dout x the derivative at in. */
  void backward(Tensor din, Tensor dout, Tensor in, ActivationFunction function) {
    backwardEpilogue(din, dout, in, function).run(pool, in);
  }

  /** {@link #forward} of finished parts of a matrix. */
  static Epilogue forwardEpilogue(Tensor out, Tensor in, ActivationFunction function) {
    long columns = in.dimension(1);
    return (firstRow, endRow, firstColumn, endColumn, workspace) -> {
      CodeScratch scratch = workspace.code();
      long offset = Blocks.offsetBytes(firstRow, firstColumn, columns);
      scratch.put(ActivationProgram.Argument.IN, in.address() + offset);
      scratch.put(ActivationProgram.Argument.OUT, out.address() + offset);
      putRows(scratch, firstRow, endRow, firstColumn, endColumn, columns);
      switch (function) {
        case GELU -> Bfloats.gelu(scratch);
        case RELU2 -> Bfloats.squaredRelu(scratch);
      }
    };
  }

  /** {@link #backward} of finished parts of dout, which may be din. */
  static Epilogue backwardEpilogue(Tensor din, Tensor dout, Tensor in, ActivationFunction function) {
    long columns = in.dimension(1);
    return (firstRow, endRow, firstColumn, endColumn, workspace) -> {
      CodeScratch scratch = workspace.code();
      long offset = Blocks.offsetBytes(firstRow, firstColumn, columns);
      scratch.put(ActivationProgram.Argument.IN, in.address() + offset);
      scratch.put(ActivationProgram.Argument.GRADIENT, dout.address() + offset);
      scratch.put(ActivationProgram.Argument.OUT, din.address() + offset);
      putRows(scratch, firstRow, endRow, firstColumn, endColumn, columns);
      switch (function) {
        case GELU -> Bfloats.geluGradient(scratch);
        case RELU2 -> Bfloats.squaredReluGradient(scratch);
      }
    };
  }

  /** Block rows, as rows: the blocks of each between two columns are contiguous. */
  private static void putRows(CodeScratch scratch, int firstRow, int endRow, int firstColumn, int endColumn, long columns) {
    long blocks = Blocks.count(endColumn - firstColumn);
    scratch.put(ActivationProgram.Argument.COUNT, blocks * Blocks.SIZE);
    scratch.put(ActivationProgram.Argument.ROWS, Blocks.count(endRow - firstRow));
    scratch.put(ActivationProgram.Argument.SKIP, (Blocks.count(columns) - blocks) * Blocks.BYTES);
  }
}
