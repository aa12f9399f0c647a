package dev.minnow.kernel;

import dev.minnow.memory.ElementType;
import dev.minnow.memory.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The operations that a transformer is made of, each over whole tensors and with its backward pass beside it. The one of {@link
 * dev.minnow.kernel.scalar} is the readable specification and the oracle of tests.
 *
 * <p>Tensors are F32 unless a parameter says "operand" or I32. An operand is a matrix of {@link #operandType}, in which a kernel wants
 * what it multiplies. "=" overwrites, "+=" adds. Output tensors do not overlap inputs unless said; in lists, which are worked on all at
 * once, no output overlaps what another entry names, and the caller sees to that. Every operation checks shapes and liveness first and
 * throws {@link IllegalArgumentException} or {@link IllegalStateException}. For a given kernel and vector width the results are the same
 * bytes with any number of threads. Operations may be called from many threads.
 */
public interface Kernel extends AutoCloseable {
  /** The most rows that operations take to be as few as those of decoding, which waits for weights and not for arithmetic. */
  int FEW_ROWS = 16;

  /** The name that {@code --kernel} takes. */
  String name();

  /** Threads that share the work of one operation, the caller included. */
  int threads();

  /** The element type of operands. */
  ElementType operandType();

  /**
   * The element type of operands of this many rows in a forward pass, which for up to {@link #FEW_ROWS} may be another: faster for them,
   * and as exact as the weights. Operands of one operation are all of one type.
   */
  default ElementType operandType(long rows) {
    return operandType();
  }

  /** Weights (K, C) each, in the forms that the operations below multiply with; the caller closes them. */
  WeightSet weights(List<Tensor> matrices, WeightUse use);

  /** What {@link WeightSet#bytes} of {@link #weights} of such shapes, (K, C) each, will be; allocates nothing. */
  long weightBytes(List<long[]> shapes, WeightUse use);

  /**
   * Bytes, about, that this kernel holds for itself once it has run training steps: scratch of each thread, and what threads share.
   * Allocates nothing.
   *
   * @param rows N of linear layers, from (N, C) to (N, K)
   * @param columns the lesser of C and K, of the layer where that is largest
   * @param attention of the steps
   */
  long scratchBytes(long rows, long columns, AttentionShape attention);

  /** out (N, K), F32 or operand, = in (N, C) operand x weight (K, C)ᵀ + bias (K). */
  void linear(Tensor out, Tensor in, Weight weight, @Nullable Tensor bias);

  /** hidden (N, K) operand = {@link #linear}; activated (N, K) operand = {@link #activate} of hidden. */
  void linearActivated(
      Tensor hidden, Tensor activated, Tensor in, Weight weight, @Nullable Tensor bias, ActivationFunction function);

  /** out (N, K) = residual (N, K) + dropout({@link #linear}); the dropout's row is n. */
  void linearResidual(Tensor out, Tensor residual, Tensor in, Weight weight, @Nullable Tensor bias, Dropout dropout);

  /** din (N, C), F32 or operand, = dout (N, K) operand x weight (K, C), which is for training. */
  void linearInputGradient(Tensor din, Tensor dout, Weight weight);

  /** din (N, C) operand = {@link #linearInputGradient} x the derivative of {@link #activate} at hidden (N, C) operand. */
  void linearActivatedInputGradient(Tensor din, Tensor dout, Weight weight, Tensor hidden, ActivationFunction function);

  /**
   * dactivated (N, F) operand = {@link #linearInputGradient}, and din (N, 2F) operand = {@link #swiGluBackward} of it at hidden (N, 2F)
   * operand.
   */
  void linearSwiGluInputGradient(Tensor din, Tensor dactivated, Tensor dout, Weight weight, Tensor hidden);

  /** dweight (K, C) = or += dout (N, K)ᵀ x in (N, C), both operands; dbias (K) = or += column sums of dout. */
  void linearWeightGradient(Tensor dweight, @Nullable Tensor dbias, Tensor dout, Tensor in, Accumulation accumulation);

  /**
   * Each row of out (N, C) operand = (row of in (N, C) - its mean) / sqrt(its variance + epsilon) x scale (C) + shift (C). Keeps the mean
   * (N) and the reciprocal deviation (N) for the backward pass. Ba, Kiros and Hinton, "Layer Normalization".
   */
  void layerNorm(Tensor out, Tensor mean, Tensor reciprocalDeviation, Tensor in, Tensor scale, Tensor shift, float epsilon);

  /** din (N, C) += the gradient through the norm; dscale (C) +=; dshift (C) +=. */
  void layerNormBackward(
      Tensor din,
      Tensor dscale,
      Tensor dshift,
      Tensor dout,
      Tensor in,
      Tensor mean,
      Tensor reciprocalDeviation,
      Tensor scale);

  /**
   * Each row of out (N, C) operand = row of in (N, C) / sqrt(mean of its squares + epsilon) x scale (C). Keeps the reciprocal root (N) for
   * the backward pass. Zhang and Sennrich, "Root Mean Square Layer Normalization".
   */
  void rmsNorm(Tensor out, Tensor reciprocalRoot, Tensor in, Tensor scale, float epsilon);

  /** din (N, C) += the gradient through the norm; dscale (C) +=. */
  void rmsNormBackward(Tensor din, Tensor dscale, Tensor dout, Tensor in, Tensor reciprocalRoot, Tensor scale);

  /**
   * Normalises heads in place as {@link #rmsNorm} does rows: those of D columns each from column {@code firstHead} x D of matrix (N, K)
   * operand on, with one scale (D) for all. kept (N, K') operand gets at the same places what they were, for the backward pass; null keeps
   * nothing. Henry et al., "Query-Key Normalization for Transformers".
   */
  void headNorm(Tensor matrix, @Nullable Tensor kept, Tensor scale, int firstHead, int heads, float epsilon);

  /** The gradient through {@link #headNorm}, in the place of that of its result in dmatrix (N, K) operand; dscale (D) +=. */
  void headNormBackward(Tensor dmatrix, Tensor dscale, Tensor kept, Tensor scale, int firstHead, int heads, float epsilon);

  /**
   * Rotates heads in place: those that the first {@code heads} x D columns of matrix (N, K) operand hold. Elements x at i and y at i + D/2
   * of a head become x cos - y sin and y cos + x sin, where row n mod {@code context} + {@code position} of turns (at least context +
   * position, D) has the cosine at i and the sine at i + D/2. Su et al., "RoFormer".
   */
  void rotate(Tensor matrix, Tensor turns, int heads, int context, int position);

  /** The gradient through {@link #rotate} from position 0, in place of that of its result: the same turned back. */
  void rotateBackward(Tensor dmatrix, Tensor turns, int heads, int context);

  /**
   * out (N, F) operand = g / (1 + exp(-g)) x u, where g is column f of in (N, 2F) operand and u column F + f. Shazeer, "GLU Variants
   * Improve Transformer".
   */
  void swiGlu(Tensor out, Tensor in);

  /** din (N, 2F) operand = the gradient through {@link #swiGlu} of dout (N, F) operand at in (N, 2F) operand. */
  void swiGluBackward(Tensor din, Tensor dout, Tensor in);

  /** out = the function of each number of in; both operands. */
  void activate(Tensor out, Tensor in, ActivationFunction function);

  /** din = dout x the derivative of {@link #activate} at in, all operands; din may be dout. */
  void activateBackward(Tensor din, Tensor dout, Tensor in, ActivationFunction function);

  /**
   * Causal attention of H query heads, of which each H/G share a head of keys and values. queryKeyValue (N, (H+2G)D) operand holds
   * queries, keys and values of each position one after the other, heads within each. Query i of a head sees keys 0 to i; out (N, HD)
   * operand = softmax(scale x query x keyᵀ) x value with dropout on the softmax, whose mask is {@code dropout} at row
   * ((b x H + h) x T + i), column j. logSumExp (B, H, T) keeps each query's log of the sum of exponentials (of scaled scores), for the
   * backward pass. Vaswani et al., "Attention Is All You Need".
   *
   * <p>queryKeyValue is finite: a kernel may weigh what a query does not see by 0 in place of leaving it out, so that a number that is NaN
   * or infinite may make results of earlier positions of its sequence NaN too, in the heads that share it.
   */
  void attention(Tensor out, Tensor logSumExp, Tensor queryKeyValue, AttentionShape shape, Dropout dropout);

  /**
   * dqueryKeyValue (N, (H+2G)D) operand = the gradient through {@link #attention} of dout (N, HD) operand; {@code out} and
   * {@code logSumExp} are its results. All of them are finite: otherwise gradients of any position of the sequence may be NaN, in the heads
   * that share keys and values with the one that is not.
   */
  void attentionBackward(
      Tensor dqueryKeyValue,
      Tensor dout,
      Tensor out,
      Tensor logSumExp,
      Tensor queryKeyValue,
      AttentionShape shape,
      Dropout dropout);

  /**
   * Attention while generating, one sequence. Copies keys and values of queryKeyValue (n, (H+2G)D) operand into rows {@code position} to
   * {@code position + n} of each head of keys (G, T, D) and values (G, T, D), then out (n, HD) operand = attention of each query
   * to all rows up to its own. As for {@link #attention}, queryKeyValue and those rows are finite; what lies in rows behind counts for
   * nothing.
   */
  void attentionWithCache(Tensor out, Tensor keys, Tensor values, Tensor queryKeyValue, int position);

  /**
   * Row n of out (N, C) = dropout(tokenEmbedding[tokens[n]] + positionEmbedding[n mod T + position]), tokenEmbedding (V, C),
   * positionEmbedding (at least T + position, C) or null where nothing is added, tokens (B, T) I32. The dropout's row is n.
   *
   * @throws IllegalArgumentException if a token is not in [0, V)
   */
  void embed(Tensor out, Tensor tokens, Tensor tokenEmbedding, @Nullable Tensor positionEmbedding, int position, Dropout dropout);

  /** dtokenEmbedding (V, C) += and dpositionEmbedding, where there is one, += from dout (N, C), in the order of rows. */
  void embedBackward(Tensor dtokenEmbedding, @Nullable Tensor dpositionEmbedding, Tensor dout, Tensor tokens, Dropout dropout);

  /** out = residual + dropout(in), all (N, C); the dropout's row is n; out may be in. */
  void addResidual(Tensor out, Tensor residual, Tensor in, Dropout dropout);

  /** din operand = dout x the dropout's factors, both (N, C). */
  void dropoutBackward(Tensor din, Tensor dout, Dropout dropout);

  /** losses (N) = -log softmax(row of logits (N, V), F32 or operand)[target], in nats; targets (N) I32. */
  void crossEntropy(Tensor losses, Tensor logits, Tensor targets);

  /**
   * {@link #crossEntropy}, and dlogits (N, V) operand = gradientScale x (softmax - (1 - smoothing) x one-hot(target) - smoothing / V),
   * where gradientScale is above 0 and smoothing in [0, 1): the gradient of the loss with smoothed labels, while losses are without.
   * dlogits may be logits. Szegedy et al., "Rethinking the Inception Architecture for Computer Vision", section 7.
   */
  void crossEntropyBackward(Tensor losses, Tensor dlogits, Tensor logits, Tensor targets, float gradientScale, float smoothing);

  /** One AdamW update of parameters and both moments of each, in place. */
  void adamW(List<AdamWTensors> tensors, AdamWStep step);

  /** One update of parameters and the momentum of each by stochastic gradient descent, in place. */
  void sgd(List<SgdTensors> tensors, SgdStep step);

  /** One Muon update of matrices and the momentum of each, in place, one matrix after the other. */
  void muon(List<MuonTensors> tensors, MuonStep step);

  /** Each of averages += share x (the value in its place - it), for a share in [0, 1]; elements of both lists match one by one. */
  void average(List<Tensor> averages, List<Tensor> values, float share);

  /** The sum of the squares of all elements of all tensors, in a fixed order; NaN or infinite elements show in it. */
  double sumOfSquares(List<Tensor> tensors);

  /** Stops the threads. */
  @Override
  void close();
}
