package dev.minnow.kernel.vector;

import dev.minnow.kernel.AdamWStep;
import dev.minnow.kernel.AdamWTensors;
import dev.minnow.kernel.Dropout;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.MuonStep;
import dev.minnow.kernel.MuonTensors;
import dev.minnow.kernel.SgdStep;
import dev.minnow.kernel.SgdTensors;
import dev.minnow.kernel.contract.KernelContract;
import dev.minnow.kernel.pool.WorkerPool;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The operations that fast kernels share: row by row and element by element, on all threads of a {@link WorkerPool}. */
public abstract class PooledKernel implements Kernel {
  protected final KernelContract contract;
  private final ElementType operandType;
  public final WorkerPool pool;
  private final VectorNorm norm;
  private final VectorNormBackward normBackward;
  private final VectorRmsNorm rmsNorm;
  private final VectorRmsNormBackward rmsNormBackward;
  private final VectorHeadNorm headNorm;
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
  protected PooledKernel(ElementType operandType, WorkerPool pool, MuonProducts muonProducts) {
    this.operandType = operandType;
    contract = KernelContract.of(operandType);
    this.pool = pool;
    norm = new VectorNorm(pool);
    normBackward = new VectorNormBackward(pool);
    rmsNorm = new VectorRmsNorm(pool);
    rmsNormBackward = new VectorRmsNormBackward(pool);
    headNorm = new VectorHeadNorm(pool);
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
    return operandType;
  }

  @Override
  public void layerNorm(Tensor out, Tensor mean, Tensor reciprocalDeviation, Tensor in, Tensor scale, Tensor shift, float epsilon) {
    contract.norms().layerNorm(out, mean, reciprocalDeviation, in, scale, shift, epsilon);
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
    contract.norms().layerNormBackward(din, dscale, dshift, dout, in, mean, reciprocalDeviation, scale);
    normBackward.run(din, dscale, dshift, dout, in, mean, reciprocalDeviation, scale);
  }

  @Override
  public void rmsNorm(Tensor out, Tensor reciprocalRoot, Tensor in, Tensor scale, float epsilon) {
    contract.norms().rmsNorm(out, reciprocalRoot, in, scale, epsilon);
    rmsNorm.forward(out, reciprocalRoot, in, scale, epsilon);
  }

  @Override
  public void rmsNormBackward(Tensor din, Tensor dscale, Tensor dout, Tensor in, Tensor reciprocalRoot, Tensor scale) {
    contract.norms().rmsNormBackward(din, dscale, dout, in, reciprocalRoot, scale);
    rmsNormBackward.run(din, dscale, dout, in, reciprocalRoot, scale);
  }

  @Override
  public void headNorm(Tensor matrix, @Nullable Tensor kept, Tensor scale, int firstHead, int heads, float epsilon) {
    contract.norms().headNorm(matrix, kept, scale, firstHead, heads, epsilon);
    headNorm.forward(matrix, kept, scale, firstHead, heads, epsilon);
  }

  @Override
  public void headNormBackward(Tensor dmatrix, Tensor dscale, Tensor kept, Tensor scale, int firstHead, int heads, float epsilon) {
    contract.norms().headNormBackward(dmatrix, dscale, kept, scale, firstHead, heads, epsilon);
    headNorm.backward(dmatrix, dscale, kept, scale, firstHead, heads, epsilon);
  }

  @Override
  public void embed(Tensor out, Tensor tokens, Tensor tokenEmbedding, @Nullable Tensor positionEmbedding, int position, Dropout dropout) {
    contract.tokens().embed(out, tokens, tokenEmbedding, positionEmbedding, position);
    embedding.forward(out, tokens, tokenEmbedding, positionEmbedding, position, dropout);
  }

  @Override
  public void embedBackward(Tensor dtokenEmbedding, @Nullable Tensor dpositionEmbedding, Tensor dout, Tensor tokens, Dropout dropout) {
    contract.tokens().embedBackward(dtokenEmbedding, dpositionEmbedding, dout, tokens);
    embedding.backward(dtokenEmbedding, dpositionEmbedding, dout, tokens, dropout);
  }

  @Override
  public void addResidual(Tensor out, Tensor residual, Tensor in, Dropout dropout) {
    contract.elements().addResidual(out, residual, in);
    this.residual.add(out, residual, in, dropout);
  }

  @Override
  public void dropoutBackward(Tensor din, Tensor dout, Dropout dropout) {
    contract.elements().dropoutBackward(din, dout);
    residual.dropoutBackward(din, dout, dropout);
  }

  @Override
  public void adamW(List<AdamWTensors> tensors, AdamWStep step) {
    contract.optimizers().adamW(tensors);
    optimizer.adamW(tensors, step);
  }

  @Override
  public void sgd(List<SgdTensors> tensors, SgdStep step) {
    contract.optimizers().sgd(tensors);
    descent.sgd(tensors, step);
  }

  @Override
  public void muon(List<MuonTensors> tensors, MuonStep step) {
    contract.optimizers().muon(tensors);
    muon.muon(tensors, step);
  }

  @Override
  public void average(List<Tensor> averages, List<Tensor> values, float share) {
    contract.optimizers().average(averages, values, share);
    average.run(averages, values, share);
  }

  @Override
  public double sumOfSquares(List<Tensor> tensors) {
    contract.optimizers().sumOfSquares(tensors);
    return optimizer.sumOfSquares(tensors);
  }

  @Override
  public void close() {
    pool.close();
  }
}
