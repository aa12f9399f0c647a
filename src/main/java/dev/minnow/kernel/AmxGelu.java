package dev.minnow.kernel;

import dev.minnow.memory.Blocks;
import dev.minnow.memory.Tensor;

/** {@link GeluProgram} on operands, whose blocks are contiguous: zeros that complete a matrix stay zeros. */
final class AmxGelu {
  private final WorkerPool pool;

  AmxGelu(WorkerPool pool) {
    this.pool = pool;
  }

  /** out = gelu(in). */
  void forward(Tensor out, Tensor in) {
    run(in, forwardEpilogue(out, in));
  }

  /** din = dout x the derivative at in. */
  void backward(Tensor din, Tensor dout, Tensor in) {
    run(in, backwardEpilogue(din, dout, in));
  }

  private void run(Tensor matrix, Epilogue epilogue) {
    int columns = (int) matrix.dimension(1);
    RowSlices slices = RowSlices.of(matrix);
    pool.run(slices.count(), (slice, workspace) -> epilogue.finish(slices.first(slice), slices.end(slice), 0, columns, workspace));
  }

  /** {@link #forward} of finished parts of a matrix. */
  static Epilogue forwardEpilogue(Tensor out, Tensor in) {
    long columns = in.dimension(1);
    return (firstRow, endRow, firstColumn, endColumn, workspace) -> {
      TileScratch scratch = workspace.tiles();
      scratch.put(GeluProgram.Argument.COUNT, count(firstColumn, endColumn));
      for (int row = firstRow; row < endRow; row += Blocks.SIZE) {
        long offset = Blocks.offsetBytes(row, firstColumn, columns);
        scratch.put(GeluProgram.Argument.IN, in.address() + offset);
        scratch.put(GeluProgram.Argument.OUT, out.address() + offset);
        Tiles.gelu(scratch);
      }
    };
  }

  /** {@link #backward} of finished parts of dout, which may be din. */
  static Epilogue backwardEpilogue(Tensor din, Tensor dout, Tensor in) {
    long columns = in.dimension(1);
    return (firstRow, endRow, firstColumn, endColumn, workspace) -> {
      TileScratch scratch = workspace.tiles();
      scratch.put(GeluProgram.Argument.COUNT, count(firstColumn, endColumn));
      for (int row = firstRow; row < endRow; row += Blocks.SIZE) {
        long offset = Blocks.offsetBytes(row, firstColumn, columns);
        scratch.put(GeluProgram.Argument.IN, in.address() + offset);
        scratch.put(GeluProgram.Argument.GRADIENT, dout.address() + offset);
        scratch.put(GeluProgram.Argument.OUT, din.address() + offset);
        Tiles.geluGradient(scratch);
      }
    };
  }

  /** Rows of the blocks of a block row between two columns, which are contiguous. */
  private static long count(int firstColumn, int endColumn) {
    return Blocks.count(endColumn - firstColumn) * Blocks.SIZE;
  }
}
