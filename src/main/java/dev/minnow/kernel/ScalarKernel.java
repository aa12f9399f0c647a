package dev.minnow.kernel;

import dev.minnow.memory.ElementType;
import dev.minnow.memory.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The operations as plain loops on one thread: the readable specification, the oracle that tests hold other kernels against, and what
 * runs where no faster kernel can. Sums are accumulated in double and rounded once, so its results are the more exact ones.
 */
public final class ScalarKernel implements Kernel {
  private final KernelContract contract = new KernelContract(ElementType.F32);

  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public int threads() {
    return 1;
  }

  @Override
  public ElementType operandType() {
    return ElementType.F32;
  }

  @Override
  public WeightSet weights(List<Tensor> matrices, WeightUse use) {
    contract.weights(matrices);
    return switch (use) {
      case TRAINING, FP32 -> PlainWeights.of(matrices);
      case BF16, INT8 -> new RoundedWeights(matrices, use);
    };
  }

  @Override
  public long weightBytes(List<long[]> shapes, WeightUse use) {
    return switch (use) {
      case TRAINING, FP32 -> 0;
      case BF16, INT8 -> RoundedWeights.layout(shapes).bytes();
    };
  }

  @Override
  public long scratchBytes(long rows, long columns, AttentionShape attention) {
    return 0;
  }

  @Override
  public void linear(Tensor out, Tensor in, Weight weight, @Nullable Tensor bias) {
    contract.linear(out, in, weight, bias);
    ScalarLinear.forward(out, in, RoundedWeights.floatsOf(weight), bias);
  }

  @Override
  public void linearActivated(
      Tensor hidden, Tensor activated, Tensor in, Weight weight, @Nullable Tensor bias, ActivationFunction function) {
    contract.linearActivated(hidden, activated, in, weight, bias);
    Kernel.super.linearActivated(hidden, activated, in, weight, bias, function);
  }

  @Override
  public void linearResidual(Tensor out, Tensor residual, Tensor in, Weight weight, @Nullable Tensor bias, Dropout dropout) {
    contract.linearResidual(out, residual, in, weight, bias);
    Kernel.super.linearResidual(out, residual, in, weight, bias, dropout);
  }

  @Override
  public void linearInputGradient(Tensor din, Tensor dout, Weight weight) {
    contract.linearInputGradient(din, dout, weight);
    ScalarLinear.inputGradient(din, dout, weight.values());
  }

  @Override
  public void linearActivatedInputGradient(Tensor din, Tensor dout, Weight weight, Tensor hidden, ActivationFunction function) {
    contract.linearActivatedInputGradient(din, dout, weight, hidden);
    Kernel.super.linearActivatedInputGradient(din, dout, weight, hidden, function);
  }

  @Override
  public void linearSwiGluInputGradient(Tensor din, Tensor dactivated, Tensor dout, Weight weight, Tensor hidden) {
    contract.linearSwiGluInputGradient(din, dactivated, dout, weight, hidden);
    Kernel.super.linearSwiGluInputGradient(din, dactivated, dout, weight, hidden);
  }

  @Override
  public void linearWeightGradient(Tensor dweight, @Nullable Tensor dbias, Tensor dout, Tensor in, Accumulation accumulation) {
    contract.linearWeightGradient(dweight, dbias, dout, in);
    if (accumulation == Accumulation.SET) {
      dweight.clear();
      if (dbias != null) {
        dbias.clear();
      }
    }
    ScalarLinear.weightGradient(dweight, dout, in);
    if (dbias != null) {
      ScalarLinear.biasGradient(dbias, dout);
    }
  }

  @Override
  public void layerNorm(Tensor out, Tensor mean, Tensor reciprocalDeviation, Tensor in, Tensor scale, Tensor shift, float epsilon) {
    contract.layerNorm(out, mean, reciprocalDeviation, in, scale, shift, epsilon);
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
    contract.layerNormBackward(din, dscale, dshift, dout, in, mean, reciprocalDeviation, scale);
    ScalarLayerNorm.inputGradient(din, dout, in, mean, reciprocalDeviation, scale);
    ScalarLayerNorm.parameterGradients(dscale, dshift, dout, in, mean, reciprocalDeviation);
  }

  @Override
  public void rmsNorm(Tensor out, Tensor reciprocalRoot, Tensor in, Tensor scale, float epsilon) {
    contract.rmsNorm(out, reciprocalRoot, in, scale, epsilon);
    ScalarRmsNorm.forward(out, reciprocalRoot, in, scale, epsilon);
  }

