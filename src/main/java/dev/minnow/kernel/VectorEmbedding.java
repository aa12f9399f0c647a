package dev.minnow.kernel;

import dev.minnow.memory.Tensor;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** Token and position embeddings: rows that are looked up forward and added to backward. */
final class VectorEmbedding {
  /** Columns of one backward slice: whole vectors of any width and four cache lines. */
  private static final int STRIP_COLUMNS = 64;

  private final WorkerPool pool;

  VectorEmbedding(WorkerPool pool) {
    this.pool = pool;
  }

  /** Row n of out (N, C) = dropout(tokenEmbedding[tokens[n]] + positionEmbedding[n mod T + position]). */
  void forward(Tensor out, Tensor tokens, Tensor tokenEmbedding, Tensor positionEmbedding, int position, Dropout dropout) {
    int c = (int) out.dimension(1);
    int context = (int) tokens.dimension(1);
    long outAddress = out.address();
    long tokensAddress = tokens.address();
    long tokenAddress = tokenEmbedding.address();
    long positionAddress = positionEmbedding.address();
    long rowBytes = (long) c * Float.BYTES;
    RowSlices slices = RowSlices.of((int) out.dimension(0), c);
    pool.run(
        slices.count(),
        (slice, workspace) -> {
          for (int n = slices.first(slice); n < slices.end(slice); n++) {
            long tokenRow = tokenAddress + token(tokensAddress, n) * rowBytes;
            long positionRow = positionAddress + (n % context + position) * rowBytes;
            VectorResidual.addRows(outAddress + n * rowBytes, tokenRow, positionRow, c);
            if (!dropout.isNone()) {
              VectorResidual.multiplyRow(outAddress + n * rowBytes, outAddress + n * rowBytes, c, dropout, n);
            }
          }
        });
  }

  /**
   * dtokenEmbedding (V, C) and dpositionEmbedding += from dout (N, C). A slice takes a strip of columns through all rows, so that each
   * element is added to by one thread, in the order of rows.
   */
  void backward(Tensor dtokenEmbedding, Tensor dpositionEmbedding, Tensor dout, Tensor tokens, Dropout dropout) {
    int c = (int) dout.dimension(1);
    int rows = (int) dout.dimension(0);
    int context = (int) tokens.dimension(1);
    long dtokenAddress = dtokenEmbedding.address();
    long dpositionAddress = dpositionEmbedding.address();
    long doutAddress = dout.address();
    long tokensAddress = tokens.address();
    long rowBytes = (long) c * Float.BYTES;
    pool.run(
        Math.ceilDiv(c, STRIP_COLUMNS),
        (strip, workspace) -> {
          int column = strip * STRIP_COLUMNS;
          int columns = Math.min(STRIP_COLUMNS, c - column);
          long offset = (long) column * Float.BYTES;
          for (int n = 0; n < rows; n++) {
            long dtoken = dtokenAddress + token(tokensAddress, n) * rowBytes + offset;
            long dposition = dpositionAddress + n % context * rowBytes + offset;
            addToBoth(dtoken, dposition, doutAddress + n * rowBytes + offset, column, columns, dropout, n);
          }
        });
  }

  private static int token(long tokens, int n) {
    return Lanes.MEMORY.get(Lanes.INT, tokens + (long) n * Integer.BYTES);
  }

  /** Adds the dropped-out columns {@code column} to {@code column + count} of row {@code row}, which start at dout. */
  private static void addToBoth(long dtoken, long dposition, long dout, int column, int count, Dropout dropout, int row) {
    long key = dropout.rowKey(row);
    IntVector keyLow = IntVector.broadcast(Lanes.INTS, (int) key);
    IntVector keyHigh = IntVector.broadcast(Lanes.INTS, (int) (key >>> 32));
    int threshold = dropout.threshold();
    int scaleBits = Float.floatToRawIntBits(dropout.scale());
    int whole = Lanes.wholeVectors(count);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      long at = (long) i * Float.BYTES;
      FloatVector factors = VectorDropout.factors(VectorDropout.columnTerms(column + i), keyLow, keyHigh, threshold, scaleBits);
      FloatVector dsum = Lanes.load(dout + at).mul(factors);
      Lanes.store(Lanes.load(dtoken + at).add(dsum), dtoken + at);
      Lanes.store(Lanes.load(dposition + at).add(dsum), dposition + at);
    }
    for (int i = whole; i < count; i++) {
      long at = (long) i * Float.BYTES;
      float dsum = Lanes.loadFloat(dout + at) * dropout.factor(row, column + i);
      Lanes.storeFloat(Lanes.loadFloat(dtoken + at) + dsum, dtoken + at);
      Lanes.storeFloat(Lanes.loadFloat(dposition + at) + dsum, dposition + at);
    }
  }
}
