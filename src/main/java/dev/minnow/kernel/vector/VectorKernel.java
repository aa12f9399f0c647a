package dev.minnow.kernel.vector;

import dev.minnow.kernel.Accumulation;
import dev.minnow.kernel.ActivationFunction;
import dev.minnow.kernel.AttentionShape;
import dev.minnow.kernel.Dropout;
import dev.minnow.kernel.Weight;
import dev.minnow.kernel.WeightSet;
import dev.minnow.kernel.WeightUse;
import dev.minnow.kernel.activation.VectorActivation;
import dev.minnow.kernel.attention.AttentionScratch;
import dev.minnow.kernel.pool.WorkerPool;
import dev.minnow.kernel.pool.Workspace;
import dev.minnow.kernel.product.Panels;
import dev.minnow.kernel.row.Epilogue;
import dev.minnow.kernel.weight.NarrowWeights;
import dev.minnow.kernel.weight.PlainWeights;
import dev.minnow.kernel.weight.WeightRows;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The portable fast kernel: the Java Vector API on all threads of a {@link WorkerPool}. Where the system takes machine code for AVX2 or
 * AVX-512, it takes the place of innermost loops, with the same bits: of matrix products ({@link dev.minnow.kernel.product}, {@link
 * dev.minnow.kernel.weight}), of attention, of activation functions ({@link dev.minnow.kernel.activation}) and of residuals ({@link
 * VectorResidual}).
 */
public final class VectorKernel extends PooledKernel {
  private final VectorMatmul matmul;
  private final VectorAttention attention;
  private final VectorActivation activation;
  private final VectorRotation rotation;
  private final VectorSwiGlu swiGlu;
  private final VectorLoss loss;

  /**
   * Starts its threads.
   *
   * @param threads that share the work of one operation, the caller included
   */
  public VectorKernel(int threads) {
    this(new WorkerPool(threads));
  }

  /** Shares a pool of threads, which it closes. */
  public VectorKernel(WorkerPool pool) {
    super(ElementType.F32, pool, new VectorMuonProducts(pool));
    matmul = new VectorMatmul(pool);
    attention = new VectorAttention(pool);
    activation = new VectorActivation(pool);
    rotation = new VectorRotation(pool);
    swiGlu = new VectorSwiGlu(pool);
    loss = new VectorLoss(pool);
  }

  @Override
  public String name() {
    return "vector";
  }

  /** Whether innermost loops run in machine code. */
  public static boolean hasMachineCode() {
    return Panels.areHere();
  }

  @Override
  public WeightSet weights(List<Tensor> matrices, WeightUse use) {
    contract.linears().weights(matrices);
    return WeightRows.weights(pool, matrices, use);
  }

  @Override
  public long weightBytes(List<long[]> shapes, WeightUse use) {
    return switch (use) {
      case TRAINING, FP32 -> 0;
      case BF16, INT8 -> NarrowWeights.layout(shapes, use).bytes();
    };
  }

  @Override
  public long scratchBytes(long rows, long columns, AttentionShape attention) {
    return threads() * (Workspace.BYTES + AttentionScratch.wideBytes(attention.headWidth()));
  }

  @Override
  public void linear(Tensor out, Tensor in, Weight weight, @Nullable Tensor bias) {
    contract.linears().linear(out, in, weight, bias);
    matmul.linear(out, in, weight, bias, Epilogue.NONE);
  }

  @Override
  public void linearActivated(
      Tensor hidden, Tensor activated, Tensor in, Weight weight, @Nullable Tensor bias, ActivationFunction function) {
    contract.linears().linearActivated(hidden, activated, in, weight, bias);
    matmul.linear(
        hidden,
        in,
        weight,
        bias,
        VectorActivation.forwardEpilogue(activated, hidden, function));
  }

  @Override
  public void linearResidual(Tensor out, Tensor residual, Tensor in, Weight weight, @Nullable Tensor bias, Dropout dropout) {
    contract.linears().linearResidual(out, residual, in, weight, bias);
    matmul.linear(
        out,
        in,
        weight,
        bias,
        VectorResidual.epilogue(out, residual, null, dropout));
  }

