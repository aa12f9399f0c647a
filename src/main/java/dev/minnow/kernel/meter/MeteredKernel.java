package dev.minnow.kernel.meter;

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
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Another kernel, whose operations are counted and timed, matrix multiplies by their shape. One caller at a time. */
public final class MeteredKernel implements Kernel {
  private final Kernel kernel;
  private final PhaseTimes times;

  /** Meters a kernel, which {@link #close} closes. */
  public MeteredKernel(Kernel kernel, PhaseTimes times) {
    this.kernel = kernel;
    this.times = times;
  }

  /** Of rows (N, ...) and a weight (K, C); what is none of these the kernel refuses. */
  private void meter(String operation, Tensor rows, Tensor weight, Runnable call) {
    if (rows.rank() < 1 || weight.rank() != 2) {
      call.run();
      return;
    }
    long n = rows.dimension(0);
    long k = weight.dimension(0);
    long c = weight.dimension(1);
    String shaped = times.isPaused() ? operation : operation + " " + n + " x " + c + " x " + k;
    times.measure(shaped, 2.0 * n * k * c, call);
  }

  /** Of {@code products} products of queries and keys or the like. */
  private static double attentionOperations(AttentionShape shape, int products) {
    return (double) products * shape.batch() * shape.headCount() * shape.context() * shape.context() * shape.headWidth();
  }

  @Override
  public String name() {
    return kernel.name();
  }

  @Override
  public int threads() {
    return kernel.threads();
  }

  @Override
  public ElementType operandType(long rows) {
    return kernel.operandType(rows);
  }

  @Override
  public ElementType operandType() {
    return kernel.operandType();
  }

  @Override
  public WeightSet weights(List<Tensor> matrices, WeightUse use) {
    WeightSet set = kernel.weights(matrices, use);
    return new WeightSet() {
      @Override
      public List<Weight> weights() {
        return set.weights();
      }

      @Override
      public void refresh() {
        times.measure("refresh of weights", 0, set::refresh);
      }

      @Override
      public long bytes() {
        return set.bytes();
      }

      @Override
      public void close() {
        set.close();
      }
    };
  }

  @Override
  public long weightBytes(List<long[]> shapes, WeightUse use) {
    return kernel.weightBytes(shapes, use);
  }

  @Override
  public long scratchBytes(long rows, long columns, AttentionShape attention) {
    return kernel.scratchBytes(rows, columns, attention);
  }

  @Override
  public void linear(Tensor out, Tensor in, Weight weight, @Nullable Tensor bias) {
    meter("linear", in, weight.values(), () -> kernel.linear(out, in, weight, bias));
  }

  @Override
  public void linearActivated(
      Tensor hidden, Tensor activated, Tensor in, Weight weight, @Nullable Tensor bias, ActivationFunction function) {
    meter("linearActivated", in, weight.values(), () -> kernel.linearActivated(hidden, activated, in, weight, bias, function));
  }

  @Override
  public void linearResidual(Tensor out, Tensor residual, Tensor in, Weight weight, @Nullable Tensor bias, Dropout dropout) {
    meter("linearResidual", in, weight.values(), () -> kernel.linearResidual(out, residual, in, weight, bias, dropout));
  }

  @Override
  public void linearInputGradient(Tensor din, Tensor dout, Weight weight) {
    meter("linearInputGradient", dout, weight.values(), () -> kernel.linearInputGradient(din, dout, weight));
  }

  @Override
  public void linearActivatedInputGradient(Tensor din, Tensor dout, Weight weight, Tensor hidden, ActivationFunction function) {
    meter("linearActivatedInputGradient", dout, weight.values(),
        () -> kernel.linearActivatedInputGradient(din, dout, weight, hidden, function));
  }

  @Override
  public void linearSwiGluInputGradient(Tensor din, Tensor dactivated, Tensor dout, Weight weight, Tensor hidden) {
    meter(
        "linearSwiGluInputGradient",
        dout,
        weight.values(),
        () -> kernel.linearSwiGluInputGradient(din, dactivated, dout, weight, hidden));
  }

  @Override
  public void linearWeightGradient(Tensor dweight, @Nullable Tensor dbias, Tensor dout, Tensor in, Accumulation accumulation) {
    meter("linearWeightGradient", dout, dweight, () -> kernel.linearWeightGradient(dweight, dbias, dout, in, accumulation));
  }

  @Override
  public void layerNorm(Tensor out, Tensor mean, Tensor reciprocalDeviation, Tensor in, Tensor scale, Tensor shift, float epsilon) {
    times.measure("layerNorm", 0, () -> kernel.layerNorm(out, mean, reciprocalDeviation, in, scale, shift, epsilon));
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
    times.measure("layerNormBackward", 0, () -> kernel.layerNormBackward(din, dscale, dshift, dout, in, mean, reciprocalDeviation, scale));
  }

  @Override
  public void rmsNorm(Tensor out, Tensor reciprocalRoot, Tensor in, Tensor scale, float epsilon) {
    times.measure("rmsNorm", 0, () -> kernel.rmsNorm(out, reciprocalRoot, in, scale, epsilon));
  }

  @Override
  public void rmsNormBackward(Tensor din, Tensor dscale, Tensor dout, Tensor in, Tensor reciprocalRoot, Tensor scale) {
    times.measure("rmsNormBackward", 0, () -> kernel.rmsNormBackward(din, dscale, dout, in, reciprocalRoot, scale));
  }

