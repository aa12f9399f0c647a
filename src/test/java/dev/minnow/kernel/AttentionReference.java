package dev.minnow.kernel;

/**
 * Causal attention in float64 with whole (T, T) matrices, and beside each result the tolerance for kernels that compute in float32: every
 * magnitude is the same sum with absolute values, every relative error counts the roundings that lead to it. Kernels whose operands are
 * rounded also round what they multiply in between: exponentials and the scores' gradients.
 */
final class AttentionReference {
  private final AttentionShape shape;
  private final Dropout dropout;
  private final int c;
  private final int d;
  private final int rowWidth;

  /** Relative error of one rounding of an operand. */
  private final double operandUnit;

  AttentionReference(AttentionShape shape, Dropout dropout, double operandUnit) {
    this.shape = shape;
    this.dropout = dropout;
    this.c = shape.width();
    this.d = shape.headWidth();
    this.rowWidth = (shape.headCount() + 2 * shape.keyValueHeadCount()) * d;
    this.operandUnit = operandUnit;
  }

  /** out (N, HD) of queryKeyValue (N, (H+2G)D). */
  double[] forward(double[] queryKeyValue) {
    double[] out = new double[outputs()];
    forEachQuery(
        (b, h, i) -> {
          double[] p = softmax(scores(queryKeyValue, b, h, i));
          for (int j = 0; j <= i; j++) {
            for (int e = 0; e < d; e++) {
              out[cell(b, h, i) + e] += p[j] * factor(b, h, i, j) * queryKeyValue[value(b, h, j) + e];
            }
          }
        });
    return out;
  }

  /** logSumExp (B, H, T) of queryKeyValue (N, (H+2G)D). */
  double[] logSumExp(double[] queryKeyValue) {
    double[] logSumExp = new double[shape.batch() * shape.headCount() * shape.context()];
    forEachQuery(
        (b, h, i) -> {
          double[] scores = scores(queryKeyValue, b, h, i);
          logSumExp[row(b, h, i)] = scores[i] - Math.log(softmax(scores)[i]);
        });
    return logSumExp;
  }

  double[] outTolerances(double[] queryKeyValue) {
    double[] tolerances = new double[outputs()];
    forEachQuery(
        (b, h, i) -> {
          double[] p = softmax(scores(queryKeyValue, b, h, i));
          double error = probabilityError(queryKeyValue, b, h, i) + sumError() + operandUnit;
          for (int j = 0; j <= i; j++) {
            for (int e = 0; e < d; e++) {
              tolerances[cell(b, h, i) + e] += p[j] * factor(b, h, i, j) * Math.abs(queryKeyValue[value(b, h, j) + e]) * error;
            }
          }
        });
    return tolerances;
  }

  double[] logSumExpTolerances(double[] queryKeyValue) {
    double[] tolerances = new double[shape.batch() * shape.headCount() * shape.context()];
    forEachQuery((b, h, i) -> tolerances[row(b, h, i)] = probabilityError(queryKeyValue, b, h, i));
    return tolerances;
  }

  /** Of dqueryKeyValue (N, (H+2G)D), from dout (N, HD). */
  double[] gradientTolerances(double[] queryKeyValue, double[] dout) {
    double[] tolerances = new double[queryKeyValue.length];
    double[] out = forward(queryKeyValue);
    double[] outTolerances = outTolerances(queryKeyValue);
    forEachQuery(
        (b, h, i) -> {
          double[] p = softmax(scores(queryKeyValue, b, h, i));
          double error = probabilityError(queryKeyValue, b, h, i) + sumError() + operandUnit;
          int at = cell(b, h, i);
          double weightedSum = magnitude(dout, at, out, at);
          double weightedSumError = magnitude(dout, at, outTolerances, at) + operandUnit * weightedSum;
          for (int j = 0; j <= i; j++) {
            double factor = factor(b, h, i, j);
            double dprobability = factor * magnitude(dout, at, queryKeyValue, value(b, h, j));
            double dscore = p[j] * ((dprobability + weightedSum) * (error + dotError()) + weightedSumError) / Math.sqrt(d);
            for (int e = 0; e < d; e++) {
              tolerances[query(b, h, i) + e] += dscore * Math.abs(queryKeyValue[key(b, h, j) + e]);
              tolerances[key(b, h, j) + e] += dscore * Math.abs(queryKeyValue[query(b, h, i) + e]);
              tolerances[value(b, h, j) + e] += p[j] * factor * Math.abs(dout[at + e]) * error;
            }
          }
        });
    return tolerances;
  }

  /** Relative error of one query's probabilities: an absolute error of a score is a relative one of its exponential. */
  private double probabilityError(double[] queryKeyValue, int b, int h, int i) {
    double score = 0;
    for (int j = 0; j <= i; j++) {
      score = Math.max(score, magnitude(queryKeyValue, query(b, h, i), queryKeyValue, key(b, h, j)) / Math.sqrt(d));
    }
    double logSumExp = score + Math.log(i + 1);
    return 2 * score * dotError() + 2 * Tolerances.UNIT * logSumExp + sumError();
  }

  private double dotError() {
    return (d + 4) * Tolerances.UNIT;
  }

  private double sumError() {
    return (shape.context() + Tolerances.FUNCTION) * Tolerances.UNIT;
  }

  private double magnitude(double[] a, int aStart, double[] b, int bStart) {
    double sum = 0;
    for (int e = 0; e < d; e++) {
      sum += Math.abs(a[aStart + e] * b[bStart + e]);
    }
    return sum;
  }

  private double[] scores(double[] queryKeyValue, int b, int h, int i) {
    double[] scores = new double[i + 1];
    for (int j = 0; j <= i; j++) {
      for (int e = 0; e < d; e++) {
        scores[j] += queryKeyValue[query(b, h, i) + e] * queryKeyValue[key(b, h, j) + e] / Math.sqrt(d);
      }
    }
    return scores;
  }

  private static double[] softmax(double[] scores) {
    double max = Double.NEGATIVE_INFINITY;
    for (double score : scores) {
      max = Math.max(max, score);
    }
    double sum = 0;
    for (double score : scores) {
      sum += Math.exp(score - max);
    }
    double[] softmax = new double[scores.length];
    for (int j = 0; j < scores.length; j++) {
      softmax[j] = Math.exp(scores[j] - max) / sum;
    }
    return softmax;
  }

  private interface Query {
    void at(int b, int h, int i);
  }

  private void forEachQuery(Query query) {
    for (int b = 0; b < shape.batch(); b++) {
      for (int h = 0; h < shape.headCount(); h++) {
        for (int i = 0; i < shape.context(); i++) {
          query.at(b, h, i);
        }
      }
    }
  }

  private double factor(int b, int h, int i, int j) {
    return dropout.factor(row(b, h, i), j);
  }

  private int row(int b, int h, int i) {
    return (b * shape.headCount() + h) * shape.context() + i;
  }

  private int cell(int b, int h, int i) {
    return (b * shape.context() + i) * c + h * d;
  }

  private int outputs() {
    return shape.batch() * shape.context() * c;
  }

  private int query(int b, int h, int i) {
    return (b * shape.context() + i) * rowWidth + h * d;
  }

  /** Of as many query heads as there are for each head of keys, the first read the first. */
  private int key(int b, int h, int i) {
    return (b * shape.context() + i) * rowWidth + c + h * shape.keyValueHeadCount() / shape.headCount() * d;
  }

  private int value(int b, int h, int i) {
    return key(b, h, i) + shape.keyValueHeadCount() * d;
  }
}
