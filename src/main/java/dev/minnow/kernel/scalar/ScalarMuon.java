package dev.minnow.kernel.scalar;

import dev.minnow.kernel.MuonStep;
import dev.minnow.kernel.MuonTensors;
import dev.minnow.memory.Tensor;

/** One Muon update of one matrix as plain loops. */
final class ScalarMuon {
  private ScalarMuon() {}

  static void update(MuonTensors t, MuonStep step) {
    double norm = Math.sqrt(nesterov(t, step));
    Tensor update = t.update();
    for (long i = 0; i < update.elementCount(); i++) {
      update.setFloat(i, (float) (update.getFloat(i) / (norm + MuonStep.NORM_EPSILON)));
    }
    for (int i = 0; i < MuonStep.ITERATIONS; i++) {
      iterate(t);
    }
    double rate = (double) step.learningRate() * t.rateFactor();
    double scale = MuonStep.updateScale(rate, update.dimension(0), update.dimension(1));
    double kept = 1 - rate * step.weightDecay();
    for (long i = 0; i < update.elementCount(); i++) {
      t.parameters().setFloat(i, (float) (kept * t.parameters().getFloat(i) - scale * update.getFloat(i)));
    }
  }

  /** Moves the momentum, makes the update of it and returns the sum of the update's squares. */
  private static double nesterov(MuonTensors t, MuonStep step) {
    double squares = 0;
    for (long i = 0; i < t.update().elementCount(); i++) {
      double gradient = (double) step.gradientScale() * t.gradients().getFloat(i);
      double momentum = t.momentum().getFloat(i);
      momentum += (1.0 - step.momentum()) * (gradient - momentum);
      t.momentum().setFloat(i, ScalarOptimizer.moment(momentum));
      float update = (float) (gradient + step.momentum() * (momentum - gradient));
      t.update().setFloat(i, update);
      squares += (double) update * update;
    }
    return squares;
  }

  /** update = A update + (B gram + C gram gram) update, where gram is update x updateᵀ; of a tall update, the same of its transpose. */
  private static void iterate(MuonTensors t) {
    boolean tall = MuonStep.isTall(t.update());
    Tensor x = t.update();
    multiply(t.gram(), x, tall, x, !tall);
    multiply(t.square(), t.gram(), false, t.gram(), false);
    for (long i = 0; i < t.square().elementCount(); i++) {
      t.square().setFloat(i, MuonStep.B * t.gram().getFloat(i) + MuonStep.C * t.square().getFloat(i));
    }
    if (tall) {
      multiply(t.product(), x, false, t.square(), false);
    } else {
      multiply(t.product(), t.square(), false, x, false);
    }
    for (long i = 0; i < x.elementCount(); i++) {
      x.setFloat(i, MuonStep.A * x.getFloat(i) + t.product().getFloat(i));
    }
  }

  /** out = left x right, each transposed or not. */
  private static void multiply(Tensor out, Tensor left, boolean leftTransposed, Tensor right, boolean rightTransposed) {
    long rows = out.dimension(0);
    long columns = out.dimension(1);
    long depth = left.dimension(leftTransposed ? 0 : 1);
    for (long r = 0; r < rows; r++) {
      for (long c = 0; c < columns; c++) {
        double sum = 0;
        for (long k = 0; k < depth; k++) {
          float a = left.getFloat(leftTransposed ? k * rows + r : r * depth + k);
          sum += (double) a * right.getFloat(rightTransposed ? c * depth + k : k * columns + c);
        }
        out.setFloat(r * columns + c, (float) sum);
      }
    }
  }
}