  @Override
  public void headNorm(Tensor matrix, @Nullable Tensor kept, Tensor scale, int firstHead, int heads, float epsilon) {
    times.measure("headNorm", 0, () -> kernel.headNorm(matrix, kept, scale, firstHead, heads, epsilon));
  }

  @Override
  public void headNormBackward(Tensor dmatrix, Tensor dscale, Tensor kept, Tensor scale, int firstHead, int heads, float epsilon) {
    times.measure("headNormBackward", 0, () -> kernel.headNormBackward(dmatrix, dscale, kept, scale, firstHead, heads, epsilon));
  }

  @Override
  public void rotate(Tensor matrix, Tensor turns, int heads, int context, int position) {
    times.measure("rotate", 0, () -> kernel.rotate(matrix, turns, heads, context, position));
  }

  @Override
  public void rotateBackward(Tensor dmatrix, Tensor turns, int heads, int context) {
    times.measure("rotateBackward", 0, () -> kernel.rotateBackward(dmatrix, turns, heads, context));
  }

  @Override
  public void swiGlu(Tensor out, Tensor in) {
    times.measure("swiGlu", 0, () -> kernel.swiGlu(out, in));
  }

  @Override
  public void swiGluBackward(Tensor din, Tensor dout, Tensor in) {
    times.measure("swiGluBackward", 0, () -> kernel.swiGluBackward(din, dout, in));
  }

  @Override
  public void activate(Tensor out, Tensor in, ActivationFunction function) {
    times.measure("activate", 0, () -> kernel.activate(out, in, function));
  }

  @Override
  public void activateBackward(Tensor din, Tensor dout, Tensor in, ActivationFunction function) {
    times.measure("activateBackward", 0, () -> kernel.activateBackward(din, dout, in, function));
  }

  @Override
  public void attention(Tensor out, Tensor logSumExp, Tensor queryKeyValue, AttentionShape shape, Dropout dropout) {
    times.measure(
        "attention",
        attentionOperations(shape, 2),
        () -> kernel.attention(out, logSumExp, queryKeyValue, shape, dropout));
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
    times.measure(
        "attentionBackward",
        attentionOperations(shape, 5),
        () -> kernel.attentionBackward(dqueryKeyValue, dout, out, logSumExp, queryKeyValue, shape, dropout));
  }

  @Override
  public void attentionWithCache(Tensor out, Tensor keys, Tensor values, Tensor queryKeyValue, int position) {
    times.measure("attentionWithCache", 0, () -> kernel.attentionWithCache(out, keys, values, queryKeyValue, position));
  }

  @Override
  public void embed(Tensor out, Tensor tokens, Tensor tokenEmbedding, @Nullable Tensor positionEmbedding, int position, Dropout dropout) {
    times.measure("embed", 0, () -> kernel.embed(out, tokens, tokenEmbedding, positionEmbedding, position, dropout));
  }

  @Override
  public void embedBackward(Tensor dtokenEmbedding, @Nullable Tensor dpositionEmbedding, Tensor dout, Tensor tokens, Dropout dropout) {
    times.measure("embedBackward", 0, () -> kernel.embedBackward(dtokenEmbedding, dpositionEmbedding, dout, tokens, dropout));
  }

  @Override
  public void addResidual(Tensor out, Tensor residual, Tensor in, Dropout dropout) {
    times.measure("addResidual", 0, () -> kernel.addResidual(out, residual, in, dropout));
  }

  @Override
  public void dropoutBackward(Tensor din, Tensor dout, Dropout dropout) {
    times.measure("dropoutBackward", 0, () -> kernel.dropoutBackward(din, dout, dropout));
  }

  @Override
  public void crossEntropy(Tensor losses, Tensor logits, Tensor targets) {
    times.measure("crossEntropy", 0, () -> kernel.crossEntropy(losses, logits, targets));
  }

  @Override
  public void crossEntropyBackward(Tensor losses, Tensor dlogits, Tensor logits, Tensor targets, float gradientScale, float smoothing) {
    times.measure("crossEntropyBackward", 0, () -> kernel.crossEntropyBackward(losses, dlogits, logits, targets, gradientScale, smoothing));
  }

  @Override
  public void adamW(List<AdamWTensors> tensors, AdamWStep step) {
    times.measure("adamW", 0, () -> kernel.adamW(tensors, step));
  }

  @Override
  public void sgd(List<SgdTensors> tensors, SgdStep step) {
    times.measure("sgd", 0, () -> kernel.sgd(tensors, step));
  }

  @Override
  public void muon(List<MuonTensors> tensors, MuonStep step) {
    times.measure("muon", 0, () -> kernel.muon(tensors, step));
  }

  @Override
  public void average(List<Tensor> averages, List<Tensor> values, float share) {
    times.measure("average", 0, () -> kernel.average(averages, values, share));
  }

  @Override
  public double sumOfSquares(List<Tensor> tensors) {
    double[] sum = new double[1];
    times.measure("sumOfSquares", 0, () -> sum[0] = kernel.sumOfSquares(tensors));
    return sum[0];
  }

  @Override
  public void close() {
    kernel.close();
  }
}
