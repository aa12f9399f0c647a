package dev.minnow.kernel;

import dev.minnow.memory.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The operations as plain loops on one thread: the readable specification, the oracle that tests hold other kernels against, and what
 * runs where no faster kernel can. Sums are accumulated in double and rounded once, so its results are the more exact ones.
 */
public final class ScalarKernel implements Kernel {
  private static final double GELU_FACTOR = Math.sqrt(2 / Math.PI);
  private static final double GELU_CUBIC = 0.044715;

  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public int threads() {
    return 1;
  }

  @Override
  public void linear(Tensor out, Tensor in, Tensor weight, @Nullable Tensor bias) {
    KernelContract.linear(out, in, weight, bias);
    ScalarLinear.forward(out, in, weight, bias);
  }

  @Override
  public void linearInputGradient(Tensor din, Tensor dout, Tensor weight) {
    KernelContract.linearInputGradient(din, dout, weight);
    ScalarLinear.inputGradient(din, dout, weight);
  }

  @Override
  public void linearWeightGradient(Tensor dweight, @Nullable Tensor dbias, Tensor dout, Tensor in) {
    KernelContract.linearWeightGradient(dweight, dbias, dout, in);
    ScalarLinear.weightGradient(dweight, dout, in);
    if (dbias != null) {
      ScalarLinear.biasGradient(dbias, dout);
    }
  }

  @Override
  public void layerNorm(Tensor out, Tensor mean, Tensor reciprocalDeviation, Tensor in, Tensor scale, Tensor shift, float epsilon) {
    KernelContract.layerNorm(out, mean, reciprocalDeviation, in, scale, shift, epsilon);
    ScalarLayerNorm.forward(out, mean, reciprocalDeviation, in, scale, shift, epsilon);
  }

  @Override
  public void layerNormBackward(
      Tensor din,
      Tensor dscale,
      Tensor dshift,
      Tensor dout,
      Tensor in,
      Tensor mean,
      Tensor reciprocalDeviation,
      Tensor scale) {
    KernelContract.layerNormBackward(din, dscale, dshift, dout, in, mean, reciprocalDeviation, scale);
    ScalarLayerNorm.inputGradient(din, dout, in, mean, reciprocalDeviation, scale);
    ScalarLayerNorm.parameterGradients(dscale, dshift, dout, in, mean, reciprocalDeviation);
  }

  @Override
  public void gelu(Tensor out, Tensor in) {
    KernelContract.gelu(out, in);
    for (long i = 0; i < in.elementCount(); i++) {
      double x = in.getFloat(i);
      out.setFloat(i, (float) (x / 2 * (1 + geluTanh(x))));
    }
  }

  @Override
  public void geluBackward(Tensor din, Tensor dout, Tensor in) {
    KernelContract.geluBackward(din, dout, in);
    for (long i = 0; i < in.elementCount(); i++) {
      double x = in.getFloat(i);
      double tanh = geluTanh(x);
      double dtanh = (1 - tanh * tanh) * GELU_FACTOR * (1 + 3 * GELU_CUBIC * x * x);
      din.setFloat(i, (float) (dout.getFloat(i) * ((1 + tanh) / 2 + x / 2 * dtanh)));
    }
  }

  private static double geluTanh(double x) {
    return Math.tanh(GELU_FACTOR * (x + GELU_CUBIC * x * x * x));
  }

  @Override
  public void attention(Tensor out, Tensor logSumExp, Tensor queryKeyValue, AttentionShape shape, Dropout dropout) {
    KernelContract.attention(out, logSumExp, queryKeyValue, shape);
    new ScalarAttention(queryKeyValue, logSumExp, shape, dropout).forward(out);
  }

  @Override
  public void attentionBackward(
      Tensor dqueryKeyValue,
      Tensor dout,
      Tensor out,
      Tensor logSumExp,
      Tensor queryKeyValue,
      AttentionShape shape,
      Dropout dropout) {
    KernelContract.attentionBackward(dqueryKeyValue, dout, out, logSumExp, queryKeyValue, shape);
    new ScalarAttention(queryKeyValue, logSumExp, shape, dropout).backward(dqueryKeyValue, dout, out);
  }

  @Override
  public void attentionWithCache(Tensor out, Tensor keys, Tensor values, Tensor queryKeyValue, int position, int headCount) {
    KernelContract.attentionWithCache(out, keys, values, queryKeyValue, position, headCount);
    ScalarCachedAttention.append(keys, values, queryKeyValue, position);
    ScalarCachedAttention.forward(out, keys, values, queryKeyValue, position, headCount);
  }

