package dev.minnow.kernel.bfloat;

import dev.minnow.kernel.Accumulation;
import dev.minnow.kernel.Weight;
import dev.minnow.kernel.pool.CodeScratch;
import dev.minnow.kernel.pool.WorkerPool;
import dev.minnow.kernel.row.BiasEpilogue;
import dev.minnow.kernel.row.Epilogue;
import dev.minnow.kernel.weight.FloatWeightRows;
import dev.minnow.kernel.weight.NarrowRows;
import dev.minnow.kernel.weight.NarrowWeights;
import dev.minnow.kernel.weight.WeightRows;
import dev.minnow.memory.Blocks;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Tensor;
import org.jspecify.annotations.Nullable;

/** The three matrix multiplies of a linear layer on the matrix unit. Callers have checked the arguments. */
final class BfloatMatmul {
  private final WorkerPool pool;

  BfloatMatmul(WorkerPool pool) {
    this.pool = pool;
  }

  /** out (N, K), F32 or in blocks, = in (N, C) x weight (K, C)ᵀ + bias (K), and what the epilogue makes of it. */
  void linear(Tensor out, Tensor in, Weight weight, @Nullable Tensor bias, Epilogue epilogue) {
    if (weight instanceof BfloatWeights.Packed packed) {
      linear(out, in, packed.forward(), bias, epilogue);
      return;
    }
    long columns = in.dimension(1);
    long rows = out.dimension(1);
    pool.scratch().lend(Blocks.padded(rows) * Blocks.padded(columns) * Short.BYTES, right -> {
      WeightRows from = NarrowWeights.rowsOf(weight);
      pool.run((int) Blocks.count(rows), (strip, workspace) -> pack(from, (int) rows, strip, right, workspace.code()));
      linear(out, in, right, bias, epilogue);
    });
  }

  /** Packs 32 rows of a weight for the forward pass alone. */
  private static void pack(WeightRows from, int rows, int strip, long right, CodeScratch scratch) {
    int first = strip * Blocks.SIZE;
    int count = Math.min(Blocks.SIZE, rows - first);
    long rowBytes = (long) from.columns() * Float.BYTES;
    long unused = scratch.large(Blocks.BYTES + count * rowBytes);
    long source = switch (from) {
      case FloatWeightRows floats -> floats.address() + first * rowBytes;
      case NarrowRows narrow -> {
        long floats = unused + Blocks.BYTES;
        for (int row = 0; row < count; row++) {
          narrow.load(first + row, 0, from.columns(), floats + row * rowBytes);
        }
        yield floats;
      }
    };
    long to = right + strip * Blocks.count(from.columns()) * Blocks.BYTES;
    new WeightStrip(source, count, from.columns()).pack(to, unused, 0, scratch);
  }

  private void linear(Tensor out, Tensor in, long weight, @Nullable Tensor bias, Epilogue epilogue) {
    int n = (int) in.dimension(0);
    int c = (int) in.dimension(1);
    int k = (int) out.dimension(1);
    if (out.type() == ElementType.F32) {
      Epilogue finish = BiasEpilogue.before(epilogue, out, bias);
      new TileProduct(floats(out), n, k, c, finish).run(pool, in.address(), weight);
    } else if (bias == null) {
      new TileProduct(inBlocks(out, 0), n, k, c, epilogue).run(pool, in.address(), weight);
    } else {
      pool.scratch()
          .lendPadded(
              bias,
              1,
              k,
              (int) Blocks.padded(k),
              address -> new TileProduct(inBlocks(out, address), n, k, c, epilogue).run(pool, in.address(), weight));
    }
  }

  /** din (N, C), F32 or in blocks, = dout (N, K) x weight (K, C), and what the epilogue makes of it. */
  void linearInputGradient(Tensor din, Tensor dout, BfloatWeights.Packed weight, Epilogue epilogue) {
    int n = (int) dout.dimension(0);
    int k = (int) dout.dimension(1);
    int c = (int) din.dimension(1);
    TileOutput out = din.type() == ElementType.F32 ? floats(din) : inBlocks(din, 0);
    new TileProduct(out, n, c, k, epilogue).run(pool, dout.address(), weight.backward());
  }

  /** dweight (K, C) = or += dout (N, K)ᵀ x in (N, C); dbias (K) = or += column sums of dout. */
  void linearWeightGradient(Tensor dweight, @Nullable Tensor dbias, Tensor dout, Tensor in, Accumulation accumulation) {
    WeightGradient gradient = new WeightGradient(dweight, dbias, dout, in, accumulation);
    pool.scratch().lend(gradient.sharedBytes(), address -> gradient.run(pool, address));
  }

  private static TileOutput floats(Tensor matrix) {
    return new TileOutput.Floats(matrix.address(), matrix.dimension(1) * Float.BYTES, false);
  }

  private static TileOutput inBlocks(Tensor matrix, long bias) {
    return new TileOutput.InBlocks(matrix.address(), (int) matrix.dimension(0), (int) matrix.dimension(1), bias);
  }
}
