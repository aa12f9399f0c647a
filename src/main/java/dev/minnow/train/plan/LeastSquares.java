package dev.minnow.train.plan;

import java.util.Arrays;

/**
 * Nonlinear least squares by Levenberg's and Marquardt's damped steps. A difference beyond {@link #HUBER} counts by its size and not by
 * its square (Huber, 1964), so that a few odd observations do not bend the rest.
 */
final class LeastSquares {
  /** Differences as a function of unknowns. */
  interface Residuals {
    /** As many each time; those of trustworthy unknowns are about 1. */
    double[] of(double[] unknowns);
  }

  private static final double HUBER = 1.5;
  private static final int MOST_STEPS = 500;
  private static final double ENOUGH = 1e-12;

  private LeastSquares() {}

  /** The unknowns of the least loss near a start. */
  static double[] minimum(Residuals residuals, double[] start) {
    double[] best = start.clone();
    double[] differences = residuals.of(best);
    double loss = loss(differences);
    double damping = 1e-2;
    for (int step = 0; step < MOST_STEPS && damping < 1e12; step++) {
      double[] next = step(residuals, best, differences, damping);
      double[] nextDifferences = residuals.of(next);
      double nextLoss = loss(nextDifferences);
      if (nextLoss < loss) {
        boolean done = loss - nextLoss < ENOUGH * loss;
        best = next;
        differences = nextDifferences;
        loss = nextLoss;
        damping = Math.max(1e-12, damping / 3);
        if (done) {
          break;
        }
      } else {
        damping *= 4;
      }
    }
    return best;
  }

  private static double loss(double[] differences) {
    double loss = 0;
    for (double difference : differences) {
      double size = Math.abs(difference);
      loss += size <= HUBER ? size * size / 2 : HUBER * (size - HUBER / 2);
    }
    return Double.isNaN(loss) ? Double.POSITIVE_INFINITY : loss;
  }

  private static double[] step(Residuals residuals, double[] at, double[] differences, double damping) {
    int count = at.length;
    double[][] slopes = new double[count][];
    for (int i = 0; i < count; i++) {
      double size = 1e-6 * Math.max(1, Math.abs(at[i]));
      double[] moved = at.clone();
      moved[i] += size;
      slopes[i] = residuals.of(moved);
      for (int k = 0; k < differences.length; k++) {
        slopes[i][k] = (slopes[i][k] - differences[k]) / size;
      }
    }
    double[][] equations = new double[count][count + 1];
    for (int k = 0; k < differences.length; k++) {
      double weight = Math.min(1, HUBER / Math.max(HUBER, Math.abs(differences[k])));
      for (int i = 0; i < count; i++) {
        for (int j = 0; j < count; j++) {
          equations[i][j] += weight * slopes[i][k] * slopes[j][k];
        }
        equations[i][count] -= weight * slopes[i][k] * differences[k];
      }
    }
    for (int i = 0; i < count; i++) {
      equations[i][i] += damping * (equations[i][i] + 1e-12);
    }
    double[] solution = solve(equations);
    double[] next = at.clone();
    for (int i = 0; i < count; i++) {
      next[i] += solution[i];
    }
    return next;
  }

  /** Gauss's elimination; each row ends with its right side. */
  private static double[] solve(double[][] rows) {
    int count = rows.length;
    for (int column = 0; column < count; column++) {
      int pivot = column;
      for (int row = column + 1; row < count; row++) {
        pivot = Math.abs(rows[row][column]) > Math.abs(rows[pivot][column]) ? row : pivot;
      }
      double[] swapped = rows[column];
      rows[column] = rows[pivot];
      rows[pivot] = swapped;
      for (int row = column + 1; row < count; row++) {
        double factor = rows[row][column] / rows[column][column];
        for (int i = column; i <= count; i++) {
          rows[row][i] -= factor * rows[column][i];
        }
      }
    }
    double[] solution = new double[count];
    for (int row = count - 1; row >= 0; row--) {
      double right = rows[row][count];
      for (int i = row + 1; i < count; i++) {
        right -= rows[row][i] * solution[i];
      }
      solution[row] = right / rows[row][row];
    }
    return Arrays.stream(solution).allMatch(Double::isFinite) ? solution : new double[count];
  }
}