  @Override
  public void embed(Tensor out, Tensor tokens, Tensor tokenEmbedding, Tensor positionEmbedding, int position, Dropout dropout) {
    KernelContract.embed(out, tokens, tokenEmbedding, positionEmbedding, position);
    int c = (int) out.dimension(1);
    int context = (int) tokens.dimension(1);
    for (int n = 0; n < out.dimension(0); n++) {
      long tokenRow = (long) tokens.getInt(n) * c;
      long positionRow = (long) (n % context + position) * c;
      for (int i = 0; i < c; i++) {
        float sum = tokenEmbedding.getFloat(tokenRow + i) + positionEmbedding.getFloat(positionRow + i);
        out.setFloat((long) n * c + i, sum * dropout.factor(n, i));
      }
    }
  }

  @Override
  public void embedBackward(Tensor dtokenEmbedding, Tensor dpositionEmbedding, Tensor dout, Tensor tokens, Dropout dropout) {
    KernelContract.embedBackward(dtokenEmbedding, dpositionEmbedding, dout, tokens);
    int c = (int) dout.dimension(1);
    int context = (int) tokens.dimension(1);
    for (int n = 0; n < dout.dimension(0); n++) {
      long tokenRow = (long) tokens.getInt(n) * c;
      long positionRow = (long) (n % context) * c;
      for (int i = 0; i < c; i++) {
        float dsum = dout.getFloat((long) n * c + i) * dropout.factor(n, i);
        dtokenEmbedding.setFloat(tokenRow + i, dtokenEmbedding.getFloat(tokenRow + i) + dsum);
        dpositionEmbedding.setFloat(positionRow + i, dpositionEmbedding.getFloat(positionRow + i) + dsum);
      }
    }
  }

  @Override
  public void addResidual(Tensor out, Tensor residual, Tensor in, Dropout dropout) {
    KernelContract.addResidual(out, residual, in);
    int c = (int) in.dimension(1);
    for (int n = 0; n < in.dimension(0); n++) {
      for (int i = 0; i < c; i++) {
        long at = (long) n * c + i;
        out.setFloat(at, residual.getFloat(at) + in.getFloat(at) * dropout.factor(n, i));
      }
    }
  }

  @Override
  public void dropoutBackward(Tensor din, Tensor dout, Dropout dropout) {
    KernelContract.dropoutBackward(din, dout);
    int c = (int) dout.dimension(1);
    for (int n = 0; n < dout.dimension(0); n++) {
      for (int i = 0; i < c; i++) {
        long at = (long) n * c + i;
        din.setFloat(at, dout.getFloat(at) * dropout.factor(n, i));
      }
    }
  }

  @Override
  public void crossEntropy(Tensor losses, Tensor logits, Tensor targets, float gradientScale) {
    KernelContract.crossEntropy(losses, logits, targets);
    int v = (int) logits.dimension(1);
    for (int n = 0; n < logits.dimension(0); n++) {
      long row = (long) n * v;
      int target = targets.getInt(n);
      double logSumExp = logSumExp(logits, row, v);
      losses.setFloat(n, (float) (logSumExp - logits.getFloat(row + target)));
      if (gradientScale != 0) {
        for (int i = 0; i < v; i++) {
          double probability = Math.exp(logits.getFloat(row + i) - logSumExp);
          logits.setFloat(row + i, (float) (gradientScale * (probability - (i == target ? 1 : 0))));
        }
      }
    }
  }

  /** The log of the sum of exponentials; the largest is taken out first, so that none overflows. */
  private static double logSumExp(Tensor logits, long row, int v) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < v; i++) {
      max = Math.max(max, logits.getFloat(row + i));
    }
    double sum = 0;
    for (int i = 0; i < v; i++) {
      sum += Math.exp(logits.getFloat(row + i) - max);
    }
    return max + Math.log(sum);
  }

  @Override
  public void adamW(Tensor parameters, Tensor gradients, Tensor firstMoments, Tensor secondMoments, AdamWStep step) {
    KernelContract.adamW(parameters, gradients, firstMoments, secondMoments);
    double beta1 = step.beta1();
    double beta2 = step.beta2();
    for (long i = 0; i < parameters.elementCount(); i++) {
      double gradient = (double) step.gradientScale() * gradients.getFloat(i);
      float first = (float) (beta1 * firstMoments.getFloat(i) + (1 - beta1) * gradient);
      float second = (float) (beta2 * secondMoments.getFloat(i) + (1 - beta2) * gradient * gradient);
      firstMoments.setFloat(i, first);
      secondMoments.setFloat(i, second);
      double update = (double) first / step.correction1() / (Math.sqrt((double) second / step.correction2()) + step.epsilon());
      double parameter = parameters.getFloat(i);
      parameters.setFloat(i, (float) (parameter - step.learningRate() * (update + step.weightDecay() * parameter)));
    }
  }

  @Override
  public double sumOfSquares(Tensor values) {
    KernelContract.sumOfSquares(values);
    double sum = 0;
    for (long i = 0; i < values.elementCount(); i++) {
      double value = values.getFloat(i);
      sum += value * value;
    }
    return sum;
  }

  /** There are no threads to stop. */
  @Override
  public void close() {}
}
