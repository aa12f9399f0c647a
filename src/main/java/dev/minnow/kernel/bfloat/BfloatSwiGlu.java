package dev.minnow.kernel.bfloat;

import dev.minnow.kernel.pool.CodeScratch;
import dev.minnow.kernel.pool.WorkerPool;
import dev.minnow.kernel.row.Epilogue;
import dev.minnow.kernel.vector.VectorSwiGlu;
import dev.minnow.memory.Blocks;
import dev.minnow.memory.Tensor;

/**
 * {@link SwiGluProgram} on operands whose gates fill whole blocks, as those of any F that is a multiple of 32; else, where a gate and what
 * it is multiplied with stand at different places of their blocks, row by row.
 */
final class BfloatSwiGlu {
  private final WorkerPool pool;
  private final VectorSwiGlu byRows;

  BfloatSwiGlu(WorkerPool pool) {
    this.pool = pool;
    this.byRows = new VectorSwiGlu(pool);
  }

  private static boolean fillsBlocks(Tensor half) {
    return half.dimension(1) % Blocks.SIZE == 0;
  }

  /** out (N, F) from in (N, 2F). */
  void forward(Tensor out, Tensor in) {
    if (!fillsBlocks(out)) {
      byRows.forward(out, in);
      return;
    }
    int f = (int) out.dimension(1);
    Epilogue part = (firstRow, endRow, firstColumn, endColumn, workspace) -> {
      CodeScratch scratch = workspace.code();
      scratch.put(SwiGluProgram.Argument.COUNT, count(firstColumn, endColumn));
      for (int row = firstRow; row < endRow; row += Blocks.SIZE) {
        scratch.put(SwiGluProgram.Argument.GATE, in.address() + Blocks.offsetBytes(row, firstColumn, 2L * f));
        scratch.put(SwiGluProgram.Argument.UP, in.address() + Blocks.offsetBytes(row, f + firstColumn, 2L * f));
        scratch.put(SwiGluProgram.Argument.OUT, out.address() + Blocks.offsetBytes(row, firstColumn, f));
        Bfloats.swiGlu(scratch);
      }
    };
    part.run(pool, out);
  }

  /** din (N, 2F) from dout (N, F) and in (N, 2F). */
  void backward(Tensor din, Tensor dout, Tensor in) {
    backwardEpilogue(din, dout, in).run(pool, dout);
  }

  /** {@link #backward} of finished parts of dout (N, F). */
  static Epilogue backwardEpilogue(Tensor din, Tensor dout, Tensor in) {
    if (!fillsBlocks(dout)) {
      return VectorSwiGlu.backwardEpilogue(din, dout, in);
    }
    int f = (int) dout.dimension(1);
    return (firstRow, endRow, firstColumn, endColumn, workspace) -> {
      CodeScratch scratch = workspace.code();
      scratch.put(SwiGluProgram.Argument.COUNT, count(firstColumn, endColumn));
      for (int row = firstRow; row < endRow; row += Blocks.SIZE) {
        long gate = Blocks.offsetBytes(row, firstColumn, 2L * f);
        long up = Blocks.offsetBytes(row, f + firstColumn, 2L * f);
        scratch.put(SwiGluProgram.Argument.GATE, in.address() + gate);
        scratch.put(SwiGluProgram.Argument.UP, in.address() + up);
        scratch.put(SwiGluProgram.Argument.GRADIENT, dout.address() + Blocks.offsetBytes(row, firstColumn, f));
        scratch.put(SwiGluProgram.Argument.OUT, din.address() + gate);
        scratch.put(SwiGluProgram.Argument.OUT_UP, din.address() + up);
        Bfloats.swiGluGradient(scratch);
      }
    };
  }

  /** Rows of the blocks of a block row between two columns, which are contiguous. */
  private static long count(int firstColumn, int endColumn) {
    return Blocks.count(endColumn - firstColumn) * Blocks.SIZE;
  }
}
