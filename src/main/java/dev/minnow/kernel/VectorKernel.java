package dev.minnow.kernel;

import dev.minnow.memory.Tensor;
import org.jspecify.annotations.Nullable;

/** The portable fast kernel: the Java Vector API on all threads of a {@link WorkerPool}. */
public final class VectorKernel implements Kernel {
  private final WorkerPool pool;
  private final VectorMatmul matmul;
  private final VectorNorm norm;
  private final VectorNormBackward normBackward;
  private final VectorGelu gelu;
  private final VectorAttention attention;
  private final VectorEmbedding embedding;
  private final VectorResidual residual;
  private final VectorLoss loss;
  private final VectorOptimizer optimizer;

  /**
   * Starts its threads.
   *
   * @param threads that share the work of one operation, the caller included
   */
  public VectorKernel(int threads) {
    pool = new WorkerPool(threads);
    matmul = new VectorMatmul(pool);
    norm = new VectorNorm(pool);
    normBackward = new VectorNormBackward(pool);
    gelu = new VectorGelu(pool);
    attention = new VectorAttention(pool);
    embedding = new VectorEmbedding(pool);
    residual = new VectorResidual(pool);
    loss = new VectorLoss(pool);
    optimizer = new VectorOptimizer(pool);
  }

  @Override
  public String name() {
    return "vector";
  }

  @Override
  public int threads() {
    return pool.threads();
  }

  @Override
  public void linear(Tensor out, Tensor in, Tensor weight, @Nullable Tensor bias) {
    KernelContract.linear(out, in, weight, bias);
    matmul.linear(out, in, weight, bias);
  }

  @Override
  public void linearInputGradient(Tensor din, Tensor dout, Tensor weight) {
    KernelContract.linearInputGradient(din, dout, weight);
    matmul.linearInputGradient(din, dout, weight);
  }

  @Override
  public void linearWeightGradient(Tensor dweight, @Nullable Tensor dbias, Tensor dout, Tensor in) {
    KernelContract.linearWeightGradient(dweight, dbias, dout, in);
    matmul.linearWeightGradient(dweight, dbias, dout, in);
  }

  @Override
  public void layerNorm(Tensor out, Tensor mean, Tensor reciprocalDeviation, Tensor in, Tensor scale, Tensor shift, float epsilon) {
    KernelContract.layerNorm(out, mean, reciprocalDeviation, in, scale, shift, epsilon);
    norm.forward(out, mean, reciprocalDeviation, in, scale, shift, epsilon);
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
    normBackward.run(din, dscale, dshift, dout, in, mean, reciprocalDeviation, scale);
  }

  @Override
  public void gelu(Tensor out, Tensor in) {
    KernelContract.gelu(out, in);
    gelu.forward(out, in);
  }

  @Override
  public void geluBackward(Tensor din, Tensor dout, Tensor in) {
    KernelContract.geluBackward(din, dout, in);
    gelu.backward(din, dout, in);
  }

  @Override
  public void attention(Tensor out, Tensor logSumExp, Tensor queryKeyValue, AttentionShape shape, Dropout dropout) {
    KernelContract.attention(out, logSumExp, queryKeyValue, shape);
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
    KernelContract.attentionBackward(dqueryKeyValue, dout, out, logSumExp, queryKeyValue, shape);
    attention.backward(dqueryKeyValue, dout, out, logSumExp, queryKeyValue, shape, dropout);
  }

  @Override
  public void attentionWithCache(Tensor out, Tensor keys, Tensor values, Tensor queryKeyValue, int position, int headCount) {
    KernelContract.attentionWithCache(out, keys, values, queryKeyValue, position, headCount);
    attention.withCache(out, keys, values, queryKeyValue, position, headCount);
  }

  @Override
  public void embed(Tensor out, Tensor tokens, Tensor tokenEmbedding, Tensor positionEmbedding, int position, Dropout dropout) {
    KernelContract.embed(out, tokens, tokenEmbedding, positionEmbedding, position);
    embedding.forward(out, tokens, tokenEmbedding, positionEmbedding, position, dropout);
  }

  @Override
  public void embedBackward(Tensor dtokenEmbedding, Tensor dpositionEmbedding, Tensor dout, Tensor tokens, Dropout dropout) {
    KernelContract.embedBackward(dtokenEmbedding, dpositionEmbedding, dout, tokens);
    embedding.backward(dtokenEmbedding, dpositionEmbedding, dout, tokens, dropout);
  }

  @Override
  public void addResidual(Tensor out, Tensor residual, Tensor in, Dropout dropout) {
    KernelContract.addResidual(out, residual, in);
    this.residual.add(out, residual, in, dropout);
  }

  @Override
  public void dropoutBackward(Tensor din, Tensor dout, Dropout dropout) {
    KernelContract.dropoutBackward(din, dout);
    residual.dropoutBackward(din, dout, dropout);
  }

  @Override
  public void crossEntropy(Tensor losses, Tensor logits, Tensor targets, float gradientScale) {
    KernelContract.crossEntropy(losses, logits, targets);
    loss.crossEntropy(losses, logits, targets, gradientScale);
  }

  @Override
  public void adamW(Tensor parameters, Tensor gradients, Tensor firstMoments, Tensor secondMoments, AdamWStep step) {
    KernelContract.adamW(parameters, gradients, firstMoments, secondMoments);
    optimizer.adamW(parameters, gradients, firstMoments, secondMoments, step);
  }

  @Override
  public double sumOfSquares(Tensor values) {
    KernelContract.sumOfSquares(values);
    return optimizer.sumOfSquares(values);
  }

  @Override
  public void close() {
    pool.close();
  }
}
