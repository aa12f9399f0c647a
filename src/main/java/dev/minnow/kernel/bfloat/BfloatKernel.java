package dev.minnow.kernel.bfloat;

import dev.minnow.kernel.Accumulation;
import dev.minnow.kernel.ActivationFunction;
import dev.minnow.kernel.AttentionShape;
import dev.minnow.kernel.Dropout;
import dev.minnow.kernel.Weight;
import dev.minnow.kernel.WeightSet;
import dev.minnow.kernel.WeightUse;
import dev.minnow.kernel.block.MatrixUnit;
import dev.minnow.kernel.pool.WorkerPool;
import dev.minnow.kernel.pool.Workspace;
import dev.minnow.kernel.row.Epilogue;
import dev.minnow.kernel.vector.PooledKernel;
import dev.minnow.kernel.vector.VectorKernel;
import dev.minnow.kernel.vector.VectorResidual;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The kernels of processors that multiply bfloat16, {@code amx} and {@code bf16}: what linear layers and attention multiply is bfloat16 and
 * summed in float32 by a {@link MatrixUnit}, in machine code that Minnow writes, and so is what lies between these multiplies. All
 * else is the vector kernel's.
 */
public final class BfloatKernel extends PooledKernel {
  private final MatrixUnit unit;

  /** Takes what is in floats, a few rows. */
  private final VectorKernel few;

  private final BfloatMatmul matmul;
  private final BfloatAttention attention;
  private final BfloatActivation activation;
  private final BfloatSwiGlu swiGlu;
  private final BfloatRotation rotation;
  private final BfloatLoss loss;

  /**
   * Starts its threads. What the unit does is an illegal instruction where {@link BfloatSupport} has an objection.
   *
   * @param unit that multiplies
   * @param threads that share the work of one operation, the caller included
   */
  public BfloatKernel(MatrixUnit unit, int threads) {
    this(unit, new WorkerPool(threads, unit));
  }

  private BfloatKernel(MatrixUnit unit, WorkerPool pool) {
    super(ElementType.BF16_BLOCKS, pool, new BfloatMuonProducts(pool));
    this.unit = unit;
    few = new VectorKernel(pool);
    matmul = new BfloatMatmul(pool);
    attention = new BfloatAttention(pool);
    activation = new BfloatActivation(pool);
    swiGlu = new BfloatSwiGlu(pool);
    rotation = new BfloatRotation(pool);
    loss = new BfloatLoss(pool);
  }

  /** Why the unit's kernel cannot run here although there are vectors, as the end of a sentence, or null. */
  public static @Nullable String obstacle(MatrixUnit unit) {
    String obstacle = BfloatSupport.obstacle(unit);
    return obstacle != null ? obstacle : BfloatSelfTest.failure(unit);
  }

  @Override
  public String name() {
    return unit.kernelName;
  }

  @Override
  public ElementType operandType(long rows) {
    return rows <= FEW_ROWS ? few.operandType() : operandType();
  }

  @Override
  public WeightSet weights(List<Tensor> matrices, WeightUse use) {
    if (use != WeightUse.TRAINING) {
      return few.weights(matrices, use);
    }
    contract.linears().weights(matrices);
    return new BfloatWeights(pool, matrices);
  }

  @Override
  public long weightBytes(List<long[]> shapes, WeightUse use) {
    return use == WeightUse.TRAINING ? BfloatWeights.layout(shapes).bytes() : few.weightBytes(shapes, use);
  }

  @Override
  public long scratchBytes(long rows, long columns, AttentionShape attention) {
    long tiles = Math.max(HeadLayout.backward(attention, unit).bytes(), WeightGradient.TASK_BYTES);
    return threads() * (Workspace.BYTES + tiles) + WeightGradient.sharedBytes(rows, columns);
  }

  private BfloatWeights.Packed packed(Weight weight) {
    if (weight instanceof BfloatWeights.Packed packed) {
      return packed;
    }
    throw new IllegalArgumentException("The weight " + weight.values() + " was not made for training by the " + name() + " kernel.");
  }

  private static Weight forFew(Weight weight) {
    return weight instanceof BfloatWeights.Packed packed ? packed.plain() : weight;
  }

  private static boolean isFew(Tensor operand) {
    return operand.type() == ElementType.F32;
  }

  @Override
  public void layerNorm(Tensor out, Tensor mean, Tensor reciprocalDeviation, Tensor in, Tensor scale, Tensor shift, float epsilon) {
    if (isFew(out)) {
      few.layerNorm(out, mean, reciprocalDeviation, in, scale, shift, epsilon);
    } else {
      super.layerNorm(out, mean, reciprocalDeviation, in, scale, shift, epsilon);
    }
  }

  @Override
  public void rmsNorm(Tensor out, Tensor reciprocalRoot, Tensor in, Tensor scale, float epsilon) {
    if (isFew(out)) {
      few.rmsNorm(out, reciprocalRoot, in, scale, epsilon);
    } else {
      super.rmsNorm(out, reciprocalRoot, in, scale, epsilon);
    }
  }

