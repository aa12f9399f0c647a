package dev.minnow.kernel;

import dev.minnow.memory.Tensor;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** Dropout on rows, with and without the residual that they are added to. */
final class VectorResidual {
  private final WorkerPool pool;

  VectorResidual(WorkerPool pool) {
    this.pool = pool;
  }

  /** out = residual + dropout(in), all (N, C). */
  void add(Tensor out, Tensor residual, Tensor in, Dropout dropout) {
    int c = (int) in.dimension(1);
    long outAddress = out.address();
    long residualAddress = residual.address();
    long inAddress = in.address();
    RowSlices slices = RowSlices.of((int) in.dimension(0), c);
    pool.run(
        slices.count(),
        (slice, workspace) -> {
          for (int n = slices.first(slice); n < slices.end(slice); n++) {
            long row = (long) n * c * Float.BYTES;
            if (dropout.isNone()) {
              addRows(outAddress + row, residualAddress + row, inAddress + row, c);
            } else {
              addDroppedOut(outAddress + row, residualAddress + row, inAddress + row, c, dropout, n);
            }
          }
        });
  }

  /** din = dout x factors, both (N, C). */
  void dropoutBackward(Tensor din, Tensor dout, Dropout dropout) {
    int c = (int) dout.dimension(1);
    long dinAddress = din.address();
    long doutAddress = dout.address();
    RowSlices slices = RowSlices.of((int) dout.dimension(0), c);
    pool.run(
        slices.count(),
        (slice, workspace) -> {
          for (int n = slices.first(slice); n < slices.end(slice); n++) {
            long row = (long) n * c * Float.BYTES;
            multiplyRow(dinAddress + row, doutAddress + row, c, dropout, n);
          }
        });
  }

  private static void addDroppedOut(long out, long residual, long in, int c, Dropout dropout, int row) {
    long key = dropout.rowKey(row);
    IntVector keyLow = IntVector.broadcast(Lanes.INTS, (int) key);
    IntVector keyHigh = IntVector.broadcast(Lanes.INTS, (int) (key >>> 32));
    int threshold = dropout.threshold();
    int scaleBits = Float.floatToRawIntBits(dropout.scale());
    int whole = Lanes.wholeVectors(c);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      long at = (long) i * Float.BYTES;
      FloatVector factors = VectorDropout.factors(VectorDropout.columnTerms(i), keyLow, keyHigh, threshold, scaleBits);
      Lanes.store(Lanes.load(residual + at).add(Lanes.load(in + at).mul(factors)), out + at);
    }
    for (int i = whole; i < c; i++) {
      long at = (long) i * Float.BYTES;
      Lanes.storeFloat(Lanes.loadFloat(residual + at) + Lanes.loadFloat(in + at) * dropout.factor(row, i), out + at);
    }
  }

  /** out = left + right, rows of {@code c} elements. */
  static void addRows(long out, long left, long right, int c) {
    int whole = Lanes.wholeVectors(c);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      long at = (long) i * Float.BYTES;
      Lanes.store(Lanes.load(left + at).add(Lanes.load(right + at)), out + at);
    }
    for (int i = whole; i < c; i++) {
      long at = (long) i * Float.BYTES;
      Lanes.storeFloat(Lanes.loadFloat(left + at) + Lanes.loadFloat(right + at), out + at);
    }
  }

  /** The product of a row with the dropout's factors; out may be in. */
  static void multiplyRow(long out, long in, int c, Dropout dropout, int row) {
    long key = dropout.rowKey(row);
    IntVector keyLow = IntVector.broadcast(Lanes.INTS, (int) key);
    IntVector keyHigh = IntVector.broadcast(Lanes.INTS, (int) (key >>> 32));
    int threshold = dropout.threshold();
    int scaleBits = Float.floatToRawIntBits(dropout.scale());
    int whole = Lanes.wholeVectors(c);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      long at = (long) i * Float.BYTES;
      FloatVector factors = VectorDropout.factors(VectorDropout.columnTerms(i), keyLow, keyHigh, threshold, scaleBits);
      Lanes.store(Lanes.load(in + at).mul(factors), out + at);
    }
    for (int i = whole; i < c; i++) {
      long at = (long) i * Float.BYTES;
      Lanes.storeFloat(Lanes.loadFloat(in + at) * dropout.factor(row, i), out + at);
    }
  }
}
