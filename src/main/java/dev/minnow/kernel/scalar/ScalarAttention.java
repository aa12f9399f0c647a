package dev.minnow.kernel.scalar;

import dev.minnow.kernel.AttentionShape;
import dev.minnow.kernel.Dropout;
import dev.minnow.memory.Tensor;
import java.util.Arrays;

/**
 * Causal attention over whole sequences as plain loops. No (T, T) matrix is stored: a query's log of the sum of exponentials is kept
 * instead, and each probability is computed anew from it, once per pass.
 */
final class ScalarAttention {
  private final Tensor queryKeyValue;
  private final Tensor logSumExp;
  private final AttentionShape shape;
  private final Dropout dropout;
  private final int headWidth;
  private final double scale;

  /** Of queryKeyValue (N, (H+2G)D) and logSumExp (B, H, T), which the forward pass fills. */
  ScalarAttention(Tensor queryKeyValue, Tensor logSumExp, AttentionShape shape, Dropout dropout) {
    this.queryKeyValue = queryKeyValue;
    this.logSumExp = logSumExp;
    this.shape = shape;
    this.dropout = dropout;
    this.headWidth = shape.headWidth();
    this.scale = 1 / Math.sqrt(headWidth);
  }

  /** Fills out (N, HD) and logSumExp. */
  void forward(Tensor out) {
    double[] sum = new double[headWidth];
    for (int b = 0; b < shape.batch(); b++) {
      for (int h = 0; h < shape.headCount(); h++) {
        for (int i = 0; i < shape.context(); i++) {
          double exact = logSumExp(b, h, i);
          logSumExp.setFloat(maskRow(b, h, i), (float) exact);
          Arrays.fill(sum, 0);
          for (int j = 0; j <= i; j++) {
            double probability = Math.exp(score(b, h, i, j) - exact);
            addScaled(sum, probability * dropout.factor(maskRow(b, h, i), j), queryKeyValue, value(b, h, j));
          }
          store(out, outRow(b, h, i), sum);
        }
      }
    }
  }

  /** Fills dqueryKeyValue (N, (H+2G)D) from dout (N, HD) and the forward pass's out (N, HD). */
  void backward(Tensor dqueryKeyValue, Tensor dout, Tensor out) {
    for (int b = 0; b < shape.batch(); b++) {
      for (int h = 0; h < shape.headCount(); h++) {
        queryGradients(dqueryKeyValue, dout, out, b, h);
      }
      for (int h = 0; h < shape.headCount(); h += shape.groupSize()) {
        keyAndValueGradients(dqueryKeyValue, dout, out, b, h);
      }
    }
  }

  private void queryGradients(Tensor dqueryKeyValue, Tensor dout, Tensor out, int b, int h) {
    double[] dquery = new double[headWidth];
    for (int i = 0; i < shape.context(); i++) {
      Arrays.fill(dquery, 0);
      for (int j = 0; j <= i; j++) {
        addScaled(dquery, scale * scoreGradient(dout, out, b, h, i, j), queryKeyValue, key(b, h, j));
      }
      store(dqueryKeyValue, query(b, h, i), dquery);
    }
  }

  /** Of the keys and values that query head {@code first} and the rest of its group read. */
  private void keyAndValueGradients(Tensor dqueryKeyValue, Tensor dout, Tensor out, int b, int first) {
    double[] dkey = new double[headWidth];
    double[] dvalue = new double[headWidth];
    for (int j = 0; j < shape.context(); j++) {
      Arrays.fill(dkey, 0);
      Arrays.fill(dvalue, 0);
      for (int h = first; h < first + shape.groupSize(); h++) {
        for (int i = j; i < shape.context(); i++) {
          addScaled(dkey, scale * scoreGradient(dout, out, b, h, i, j), queryKeyValue, query(b, h, i));
          addScaled(dvalue, probability(b, h, i, j) * dropout.factor(maskRow(b, h, i), j), dout, outRow(b, h, i));
        }
      }
      store(dqueryKeyValue, key(b, first, j), dkey);
      store(dqueryKeyValue, value(b, first, j), dvalue);
    }
  }

  /**
   * The gradient of score (i, j): p (dp - sum over j of p dp), where dp = factor x dout · value is the gradient of the probability. The
   * sum is dout · out, because out = sum over j of p x factor x value.
   */
  private double scoreGradient(Tensor dout, Tensor out, int b, int h, int i, int j) {
    long row = outRow(b, h, i);
    double dprobability = dropout.factor(maskRow(b, h, i), j) * dot(dout, row, queryKeyValue, value(b, h, j));
    return probability(b, h, i, j) * (dprobability - dot(dout, row, out, row));
  }

  private double probability(int b, int h, int i, int j) {
    return Math.exp(score(b, h, i, j) - logSumExp.getFloat(maskRow(b, h, i)));
  }

  private double score(int b, int h, int i, int j) {
    return scale * dot(queryKeyValue, query(b, h, i), queryKeyValue, key(b, h, j));
  }

  /** The largest score is taken out first, so that no exponential overflows. */
  private double logSumExp(int b, int h, int i) {
    double max = Double.NEGATIVE_INFINITY;
    for (int j = 0; j <= i; j++) {
      max = Math.max(max, score(b, h, i, j));
    }
    double sum = 0;
    for (int j = 0; j <= i; j++) {
      sum += Math.exp(score(b, h, i, j) - max);
    }
    return max + Math.log(sum);
  }

  private double dot(Tensor a, long aStart, Tensor b, long bStart) {
    double sum = 0;
    for (int d = 0; d < headWidth; d++) {
      sum += (double) a.getFloat(aStart + d) * b.getFloat(bStart + d);
    }
    return sum;
  }

  private void addScaled(double[] sum, double factor, Tensor tensor, long start) {
    for (int d = 0; d < headWidth; d++) {
      sum[d] += factor * tensor.getFloat(start + d);
    }
  }

  private void store(Tensor tensor, long start, double[] values) {
    for (int d = 0; d < headWidth; d++) {
      tensor.setFloat(start + d, (float) values[d]);
    }
  }

  /** First element of a query in queryKeyValue (N, (H+2G)D). */
  private long query(int b, int h, int i) {
    return row(b, i) * shape.queryKeyValueWidth() + (long) h * headWidth;
  }

  /** First element of the key that query head h reads. */
  private long key(int b, int h, int i) {
    return row(b, i) * shape.queryKeyValueWidth() + shape.width() + (long) (h / shape.groupSize()) * headWidth;
  }

  /** First element of the value that query head h reads. */
  private long value(int b, int h, int i) {
    return key(b, h, i) + shape.keyValueWidth();
  }

  /** First element of a head's result in out (N, HD). */
  private long outRow(int b, int h, int i) {
    return row(b, i) * shape.width() + (long) h * headWidth;
  }

  private long row(int b, int i) {
    return (long) b * shape.context() + i;
  }

  /** A query's element of logSumExp (B, H, T), and its row of the dropout mask. */
  private long maskRow(int b, int h, int i) {
    return ((long) b * shape.headCount() + h) * shape.context() + i;
  }
}
