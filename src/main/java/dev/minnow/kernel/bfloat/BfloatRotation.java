package dev.minnow.kernel.bfloat;

import dev.minnow.kernel.pool.CodeScratch;
import dev.minnow.kernel.pool.WorkerPool;
import dev.minnow.kernel.vector.VectorRotation;
import dev.minnow.memory.Blocks;
import dev.minnow.memory.Tensor;

/**
 * {@link RotationProgram} on operands whose sequences and halves of heads fill whole blocks, as those of any T that is a multiple of 32 and
 * any D that is one of 64; else row by row.
 */
final class BfloatRotation {
  private final WorkerPool pool;
  private final VectorRotation byRows;

  BfloatRotation(WorkerPool pool) {
    this.pool = pool;
    this.byRows = new VectorRotation(pool);
  }

  /** As {@link VectorRotation#run}. */
  void run(Tensor matrix, Tensor turns, int heads, int context, int position, int direction) {
    int headWidth = (int) turns.dimension(1);
    int half = headWidth / 2;
    if (context % Blocks.SIZE != 0 || half % Blocks.SIZE != 0) {
      byRows.run(matrix, turns, heads, context, position, direction);
      return;
    }
    long rowBytes = (long) headWidth * Float.BYTES;
    long columns = matrix.dimension(1);
    int rows = (int) matrix.dimension(0);
    pool.run(
        Math.ceilDiv(rows, Blocks.SIZE),
        (slice, workspace) -> {
          CodeScratch scratch = workspace.code();
          int row = slice * Blocks.SIZE;
          long turn = turns.address() + (row % context + position) * rowBytes;
          scratch.put(RotationProgram.Argument.TURN_STRIDE, rowBytes);
          scratch.put(RotationProgram.Argument.ROWS, Blocks.SIZE);
          for (int part = 0; part < half; part += Blocks.SIZE) {
            scratch.put(RotationProgram.Argument.COSINES, turn + (long) part * Float.BYTES);
            scratch.put(RotationProgram.Argument.SINES, turn + (long) (half + part) * Float.BYTES);
            for (int column = part; column < heads * headWidth; column += headWidth) {
              scratch.put(RotationProgram.Argument.X, matrix.address() + Blocks.offsetBytes(row, column, columns));
              scratch.put(RotationProgram.Argument.Y, matrix.address() + Blocks.offsetBytes(row, column + half, columns));
              if (direction > 0) {
                Bfloats.rotate(scratch);
              } else {
                Bfloats.rotateBack(scratch);
              }
            }
          }
        });
  }
}
