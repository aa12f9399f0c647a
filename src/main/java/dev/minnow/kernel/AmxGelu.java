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
    return (firstRow, endRow, firstColumn, endColumn, workspace) -> {
      TileScratch scratch = workspace.tiles();
      forEachBlockRow(in, firstRow, endRow, firstColumn, endColumn, scratch, offset -> {
        scratch.put(GeluProgram.Argument.IN, in.address() + offset);
        scratch.put(GeluProgram.Argument.OUT, out.address() + offset);
        Tiles.gelu(scratch);
      });
    };
  }

  /** {@link #backward} of finished parts of dout, which may be din. */
  static Epilogue backwardEpilogue(Tensor din, Tensor dout, Tensor in) {
    return (firstRow, endRow, firstColumn, endColumn, workspace) -> {
      TileScratch scratch = workspace.tiles();
      forEachBlockRow(in, firstRow, endRow, firstColumn, endColumn, scratch, offset -> {
        scratch.put(GeluProgram.Argument.IN, in.address() + offset);
        scratch.put(GeluProgram.Argument.GRADIENT, dout.address() + offset);
        scratch.put(GeluProgram.Argument.OUT, din.address() + offset);
        Tiles.geluGradient(scratch);
      });
    };
  }

  private interface BlockRow {
    void at(long offsetBytes);
  }

  /** The parts of block rows between two columns are contiguous; all are equally long. */
  private static void forEachBlockRow(
      Tensor matrix, int firstRow, int endRow, int firstColumn, int endColumn, TileScratch scratch, BlockRow action) {
    long columns = matrix.dimension(1);
    scratch.put(GeluProgram.Argument.COUNT, Blocks.count(endColumn - firstColumn) * Blocks.SIZE);
    for (int row = firstRow; row < endRow; row += Blocks.SIZE) {
      action.at(Blocks.offsetBytes(row, firstColumn, columns));
    }
  }
}
