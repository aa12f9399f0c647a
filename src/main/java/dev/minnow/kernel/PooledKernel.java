package dev.minnow.kernel;

import dev.minnow.memory.ElementType;
import dev.minnow.memory.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The operations that fast kernels share: row by row and element by element, on all threads of a {@link WorkerPool}. */
abstract class PooledKernel implements Kernel {
  final KernelContract contract;
  final WorkerPool pool;
  private final VectorNorm norm;
  private final VectorNormBackward normBackward;
  private final VectorRmsNorm rmsNorm;
  private final VectorRmsNormBackward rmsNormBackward;
  private final VectorEmbedding embedding;
  private final VectorResidual residual;
  private final VectorOptimizer optimizer;
  private final VectorDescent descent;
  private final VectorMuon muon;
  private final VectorAverage average;

  /**
   * Takes a pool of threads, which it closes.
   *
   * @param operandType of the kernel's operands
   * @param muonProducts of its optimizer, on the same pool
   */
  PooledKernel(ElementType operandType, WorkerPool pool, MuonProducts muonProducts) {
    contract = new KernelContract(operandType);
    this.pool = pool;
    norm = new VectorNorm(pool);
    normBackward = new VectorNormBackward(pool);
    rmsNorm = new VectorRmsNorm(pool);
    rmsNormBackward = new VectorRmsNormBackward(pool);
    embedding = new VectorEmbedding(pool);
    residual = new VectorResidual(pool);
    optimizer = new VectorOptimizer(pool);
    descent = new VectorDescent(pool);
    muon = new VectorMuon(pool, optimizer, muonProducts);
    average = new VectorAverage(pool);
  }

  @Override
  public int threads() {
    return pool.threads();
  }

  @Override
  public ElementType operandType() {
    return contract.operandType();
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
  public void rmsNorm(Tensor out, Tensor reciprocalRoot, Tensor in, Tensor scale, float epsilon) {
    contract.rmsNorm(out, reciprocalRoot, in, scale, epsilon);
    rmsNorm.forward(out, reciprocalRoot, in, scale, epsilon);
  }

  @Override
  public void rmsNormBackward(Tensor din, Tensor dscale, Tensor dout, Tensor in, Tensor reciprocalRoot, Tensor scale) {
    contract.rmsNormBackward(din, dscale, dout, in, reciprocalRoot, scale);
    rmsNormBackward.run(din, dscale, dout, in, reciprocalRoot, scale);
  }

  @Override
  public void embed(Tensor out, Tensor tokens, Tensor tokenEmbedding, @Nullable Tensor positionEmbedding, int position, Dropout dropout) {
    contract.embed(out, tokens, tokenEmbedding, positionEmbedding, position);
    embedding.forward(out, tokens, tokenEmbedding, positionEmbedding, position, dropout);
  }

  @Override
  public void embedBackward(Tensor dtokenEmbedding, @Nullable Tensor dpositionEmbedding, Tensor dout, Tensor tokens, Dropout dropout) {
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
  public void adamW(List<AdamWTensors> tensors, AdamWStep step) {
    contract.adamW(tensors);
    optimizer.adamW(tensors, step);
  }

  @Override
  public void sgd(List<SgdTensors> tensors, SgdStep step) {
    contract.sgd(tensors);
    descent.sgd(tensors, step);
  }

  @Override
  public void muon(List<MuonTensors> tensors, MuonStep step) {
    contract.muon(tensors);
    muon.muon(tensors, step);
  }

  @Override
  public void average(List<Tensor> averages, List<Tensor> values, float share) {
    contract.average(averages, values, share);
    average.run(averages, values, share);
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