  @Override
  public void linearInputGradient(Tensor din, Tensor dout, Weight weight) {
    contract.linears().linearInputGradient(din, dout, weight);
    matmul.linearInputGradient(din, dout, PlainWeights.valuesOf(weight), Epilogue.NONE);
  }

  @Override
  public void linearActivatedInputGradient(Tensor din, Tensor dout, Weight weight, Tensor hidden, ActivationFunction function) {
    contract.linears().linearActivatedInputGradient(din, dout, weight, hidden);
    matmul.linearInputGradient(
        din,
        dout,
        PlainWeights.valuesOf(weight),
        VectorActivation.backwardEpilogue(din, din, hidden, function));
  }

  @Override
  public void linearSwiGluInputGradient(Tensor din, Tensor dactivated, Tensor dout, Weight weight, Tensor hidden) {
    contract.linears().linearSwiGluInputGradient(din, dactivated, dout, weight, hidden);
    matmul.linearInputGradient(dactivated, dout, PlainWeights.valuesOf(weight), VectorSwiGlu.backwardEpilogue(din, dactivated, hidden));
  }

  @Override
  public void linearWeightGradient(Tensor dweight, @Nullable Tensor dbias, Tensor dout, Tensor in, Accumulation accumulation) {
    contract.linears().linearWeightGradient(dweight, dbias, dout, in);
    matmul.linearWeightGradient(dweight, dbias, dout, in, accumulation);
  }

  @Override
  public void activate(Tensor out, Tensor in, ActivationFunction function) {
    contract.elements().activate(out, in);
    activation.forward(out, in, function);
  }

  @Override
  public void activateBackward(Tensor din, Tensor dout, Tensor in, ActivationFunction function) {
    contract.elements().activateBackward(din, dout, in);
    activation.backward(din, dout, in, function);
  }

  @Override
  public void rotate(Tensor matrix, Tensor turns, int heads, int context, int position) {
    contract.attention().rotate(matrix, turns, heads, context, position);
    rotation.run(matrix, turns, heads, context, position, 1);
  }

  @Override
  public void rotateBackward(Tensor dmatrix, Tensor turns, int heads, int context) {
    contract.attention().rotateBackward(dmatrix, turns, heads, context);
    rotation.run(dmatrix, turns, heads, context, 0, -1);
  }

  @Override
  public void swiGlu(Tensor out, Tensor in) {
    contract.elements().swiGlu(out, in);
    swiGlu.forward(out, in);
  }

  @Override
  public void swiGluBackward(Tensor din, Tensor dout, Tensor in) {
    contract.elements().swiGluBackward(din, dout, in);
    swiGlu.backward(din, dout, in);
  }

  @Override
  public void crossEntropy(Tensor losses, Tensor logits, Tensor targets) {
    contract.tokens().crossEntropy(losses, logits, targets);
    loss.crossEntropy(losses, logits, targets);
  }

  @Override
  public void crossEntropyBackward(Tensor losses, Tensor dlogits, Tensor logits, Tensor targets, float gradientScale, float smoothing) {
    contract.tokens().crossEntropyBackward(losses, dlogits, logits, targets, gradientScale, smoothing);
    loss.crossEntropyBackward(losses, dlogits, logits, targets, gradientScale, smoothing);
  }

  @Override
  public void attention(Tensor out, Tensor logSumExp, Tensor queryKeyValue, AttentionShape shape, Dropout dropout) {
    contract.attention().attention(out, logSumExp, queryKeyValue, shape);
    attention.forward(out, logSumExp, queryKeyValue, shape, dropout);
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
    attention.backward(dqueryKeyValue, dout, out, logSumExp, queryKeyValue, shape, dropout);
  }

  @Override
  public void attentionWithCache(Tensor out, Tensor keys, Tensor values, Tensor queryKeyValue, int position) {
    contract.attention().attentionWithCache(out, keys, values, queryKeyValue, position);
    attention.withCache(out, keys, values, queryKeyValue, position);
  }
}
