package dev.minnow.kernel.scalar;

import dev.minnow.kernel.AdamWStep;
import dev.minnow.kernel.AdamWTensors;
import dev.minnow.kernel.SgdStep;
import dev.minnow.kernel.SgdTensors;
import dev.minnow.memory.Tensor;
import java.util.List;

/** AdamW, gradient descent, averages and the norm of gradients as plain loops. */
final class ScalarOptimizer {
  private ScalarOptimizer() {}

  static void adamW(AdamWTensors t, AdamWStep step) {
    double beta1 = step.beta1();
    double beta2 = step.beta2();
    double weightDecay = t.decays() ? step.weightDecay() : 0;
    double rate = (double) step.learningRate() * t.rateFactor();
    for (long i = 0; i < t.parameters().elementCount(); i++) {
      double gradient = (double) step.gradientScale() * t.gradients().getFloat(i);
      float first = moment(beta1 * t.firstMoments().getFloat(i) + (1 - beta1) * gradient);
      float second = moment(beta2 * t.secondMoments().getFloat(i) + (1 - beta2) * gradient * gradient);
      t.firstMoments().setFloat(i, first);
      t.secondMoments().setFloat(i, second);
      double update = (double) first / step.correction1() / (Math.sqrt((double) second / step.correction2()) + step.epsilon());
      double parameter = t.parameters().getFloat(i);
      t.parameters().setFloat(i, (float) (parameter - rate * (update + weightDecay * parameter)));
    }
  }

  /** What is kept of a moment: see {@link AdamWStep}. */
  static float moment(double value) {
    return Math.abs(value) < Float.MIN_NORMAL ? 0 : (float) value;
  }

  static void sgd(SgdTensors t, SgdStep step) {
    double weightDecay = t.decays() ? step.weightDecay() : 0;
    double rate = (double) step.learningRate() * t.rateFactor();
    for (long i = 0; i < t.parameters().elementCount(); i++) {
      double parameter = t.parameters().getFloat(i);
      double gradient = (double) step.gradientScale() * t.gradients().getFloat(i) + weightDecay * parameter;
      double momentum = step.momentum() * (double) t.momentum().getFloat(i) + gradient;
      t.momentum().setFloat(i, moment(momentum));
      t.parameters().setFloat(i, (float) (parameter - rate * momentum));
    }
  }

  static void average(List<Tensor> averages, List<Tensor> values, float share) {
    for (int tensor = 0; tensor < averages.size(); tensor++) {
      Tensor average = averages.get(tensor);
      for (long i = 0; i < average.elementCount(); i++) {
        double before = average.getFloat(i);
        average.setFloat(i, (float) (before + share * (values.get(tensor).getFloat(i) - before)));
      }
      average.markWritten();
    }
  }

  static double sumOfSquares(List<Tensor> tensors) {
    double sum = 0;
    for (Tensor values : tensors) {
      for (long i = 0; i < values.elementCount(); i++) {
        double value = values.getFloat(i);
        sum += value * value;
      }
    }
    return sum;
  }
}