  @Override
  public void rmsNormBackward(Tensor din, Tensor dscale, Tensor dout, Tensor in, Tensor reciprocalRoot, Tensor scale) {
    contract.rmsNormBackward(din, dscale, dout, in, reciprocalRoot, scale);
    ScalarRmsNorm.inputGradient(din, dout, in, reciprocalRoot, scale);
    ScalarRmsNorm.scaleGradient(dscale, dout, in, reciprocalRoot);
  }

  @Override
  public void rotate(Tensor matrix, Tensor turns, int heads, int context, int position) {
    contract.rotate(matrix, turns, heads, context, position);
    ScalarRotation.run(matrix, turns, heads, context, position, 1);
  }

  @Override
  public void rotateBackward(Tensor dmatrix, Tensor turns, int heads, int context) {
    contract.rotateBackward(dmatrix, turns, heads, context);
    ScalarRotation.run(dmatrix, turns, heads, context, 0, -1);
  }

  @Override
  public void swiGlu(Tensor out, Tensor in) {
    contract.swiGlu(out, in);
    ScalarSwiGlu.forward(out, in);
  }

  @Override
  public void swiGluBackward(Tensor din, Tensor dout, Tensor in) {
    contract.swiGluBackward(din, dout, in);
    ScalarSwiGlu.backward(din, dout, in);
  }

  @Override
  public void activate(Tensor out, Tensor in, ActivationFunction function) {
    contract.activate(out, in);
    ScalarActivation.forward(out, in, function);
  }

  @Override
  public void activateBackward(Tensor din, Tensor dout, Tensor in, ActivationFunction function) {
    contract.activateBackward(din, dout, in);
    ScalarActivation.backward(din, dout, in, function);
  }

  @Override
  public void attention(Tensor out, Tensor logSumExp, Tensor queryKeyValue, AttentionShape shape, Dropout dropout) {
    contract.attention(out, logSumExp, queryKeyValue, shape);
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
    contract.attentionBackward(dqueryKeyValue, dout, out, logSumExp, queryKeyValue, shape);
    new ScalarAttention(queryKeyValue, logSumExp, shape, dropout).backward(dqueryKeyValue, dout, out);
  }

  @Override
  public void attentionWithCache(Tensor out, Tensor keys, Tensor values, Tensor queryKeyValue, int position) {
    contract.attentionWithCache(out, keys, values, queryKeyValue, position);
    ScalarCachedAttention.append(keys, values, queryKeyValue, position);
    ScalarCachedAttention.forward(out, keys, values, queryKeyValue, position);
  }

  @Override
  public void embed(Tensor out, Tensor tokens, Tensor tokenEmbedding, @Nullable Tensor positionEmbedding, int position, Dropout dropout) {
    contract.embed(out, tokens, tokenEmbedding, positionEmbedding, position);
    int c = (int) out.dimension(1);
    int context = (int) tokens.dimension(1);
    for (int n = 0; n < out.dimension(0); n++) {
      long tokenRow = (long) tokens.getInt(n) * c;
      long positionRow = (long) (n % context + position) * c;
      for (int i = 0; i < c; i++) {
        float sum = tokenEmbedding.getFloat(tokenRow + i);
        if (positionEmbedding != null) {
          sum += positionEmbedding.getFloat(positionRow + i);
        }
        out.setFloat((long) n * c + i, sum * dropout.factor(n, i));
      }
    }
  }

  @Override
  public void embedBackward(Tensor dtokenEmbedding, @Nullable Tensor dpositionEmbedding, Tensor dout, Tensor tokens, Dropout dropout) {
    contract.embedBackward(dtokenEmbedding, dpositionEmbedding, dout, tokens);
    int c = (int) dout.dimension(1);
    int context = (int) tokens.dimension(1);
    for (int n = 0; n < dout.dimension(0); n++) {
      long tokenRow = (long) tokens.getInt(n) * c;
      long positionRow = (long) (n % context) * c;
      for (int i = 0; i < c; i++) {
        float dsum = dout.getFloat((long) n * c + i) * dropout.factor(n, i);
        dtokenEmbedding.setFloat(tokenRow + i, dtokenEmbedding.getFloat(tokenRow + i) + dsum);
        if (dpositionEmbedding != null) {
          dpositionEmbedding.setFloat(positionRow + i, dpositionEmbedding.getFloat(positionRow + i) + dsum);
        }
      }
    }
  }

  @Override
  public void addResidual(Tensor out, Tensor residual, Tensor in, Dropout dropout) {
    contract.addResidual(out, residual, in);
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
    contract.dropoutBackward(din, dout);
    int c = (int) dout.dimension(1);
    for (int n = 0; n < dout.dimension(0); n++) {
      for (int i = 0; i < c; i++) {
        long at = (long) n * c + i;
        din.setFloat(at, dout.getFloat(at) * dropout.factor(n, i));
      }
    }
  }

