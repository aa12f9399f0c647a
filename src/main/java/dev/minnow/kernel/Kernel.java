package dev.minnow.kernel;

import dev.minnow.memory.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The operations that a transformer is made of, each over whole tensors and with its backward pass beside it. {@link ScalarKernel} is
 * the readable specification and the oracle of tests.
 *
 * <p>All tensors are F32 unless a parameter says I32. "=" overwrites, "+=" adds. Output tensors do not overlap inputs unless said.
 * Every operation checks shapes and liveness first and throws {@link IllegalArgumentException} or {@link IllegalStateException}. For a
 * given kernel and vector width the results are the same bytes with any number of threads. Operations may be called from many threads.
 */
public interface Kernel extends AutoCloseable {
  /** The name that {@code --kernel} takes. */
  String name();

  /** Threads that share the work of one operation, the caller included. */
  int threads();

  /** out (N, K) = in (N, C) x weight (K, C)ᵀ + bias (K). */
  void linear(Tensor out, Tensor in, Tensor weight, @Nullable Tensor bias);

  /** din (N, C) = dout (N, K) x weight (K, C). */
  void linearInputGradient(Tensor din, Tensor dout, Tensor weight);

  /** dweight (K, C) += dout (N, K)ᵀ x in (N, C); dbias (K) += column sums of dout. */
  void linearWeightGradient(Tensor dweight, @Nullable Tensor dbias, Tensor dout, Tensor in);

  /**
   * Each row of out (N, C) = (row of in (N, C) - its mean) / sqrt(its variance + epsilon) x scale (C) + shift (C). Keeps the mean (N) and
   * the reciprocal deviation (N) for the backward pass. Ba, Kiros and Hinton, "Layer Normalization".
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

  /** out = x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))) for each x of in; same shape. Hendrycks and Gimpel, "GELU". */
  void gelu(Tensor out, Tensor in);

  /** din = dout x the derivative of {@link #gelu} at in; din may be dout. */
  void geluBackward(Tensor din, Tensor dout, Tensor in);

  /**
   * Causal multi-head attention. queryKeyValue (N, 3C) holds query, key and value of each position one after the other, heads within
   * each. Query i of a head sees keys 0 to i; out (N, C) = softmax(scale x query x keyᵀ) x value with dropout on the softmax, whose mask
   * is {@code dropout} at row ((b x H + h) x T + i), column j. logSumExp (B, H, T) keeps each query's log of the sum of exponentials (of
   * scaled scores), for the backward pass. Vaswani et al., "Attention Is All You Need".
   */
  void attention(Tensor out, Tensor logSumExp, Tensor queryKeyValue, AttentionShape shape, Dropout dropout);

  /** dqueryKeyValue (N, 3C) = the gradient through {@link #attention}; {@code out} and {@code logSumExp} are its results. */
  void attentionBackward(
      Tensor dqueryKeyValue,
      Tensor dout,
      Tensor out,
      Tensor logSumExp,
      Tensor queryKeyValue,
      AttentionShape shape,
      Dropout dropout);

  /**
   * Attention while generating, one sequence. Copies keys and values of queryKeyValue (n, 3C) into rows {@code position} to
   * {@code position + n} of keys (T, C) and values (T, C), then out (n, C) = attention of each query to all rows up to its own.
   */
  void attentionWithCache(Tensor out, Tensor keys, Tensor values, Tensor queryKeyValue, int position, int headCount);

  /**
   * Row n of out (N, C) = dropout(tokenEmbedding[tokens[n]] + positionEmbedding[n mod T + position]), tokenEmbedding (V, C),
   * positionEmbedding (at least T + position, C), tokens (B, T) I32. The dropout's row is n.
   *
   * @throws IllegalArgumentException if a token is not in [0, V)
   */
  void embed(Tensor out, Tensor tokens, Tensor tokenEmbedding, Tensor positionEmbedding, int position, Dropout dropout);

  /** dtokenEmbedding (V, C) += and dpositionEmbedding += from dout (N, C), in the order of rows. */
  void embedBackward(Tensor dtokenEmbedding, Tensor dpositionEmbedding, Tensor dout, Tensor tokens, Dropout dropout);

  /** out = residual + dropout(in), all (N, C); the dropout's row is n. */
  void addResidual(Tensor out, Tensor residual, Tensor in, Dropout dropout);

  /** din = dout x the dropout's factors, both (N, C); din may be dout. */
  void dropoutBackward(Tensor din, Tensor dout, Dropout dropout);

  /**
   * losses (N) = -log softmax(row of logits (N, V))[target], in nats; then logits = gradientScale x (softmax - one-hot(target)) in place.
   * targets (N) I32. A gradientScale of 0 leaves the logits as they are.
   */
  void crossEntropy(Tensor losses, Tensor logits, Tensor targets, float gradientScale);

  /** One AdamW update of parameters, in place with both moments; all four of the same element count. */
  void adamW(Tensor parameters, Tensor gradients, Tensor firstMoments, Tensor secondMoments, AdamWStep step);

  /** The sum of the squares of all elements, in a fixed order; NaN or infinite elements show in it. */
  double sumOfSquares(Tensor values);

  /** Stops the threads. */
  @Override
  void close();
}