  @Override
  public void headNorm(Tensor matrix, @Nullable Tensor kept, Tensor scale, int firstHead, int heads, float epsilon) {
    if (isFew(matrix)) {
      few.headNorm(matrix, kept, scale, firstHead, heads, epsilon);
    } else {
      super.headNorm(matrix, kept, scale, firstHead, heads, epsilon);
    }
  }

  @Override
  public void rotate(Tensor matrix, Tensor turns, int heads, int context, int position) {
    if (isFew(matrix)) {
      few.rotate(matrix, turns, heads, context, position);
    } else {
      contract.attention().rotate(matrix, turns, heads, context, position);
      rotation.run(matrix, turns, heads, context, position, 1);
    }
  }

  @Override
  public void rotateBackward(Tensor dmatrix, Tensor turns, int heads, int context) {
    contract.attention().rotateBackward(dmatrix, turns, heads, context);
    rotation.run(dmatrix, turns, heads, context, 0, -1);
  }

  @Override
  public void linear(Tensor out, Tensor in, Weight weight, @Nullable Tensor bias) {
    if (isFew(in)) {
      few.linear(out, in, forFew(weight), bias);
      return;
    }
    contract.linears().linear(out, in, weight, bias);
    matmul.linear(out, in, weight, bias, Epilogue.NONE);
  }

  @Override
  public void linearActivated(
      Tensor hidden, Tensor activated, Tensor in, Weight weight, @Nullable Tensor bias, ActivationFunction function) {
    if (isFew(in)) {
      few.linearActivated(hidden, activated, in, forFew(weight), bias, function);
      return;
    }
    contract.linears().linearActivated(hidden, activated, in, weight, bias);
    matmul.linear(
        hidden,
        in,
        weight,
        bias,
        BfloatActivation.forwardEpilogue(activated, hidden, function));
  }

  @Override
  public void linearResidual(Tensor out, Tensor residual, Tensor in, Weight weight, @Nullable Tensor bias, Dropout dropout) {
    if (isFew(in)) {
      few.linearResidual(out, residual, in, forFew(weight), bias, dropout);
      return;
    }
    contract.linears().linearResidual(out, residual, in, weight, bias);
    matmul.linear(
        out,
        in,
        weight,
        null,
        VectorResidual.epilogue(out, residual, bias, dropout));
  }

  @Override
  public void linearInputGradient(Tensor din, Tensor dout, Weight weight) {
    contract.linears().linearInputGradient(din, dout, weight);
    matmul.linearInputGradient(din, dout, packed(weight), Epilogue.NONE);
  }

  @Override
  public void linearActivatedInputGradient(Tensor din, Tensor dout, Weight weight, Tensor hidden, ActivationFunction function) {
    contract.linears().linearActivatedInputGradient(din, dout, weight, hidden);
    matmul.linearInputGradient(
        din,
        dout,
        packed(weight),
        BfloatActivation.backwardEpilogue(din, din, hidden, function));
  }

  @Override
  public void linearSwiGluInputGradient(Tensor din, Tensor dactivated, Tensor dout, Weight weight, Tensor hidden) {
    contract.linears().linearSwiGluInputGradient(din, dactivated, dout, weight, hidden);
    matmul.linearInputGradient(dactivated, dout, packed(weight), BfloatSwiGlu.backwardEpilogue(din, dactivated, hidden));
  }

  @Override
  public void linearWeightGradient(Tensor dweight, @Nullable Tensor dbias, Tensor dout, Tensor in, Accumulation accumulation) {
    contract.linears().linearWeightGradient(dweight, dbias, dout, in);
    matmul.linearWeightGradient(dweight, dbias, dout, in, accumulation);
  }

  @Override
  public void activate(Tensor out, Tensor in, ActivationFunction function) {
    if (isFew(in)) {
      few.activate(out, in, function);
    } else {
      contract.elements().activate(out, in);
      activation.forward(out, in, function);
    }
  }

  @Override
  public void activateBackward(Tensor din, Tensor dout, Tensor in, ActivationFunction function) {
    contract.elements().activateBackward(din, dout, in);
    activation.backward(din, dout, in, function);
  }

  @Override
  public void swiGlu(Tensor out, Tensor in) {
    if (isFew(in)) {
      few.swiGlu(out, in);
    } else {
      contract.elements().swiGlu(out, in);
      swiGlu.forward(out, in);
    }
  }

  @Override
  public void swiGluBackward(Tensor din, Tensor dout, Tensor in) {
    contract.elements().swiGluBackward(din, dout, in);
    swiGlu.backward(din, dout, in);
  }

  @Override
  public void crossEntropy(Tensor losses, Tensor logits, Tensor targets) {
    if (isFew(logits)) {
      few.crossEntropy(losses, logits, targets);
    } else {
      contract.tokens().crossEntropy(losses, logits, targets);
      loss.crossEntropy(losses, logits, targets);
    }
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
    if (isFew(queryKeyValue)) {
      few.attentionWithCache(out, keys, values, queryKeyValue, position);
    } else {
      contract.attention().attentionWithCache(out, keys, values, queryKeyValue, position);
      attention.withCache(out, keys, values, queryKeyValue, position);
    }
  }
}