  @Override
  public void crossEntropy(Tensor losses, Tensor logits, Tensor targets) {
    contract.crossEntropy(losses, logits, targets);
    int v = (int) logits.dimension(1);
    for (int n = 0; n < logits.dimension(0); n++) {
      long row = (long) n * v;
      losses.setFloat(n, (float) (logSumExp(logits, row, v) - logits.getFloat(row + targets.getInt(n))));
    }
  }

  @Override
  public void crossEntropyBackward(Tensor losses, Tensor dlogits, Tensor logits, Tensor targets, float gradientScale, float smoothing) {
    contract.crossEntropyBackward(losses, dlogits, logits, targets, gradientScale, smoothing);
    int v = (int) logits.dimension(1);
    for (int n = 0; n < logits.dimension(0); n++) {
      long row = (long) n * v;
      int target = targets.getInt(n);
      double logSumExp = logSumExp(logits, row, v);
      losses.setFloat(n, (float) (logSumExp - logits.getFloat(row + target)));
      for (int i = 0; i < v; i++) {
        double probability = Math.exp(logits.getFloat(row + i) - logSumExp);
        double label = (i == target ? 1.0 - smoothing : 0) + (double) smoothing / v;
        dlogits.setFloat(row + i, (float) (gradientScale * (probability - label)));
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
  public void adamW(List<AdamWTensors> tensors, AdamWStep step) {
    contract.adamW(tensors);
    for (AdamWTensors t : tensors) {
      adamW(t, step);
      t.parameters().markWritten();
    }
  }

  private static void adamW(AdamWTensors t, AdamWStep step) {
    double beta1 = step.beta1();
    double beta2 = step.beta2();
    double weightDecay = t.decays() ? step.weightDecay() : 0;
    double rate = (double) step.learningRate() * t.rateFactor();
    for (long i = 0; i < t.parameters().elementCount(); i++) {
      double gradient = (double) step.gradientScale() * t.gradients().getFloat(i);
      float first = (float) (beta1 * t.firstMoments().getFloat(i) + (1 - beta1) * gradient);
      float second = (float) (beta2 * t.secondMoments().getFloat(i) + (1 - beta2) * gradient * gradient);
      t.firstMoments().setFloat(i, first);
      t.secondMoments().setFloat(i, second);
      double update = (double) first / step.correction1() / (Math.sqrt((double) second / step.correction2()) + step.epsilon());
      double parameter = t.parameters().getFloat(i);
      t.parameters().setFloat(i, (float) (parameter - rate * (update + weightDecay * parameter)));
    }
  }

  @Override
  public void sgd(List<SgdTensors> tensors, SgdStep step) {
    contract.sgd(tensors);
    for (SgdTensors t : tensors) {
      double weightDecay = t.decays() ? step.weightDecay() : 0;
      double rate = (double) step.learningRate() * t.rateFactor();
      for (long i = 0; i < t.parameters().elementCount(); i++) {
        double parameter = t.parameters().getFloat(i);
        double gradient = (double) step.gradientScale() * t.gradients().getFloat(i) + weightDecay * parameter;
        double momentum = step.momentum() * (double) t.momentum().getFloat(i) + gradient;
        t.momentum().setFloat(i, (float) momentum);
        t.parameters().setFloat(i, (float) (parameter - rate * momentum));
      }
      t.parameters().markWritten();
    }
  }

  @Override
  public void muon(List<MuonTensors> tensors, MuonStep step) {
    contract.muon(tensors);
    for (MuonTensors t : tensors) {
      ScalarMuon.update(t, step);
      t.parameters().markWritten();
    }
  }

  @Override
  public void average(List<Tensor> averages, List<Tensor> values, float share) {
    contract.average(averages, values, share);
    for (int tensor = 0; tensor < averages.size(); tensor++) {
      Tensor average = averages.get(tensor);
      for (long i = 0; i < average.elementCount(); i++) {
        double before = average.getFloat(i);
        average.setFloat(i, (float) (before + share * (values.get(tensor).getFloat(i) - before)));
      }
      average.markWritten();
    }
  }

  @Override
  public double sumOfSquares(List<Tensor> tensors) {
    contract.sumOfSquares(tensors);
    double sum = 0;
    for (Tensor values : tensors) {
      for (long i = 0; i < values.elementCount(); i++) {
        double value = values.getFloat(i);
        sum += value * value;
      }
    }
    return sum;
  }

  /** There are no threads to stop. */
  @Override
  public void close() {}
}
