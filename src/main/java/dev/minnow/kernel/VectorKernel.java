package dev.minnow.kernel;

import dev.minnow.memory.ElementType;
import dev.minnow.memory.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The portable fast kernel: the Java Vector API on all threads of a {@link WorkerPool}. */
public final class VectorKernel implements Kernel {
  private final KernelContract contract = new KernelContract(ElementType.F32);
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
  public ElementType operandType() {
    return ElementType.F32;
  }

  @Override
  public WeightSet weights(List<Tensor> matrices, WeightUse use) {
    return PlainWeights.of(matrices);
  }

  @Override
  public void linear(Tensor out, Tensor in, Weight weight, @Nullable Tensor bias) {
    contract.linear(out, in, weight, bias);
    matmul.linear(out, in, weight.values(), bias, Epilogue.NONE);
  }

  @Override
  public void linearGelu(Tensor hidden, Tensor activated, Tensor in, Weight weight, Tensor bias) {
    contract.linearGelu(hidden, activated, in, weight, bias);
    Rows hiddenRows = Rows.of(hidden);
    Rows activatedRows = Rows.toWrite(activated);
    matmul.linear(
        hidden,
        in,
        weight.values(),
        bias,
        (firstRow, endRow, firstColumn, endColumn, workspace) -> VectorGelu
            .forward(activatedRows, hiddenRows, firstRow, endRow, firstColumn, endColumn, workspace.regions));
  }

  @Override
  public void linearResidual(Tensor out, Tensor residual, Tensor in, Weight weight, Tensor bias, Dropout dropout) {
    contract.linearResidual(out, residual, in, weight, bias);
    Rows outRows = Rows.of(out);
    Rows residualRows = Rows.of(residual);
    matmul.linear(
        out,
        in,
        weight.values(),
        bias,
        (firstRow, endRow, firstColumn, endColumn, workspace) -> VectorResidual
            .add(outRows, residualRows, outRows, dropout, firstRow, endRow, firstColumn, endColumn, workspace));
  }

  @Override
  public void linearInputGradient(Tensor din, Tensor dout, Weight weight) {
    contract.linearInputGradient(din, dout, weight);
    matmul.linearInputGradient(din, dout, weight.values(), Epilogue.NONE);
  }

  @Override
  public void linearGeluInputGradient(Tensor din, Tensor dout, Weight weight, Tensor hidden) {
    contract.linearGeluInputGradient(din, dout, weight, hidden);
    Rows dinRows = Rows.of(din);
    Rows hiddenRows = Rows.of(hidden);
    matmul.linearInputGradient(
        din,
        dout,
        weight.values(),
        (firstRow, endRow, firstColumn, endColumn, workspace) -> VectorGelu
            .backward(dinRows, dinRows, hiddenRows, firstRow, endRow, firstColumn, endColumn, workspace.regions));
  }

  @Override
  public void linearWeightGradient(Tensor dweight, @Nullable Tensor dbias, Tensor dout, Tensor in) {
    contract.linearWeightGradient(dweight, dbias, dout, in);
    matmul.linearWeightGradient(dweight, dbias, dout, in);
  }

  @Override
  public void layerNorm(Tensor out, Tensor mean, Tensor reciprocalDeviation, Tensor in, Tensor scale, Tensor shift, float epsilon) {
    contract.layerNorm(out, mean, reciprocalDeviation, in, scale, shift, epsilon);
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
    contract.layerNormBackward(din, dscale, dshift, dout, in, mean, reciprocalDeviation, scale);
    normBackward.run(din, dscale, dshift, dout, in, mean, reciprocalDeviation, scale);
  }

  @Override
  public void gelu(Tensor out, Tensor in) {
    contract.gelu(out, in);
    gelu.forward(out, in);
  }

  @Override
  public void geluBackward(Tensor din, Tensor dout, Tensor in) {
    contract.geluBackward(din, dout, in);
    gelu.backward(din, dout, in);
  }

  @Override
  public void attention(Tensor out, Tensor logSumExp, Tensor queryKeyValue, AttentionShape shape, Dropout dropout) {
    contract.attention(out, logSumExp, queryKeyValue, shape);
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
    contract.attentionBackward(dqueryKeyValue, dout, out, logSumExp, queryKeyValue, shape);
    attention.backward(dqueryKeyValue, dout, out, logSumExp, queryKeyValue, shape, dropout);
  }

  @Override
  public void attentionWithCache(Tensor out, Tensor keys, Tensor values, Tensor queryKeyValue, int position, int headCount) {
    contract.attentionWithCache(out, keys, values, queryKeyValue, position, headCount);
    attention.withCache(out, keys, values, queryKeyValue, position, headCount);
  }

  @Override
  public void embed(Tensor out, Tensor tokens, Tensor tokenEmbedding, Tensor positionEmbedding, int position, Dropout dropout) {
    contract.embed(out, tokens, tokenEmbedding, positionEmbedding, position);
    embedding.forward(out, tokens, tokenEmbedding, positionEmbedding, position, dropout);
  }

  @Override
  public void embedBackward(Tensor dtokenEmbedding, Tensor dpositionEmbedding, Tensor dout, Tensor tokens, Dropout dropout) {
    contract.embedBackward(dtokenEmbedding, dpositionEmbedding, dout, tokens);
    embedding.backward(dtokenEmbedding, dpositionEmbedding, dout, tokens, dropout);
  }

  @Override
  public void addResidual(Tensor out, Tensor residual, Tensor in, Dropout dropout) {
    contract.addResidual(out, residual, in);
    this.residual.add(out, residual, in, dropout);
  }

  @Override
  public void dropoutBackward(Tensor din, Tensor dout, Dropout dropout) {
    contract.dropoutBackward(din, dout);
    residual.dropoutBackward(din, dout, dropout);
  }

  @Override
  public void crossEntropy(Tensor losses, Tensor logits, Tensor targets) {
    contract.crossEntropy(losses, logits, targets);
    loss.crossEntropy(losses, logits, targets);
  }

  @Override
  public void crossEntropyBackward(Tensor losses, Tensor dlogits, Tensor logits, Tensor targets, float gradientScale) {
    contract.crossEntropyBackward(losses, dlogits, logits, targets);
    loss.crossEntropyBackward(losses, dlogits, logits, targets, gradientScale);
  }

  @Override
  public void adamW(List<AdamWTensors> tensors, AdamWStep step) {
    contract.adamW(tensors);
    optimizer.adamW(tensors, step);
  }

  @Override
  public double sumOfSquares(List<Tensor> tensors) {
    contract.sumOfSquares(tensors);
    return optimizer.sumOfSquares(tensors);
  }

  @Override
  public void close() {
    pool.close();
  }
}
