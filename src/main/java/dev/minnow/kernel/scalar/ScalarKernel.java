package dev.minnow.kernel.scalar;

import dev.minnow.kernel.Accumulation;
import dev.minnow.kernel.ActivationFunction;
import dev.minnow.kernel.AdamWStep;
import dev.minnow.kernel.AdamWTensors;
import dev.minnow.kernel.AttentionShape;
import dev.minnow.kernel.Dropout;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.MuonStep;
import dev.minnow.kernel.MuonTensors;
import dev.minnow.kernel.SgdStep;
import dev.minnow.kernel.SgdTensors;
import dev.minnow.kernel.Weight;
import dev.minnow.kernel.WeightSet;
import dev.minnow.kernel.WeightUse;
import dev.minnow.kernel.contract.KernelContract;
import dev.minnow.kernel.weight.PlainWeights;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The operations as plain loops on one thread: the readable specification, the oracle that tests hold other kernels against, and what
 * runs where no faster kernel can. Sums are accumulated in double and rounded once, so its results are the more exact ones.
 */
public final class ScalarKernel implements Kernel {
  private final KernelContract contract = KernelContract.of(ElementType.F32);

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
    contract.linears().weights(matrices);
    return switch (use) {
      case TRAINING, FP32 -> new PlainWeights(matrices);
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
    contract.linears().linear(out, in, weight, bias);
    ScalarLinear.forward(out, in, RoundedWeights.floatsOf(weight), bias);
  }

  @Override
  public void linearActivated(
      Tensor hidden, Tensor activated, Tensor in, Weight weight, @Nullable Tensor bias, ActivationFunction function) {
    contract.linears().linearActivated(hidden, activated, in, weight, bias);
    ScalarLinear.forward(hidden, in, RoundedWeights.floatsOf(weight), bias);
    ScalarActivation.forward(activated, hidden, function);
  }

  @Override
  public void linearResidual(Tensor out, Tensor residual, Tensor in, Weight weight, @Nullable Tensor bias, Dropout dropout) {
    contract.linears().linearResidual(out, residual, in, weight, bias);
    ScalarLinear.forward(out, in, RoundedWeights.floatsOf(weight), bias);
    ScalarResidual.add(out, residual, out, dropout);
  }

  @Override
  public void linearInputGradient(Tensor din, Tensor dout, Weight weight) {
    contract.linears().linearInputGradient(din, dout, weight);
    ScalarLinear.inputGradient(din, dout, PlainWeights.valuesOf(weight));
  }

  @Override
  public void linearActivatedInputGradient(Tensor din, Tensor dout, Weight weight, Tensor hidden, ActivationFunction function) {
    contract.linears().linearActivatedInputGradient(din, dout, weight, hidden);
    ScalarLinear.inputGradient(din, dout, PlainWeights.valuesOf(weight));
    ScalarActivation.backward(din, din, hidden, function);
  }

  @Override
  public void linearSwiGluInputGradient(Tensor din, Tensor dactivated, Tensor dout, Weight weight, Tensor hidden) {
    contract.linears().linearSwiGluInputGradient(din, dactivated, dout, weight, hidden);
    ScalarLinear.inputGradient(dactivated, dout, PlainWeights.valuesOf(weight));
    ScalarSwiGlu.backward(din, dactivated, hidden);
  }

  @Override
  public void linearWeightGradient(Tensor dweight, @Nullable Tensor dbias, Tensor dout, Tensor in, Accumulation accumulation) {
    contract.linears().linearWeightGradient(dweight, dbias, dout, in);
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
    contract.norms().layerNorm(out, mean, reciprocalDeviation, in, scale, shift, epsilon);
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
    contract.norms().layerNormBackward(din, dscale, dshift, dout, in, mean, reciprocalDeviation, scale);
    ScalarLayerNorm.inputGradient(din, dout, in, mean, reciprocalDeviation, scale);
    ScalarLayerNorm.parameterGradients(dscale, dshift, dout, in, mean, reciprocalDeviation);
  }

  @Override
  public void rmsNorm(Tensor out, Tensor reciprocalRoot, Tensor in, Tensor scale, float epsilon) {
    contract.norms().rmsNorm(out, reciprocalRoot, in, scale, epsilon);
    ScalarRmsNorm.forward(out, reciprocalRoot, in, scale, epsilon);
  }

  @Override
  public void rmsNormBackward(Tensor din, Tensor dscale, Tensor dout, Tensor in, Tensor reciprocalRoot, Tensor scale) {
    contract.norms().rmsNormBackward(din, dscale, dout, in, reciprocalRoot, scale);
    ScalarRmsNorm.inputGradient(din, dout, in, reciprocalRoot, scale);
    ScalarRmsNorm.scaleGradient(dscale, dout, in, reciprocalRoot);
  }

  @Override
  public void headNorm(Tensor matrix, @Nullable Tensor kept, Tensor scale, int firstHead, int heads, float epsilon) {
    contract.norms().headNorm(matrix, kept, scale, firstHead, heads, epsilon);
    ScalarHeadNorm.forward(matrix, kept, scale, firstHead, heads, epsilon);
  }

  @Override
  public void headNormBackward(Tensor dmatrix, Tensor dscale, Tensor kept, Tensor scale, int firstHead, int heads, float epsilon) {
    contract.norms().headNormBackward(dmatrix, dscale, kept, scale, firstHead, heads, epsilon);
    ScalarHeadNorm.backward(dmatrix, dscale, kept, scale, firstHead, heads, epsilon);
  }

