package dev.minnow.kernel.bfloat;

import dev.minnow.kernel.MuonStep;
import dev.minnow.kernel.block.BlockProgram;
import dev.minnow.kernel.pool.CodeScratch;
import dev.minnow.kernel.pool.ScratchPool;
import dev.minnow.kernel.pool.WorkerPool;
import dev.minnow.kernel.row.Epilogue;
import dev.minnow.kernel.vector.MuonProducts;
import dev.minnow.kernel.vector.VectorMuonProducts;
import dev.minnow.memory.Blocks;
import dev.minnow.memory.Tensor;

/**
 * Muon's products on the matrix unit: factors rounded to bfloat16, sums in fp32. Where one side does not fill a tile there is little to
 * gain, and singular values may lie so far apart that rounding shows: such matrices are multiplied as floats.
 */
final class BfloatMuonProducts implements MuonProducts {
  private final WorkerPool pool;
  private final MuonProducts floats;

  BfloatMuonProducts(WorkerPool pool) {
    this.pool = pool;
    floats = new VectorMuonProducts(pool);
  }

  private static boolean fillsTiles(Tensor matrix) {
    return Math.min(matrix.dimension(0), matrix.dimension(1)) >= Blocks.SIZE;
  }

  /** What a strip of 32 rows of a matrix becomes in the memory of an operand. */
  private interface Packing {
    void pack(int strip, CodeScratch scratch);
  }

  @Override
  public void gram(Tensor gram, Tensor x) {
    if (!fillsTiles(x)) {
      floats.gram(gram, x);
    } else if (MuonStep.isTall(x)) {
      lend(x, left -> {
        packTransposedLeft(x, left);
        lend(x, right -> {
          packRight(x, right);
          multiply(gram, left, right, x.dimension(0));
        });
      });
    } else {
      lend(x, left -> {
        packLeft(x, left);
        lend(x, right -> {
          packTransposedRight(x, right);
          multiply(gram, left, right, x.dimension(1));
        });
      });
    }
  }

  @Override
  public void square(Tensor square, Tensor gram) {
    apply(square, gram, gram);
  }

  @Override
  public void apply(Tensor out, Tensor polynomial, Tensor x) {
    if (!fillsTiles(x)) {
      floats.apply(out, polynomial, x);
      return;
    }
    boolean tall = MuonStep.isTall(x);
    Tensor first = tall ? x : polynomial;
    Tensor second = tall ? polynomial : x;
    lend(first, left -> {
      packLeft(first, left);
      lend(second, right -> {
        packRight(second, right);
        multiply(out, left, right, polynomial.dimension(0));
      });
    });
  }

  /** Lends memory for an operand of the matrix's size. */
  private void lend(Tensor matrix, ScratchPool.Use use) {
    pool.scratch().lend(Blocks.padded(matrix.dimension(0)) * Blocks.padded(matrix.dimension(1)) * Short.BYTES, use);
  }

  private void multiply(Tensor out, long left, long right, long depth) {
    int rows = (int) out.dimension(0);
    int columns = (int) out.dimension(1);
    TileOutput sums = new TileOutput.Floats(out.address(), (long) columns * Float.BYTES, false);
    new TileProduct(sums, rows, columns, (int) depth, Epilogue.NONE).run(pool, left, right);
  }

  private void eachStrip(Tensor matrix, Packing packing) {
    pool.run((int) Blocks.count(matrix.dimension(0)), (strip, workspace) -> packing.pack(strip, workspace.code()));
  }

  /** The matrix in left form. */
  private void packLeft(Tensor matrix, long to) {
    long stripBytes = Blocks.count(matrix.dimension(1)) * Blocks.BYTES;
    eachStrip(matrix, (strip, scratch) -> WeightStrip.of(matrix, strip).packLeft(to + strip * stripBytes, scratch));
  }

  /** The transpose of the matrix in left form. */
  private void packTransposedLeft(Tensor matrix, long to) {
    int columnBlocks = (int) Blocks.count(matrix.dimension(1));
    long step = Blocks.count(matrix.dimension(0)) * Blocks.BYTES;
    eachStrip(matrix, (strip, scratch) -> {
      long left = scratch.large((long) columnBlocks * Blocks.BYTES);
      WeightStrip.of(matrix, strip).packLeft(left, scratch);
      scratch.put(BlockProgram.Argument.SUMS, scratch.sums());
      scratch.put(BlockProgram.Argument.SUMS_STEP, 0);
      Bfloats.transpose(scratch.blocks(left, Blocks.BYTES, to + (long) strip * Blocks.BYTES, step, columnBlocks));
    });
  }

  /** The matrix in right form. */
  private void packRight(Tensor matrix, long to) {
    int columnBlocks = (int) Blocks.count(matrix.dimension(1));
    long step = Blocks.count(matrix.dimension(0)) * Blocks.BYTES;
    eachStrip(matrix, (strip, scratch) -> {
      long unused = scratch.large((long) columnBlocks * Blocks.BYTES);
      WeightStrip.of(matrix, strip).pack(unused, to + (long) strip * Blocks.BYTES, step, scratch);
    });
  }

  /** The transpose of the matrix in right form. */
  private void packTransposedRight(Tensor matrix, long to) {
    long stripBytes = Blocks.count(matrix.dimension(1)) * Blocks.BYTES;
    eachStrip(matrix, (strip, scratch) -> {
      long unused = scratch.large(Blocks.BYTES);
      WeightStrip.of(matrix, strip).pack(to + strip * stripBytes, unused, 0, scratch);
    });
  }
}