  @Override
  public void rotate(Tensor matrix, Tensor turns, int heads, int context, int position) {
    contract.attention().rotate(matrix, turns, heads, context, position);
    ScalarRotation.run(matrix, turns, heads, context, position, 1);
  }

  @Override
  public void rotateBackward(Tensor dmatrix, Tensor turns, int heads, int context) {
    contract.attention().rotateBackward(dmatrix, turns, heads, context);
    ScalarRotation.run(dmatrix, turns, heads, context, 0, -1);
  }

  @Override
  public void swiGlu(Tensor out, Tensor in) {
    contract.elements().swiGlu(out, in);
    ScalarSwiGlu.forward(out, in);
  }

  @Override
  public void swiGluBackward(Tensor din, Tensor dout, Tensor in) {
    contract.elements().swiGluBackward(din, dout, in);
    ScalarSwiGlu.backward(din, dout, in);
  }

  @Override
  public void activate(Tensor out, Tensor in, ActivationFunction function) {
    contract.elements().activate(out, in);
    ScalarActivation.forward(out, in, function);
  }

  @Override
  public void activateBackward(Tensor din, Tensor dout, Tensor in, ActivationFunction function) {
    contract.elements().activateBackward(din, dout, in);
    ScalarActivation.backward(din, dout, in, function);
  }

  @Override
  public void attention(Tensor out, Tensor logSumExp, Tensor queryKeyValue, AttentionShape shape, Dropout dropout) {
    contract.attention().attention(out, logSumExp, queryKeyValue, shape);
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
    contract.attention().attentionBackward(dqueryKeyValue, dout, out, logSumExp, queryKeyValue, shape);
    new ScalarAttention(queryKeyValue, logSumExp, shape, dropout).backward(dqueryKeyValue, dout, out);
  }

  @Override
  public void attentionWithCache(Tensor out, Tensor keys, Tensor values, Tensor queryKeyValue, int position) {
    contract.attention().attentionWithCache(out, keys, values, queryKeyValue, position);
    ScalarCachedAttention.append(keys, values, queryKeyValue, position);
    ScalarCachedAttention.forward(out, keys, values, queryKeyValue, position);
  }

  @Override
  public void embed(Tensor out, Tensor tokens, Tensor tokenEmbedding, @Nullable Tensor positionEmbedding, int position, Dropout dropout) {
    contract.tokens().embed(out, tokens, tokenEmbedding, positionEmbedding, position);
    ScalarEmbedding.forward(out, tokens, tokenEmbedding, positionEmbedding, position, dropout);
  }

  @Override
  public void embedBackward(Tensor dtokenEmbedding, @Nullable Tensor dpositionEmbedding, Tensor dout, Tensor tokens, Dropout dropout) {
    contract.tokens().embedBackward(dtokenEmbedding, dpositionEmbedding, dout, tokens);
    ScalarEmbedding.backward(dtokenEmbedding, dpositionEmbedding, dout, tokens, dropout);
  }

  @Override
  public void addResidual(Tensor out, Tensor residual, Tensor in, Dropout dropout) {
    contract.elements().addResidual(out, residual, in);
    ScalarResidual.add(out, residual, in, dropout);
  }

  @Override
  public void dropoutBackward(Tensor din, Tensor dout, Dropout dropout) {
    contract.elements().dropoutBackward(din, dout);
    ScalarResidual.dropoutBackward(din, dout, dropout);
  }

  @Override
  public void crossEntropy(Tensor losses, Tensor logits, Tensor targets) {
    contract.tokens().crossEntropy(losses, logits, targets);
    ScalarLoss.forward(losses, logits, targets);
  }

  @Override
  public void crossEntropyBackward(Tensor losses, Tensor dlogits, Tensor logits, Tensor targets, float gradientScale, float smoothing) {
    contract.tokens().crossEntropyBackward(losses, dlogits, logits, targets, gradientScale, smoothing);
    ScalarLoss.backward(losses, dlogits, logits, targets, gradientScale, smoothing);
  }

  @Override
  public void adamW(List<AdamWTensors> tensors, AdamWStep step) {
    contract.optimizers().adamW(tensors);
    for (AdamWTensors t : tensors) {
      ScalarOptimizer.adamW(t, step);
      t.parameters().markWritten();
    }
  }

  @Override
  public void sgd(List<SgdTensors> tensors, SgdStep step) {
    contract.optimizers().sgd(tensors);
    for (SgdTensors t : tensors) {
      ScalarOptimizer.sgd(t, step);
      t.parameters().markWritten();
    }
  }

  @Override
  public void muon(List<MuonTensors> tensors, MuonStep step) {
    contract.optimizers().muon(tensors);
    for (MuonTensors t : tensors) {
      ScalarMuon.update(t, step);
      t.parameters().markWritten();
    }
  }

  @Override
  public void average(List<Tensor> averages, List<Tensor> values, float share) {
    contract.optimizers().average(averages, values, share);
    ScalarOptimizer.average(averages, values, share);
  }

  @Override
  public double sumOfSquares(List<Tensor> tensors) {
    contract.optimizers().sumOfSquares(tensors);
    return ScalarOptimizer.sumOfSquares(tensors);
  }

  /** There are no threads to stop. */
  @Override
  public void close() {}
}
