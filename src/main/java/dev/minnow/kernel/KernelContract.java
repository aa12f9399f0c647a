package dev.minnow.kernel;

import static dev.minnow.kernel.Argument.requireCount;
import static dev.minnow.kernel.Argument.requireFloats;
import static dev.minnow.kernel.Argument.requireIds;
import static dev.minnow.kernel.Argument.requireInts;
import static dev.minnow.kernel.Argument.requireMatrix;
import static dev.minnow.kernel.Argument.requireOutput;
import static dev.minnow.kernel.Argument.requireSameOrApart;

import dev.minnow.memory.ElementType;
import dev.minnow.memory.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What each operation of {@link Kernel} asks of its arguments, one method per operation. Every kernel calls it first, and may then use
 * raw addresses: types, shapes, liveness, overlap, writability and the range of ids have been checked.
 *
 * <p>Each method throws {@link IllegalArgumentException}, or {@link IllegalStateException} where an argument's memory was closed; the
 * message names the operation, the argument, what it is and what was expected.
 */
final class KernelContract {
  private KernelContract() {}

  static void linear(Tensor out, Tensor in, Tensor weight, @Nullable Tensor bias) {
    String operation = "linear";
    requireMatrix(operation, "in", in, ElementType.F32);
    requireMatrix(operation, "weight", weight, ElementType.F32);
    long n = in.dimension(0);
    long k = weight.dimension(0);
    requireFloats(operation, "weight", weight, k, in.dimension(1));
    requireFloats(operation, "out", out, n, k);
    if (bias != null) {
      requireFloats(operation, "bias", bias, k);
    }
    requireOutput(operation, "out", out, in, weight, bias);
  }

  static void linearInputGradient(Tensor din, Tensor dout, Tensor weight) {
    String operation = "linearInputGradient";
    requireMatrix(operation, "dout", dout, ElementType.F32);
    requireMatrix(operation, "weight", weight, ElementType.F32);
    long c = weight.dimension(1);
    requireFloats(operation, "weight", weight, dout.dimension(1), c);
    requireFloats(operation, "din", din, dout.dimension(0), c);
    requireOutput(operation, "din", din, dout, weight);
  }

  static void linearWeightGradient(Tensor dweight, @Nullable Tensor dbias, Tensor dout, Tensor in) {
    String operation = "linearWeightGradient";
    requireMatrix(operation, "dout", dout, ElementType.F32);
    requireMatrix(operation, "in", in, ElementType.F32);
    long k = dout.dimension(1);
    long c = in.dimension(1);
    requireFloats(operation, "in", in, dout.dimension(0), c);
    requireFloats(operation, "dweight", dweight, k, c);
    if (dbias != null) {
      requireFloats(operation, "dbias", dbias, k);
      requireOutput(operation, "dbias", dbias, dout, in);
    }
    requireOutput(operation, "dweight", dweight, dout, in, dbias);
  }

  static void layerNorm(
      Tensor out, Tensor mean, Tensor reciprocalDeviation, Tensor in, Tensor scale, Tensor shift, float epsilon) {
    String operation = "layerNorm";
    requireMatrix(operation, "in", in, ElementType.F32);
    long n = in.dimension(0);
    long c = in.dimension(1);
    requireFloats(operation, "out", out, n, c);
    requireFloats(operation, "mean", mean, n);
    requireFloats(operation, "reciprocalDeviation", reciprocalDeviation, n);
    requireFloats(operation, "scale", scale, c);
    requireFloats(operation, "shift", shift, c);
    requireOutput(operation, "out", out, mean, reciprocalDeviation, in, scale, shift);
    requireOutput(operation, "mean", mean, reciprocalDeviation, in, scale, shift);
    requireOutput(operation, "reciprocalDeviation", reciprocalDeviation, in, scale, shift);
    if (!(epsilon > 0 && epsilon < Float.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("The argument epsilon of layerNorm is " + epsilon + ": expected a number above 0.");
    }
  }

  static void layerNormBackward(
      Tensor din,
      Tensor dscale,
      Tensor dshift,
      Tensor dout,
      Tensor in,
      Tensor mean,
      Tensor reciprocalDeviation,
      Tensor scale) {
    String operation = "layerNormBackward";
    requireMatrix(operation, "dout", dout, ElementType.F32);
    long n = dout.dimension(0);
    long c = dout.dimension(1);
    requireFloats(operation, "din", din, n, c);
    requireFloats(operation, "dscale", dscale, c);
    requireFloats(operation, "dshift", dshift, c);
    requireFloats(operation, "in", in, n, c);
    requireFloats(operation, "mean", mean, n);
    requireFloats(operation, "reciprocalDeviation", reciprocalDeviation, n);
    requireFloats(operation, "scale", scale, c);
    requireOutput(operation, "din", din, dscale, dshift, dout, in, mean, reciprocalDeviation, scale);
    requireOutput(operation, "dscale", dscale, dshift, dout, in, mean, reciprocalDeviation, scale);
    requireOutput(operation, "dshift", dshift, dout, in, mean, reciprocalDeviation, scale);
  }

  static void gelu(Tensor out, Tensor in) {
    String operation = "gelu";
    requireCount(operation, "in", in, in.elementCount());
    requireCount(operation, "out", out, in.elementCount());
    requireOutput(operation, "out", out, in);
  }

  static void geluBackward(Tensor din, Tensor dout, Tensor in) {
    String operation = "geluBackward";
    requireCount(operation, "in", in, in.elementCount());
    requireCount(operation, "dout", dout, in.elementCount());
    requireCount(operation, "din", din, in.elementCount());
    requireOutput(operation, "din", din, in);
    requireSameOrApart(operation, "din", din, dout);
  }

  static void attention(Tensor out, Tensor logSumExp, Tensor queryKeyValue, AttentionShape shape) {
    String operation = "attention";
    requireAttentionShape(operation, shape);
    long n = (long) shape.batch() * shape.context();
    requireFloats(operation, "queryKeyValue", queryKeyValue, n, 3L * shape.width());
    requireFloats(operation, "out", out, n, shape.width());
    requireFloats(operation, "logSumExp", logSumExp, shape.batch(), shape.headCount(), shape.context());
    requireOutput(operation, "out", out, logSumExp, queryKeyValue);
    requireOutput(operation, "logSumExp", logSumExp, queryKeyValue);
  }

  static void attentionBackward(
      Tensor dqueryKeyValue, Tensor dout, Tensor out, Tensor logSumExp, Tensor queryKeyValue, AttentionShape shape) {
    String operation = "attentionBackward";
    requireAttentionShape(operation, shape);
    long n = (long) shape.batch() * shape.context();
    long c = shape.width();
    requireFloats(operation, "dqueryKeyValue", dqueryKeyValue, n, 3 * c);
    requireFloats(operation, "dout", dout, n, c);
    requireFloats(operation, "out", out, n, c);
    requireFloats(operation, "logSumExp", logSumExp, shape.batch(), shape.headCount(), shape.context());
    requireFloats(operation, "queryKeyValue", queryKeyValue, n, 3 * c);
    requireOutput(operation, "dqueryKeyValue", dqueryKeyValue, dout, out, logSumExp, queryKeyValue);
  }

  static void attentionWithCache(
      Tensor out, Tensor keys, Tensor values, Tensor queryKeyValue, int position, int headCount) {
    String operation = "attentionWithCache";
    requireMatrix(operation, "out", out, ElementType.F32);
    requireMatrix(operation, "keys", keys, ElementType.F32);
    long n = out.dimension(0);
    long c = out.dimension(1);
    requireFloats(operation, "keys", keys, keys.dimension(0), c);
    requireFloats(operation, "values", values, keys.dimension(0), c);
    requireFloats(operation, "queryKeyValue", queryKeyValue, n, 3 * c);
    requireOutput(operation, "out", out, keys, values, queryKeyValue);
    requireOutput(operation, "keys", keys, values, queryKeyValue);
    requireOutput(operation, "values", values, queryKeyValue);
    if (position < 0 || position + n > keys.dimension(0)) {
      throw Argument.wrong(operation, "keys", keys, n + " more positions from position " + position + " do not fit");
    }
    if (headCount < 1 || c % headCount != 0) {
      throw Argument.wrong(operation, "out", out, headCount + " heads do not divide its width");
    }
  }

  static void embed(Tensor out, Tensor tokens, Tensor tokenEmbedding, Tensor positionEmbedding, int position) {
    String operation = "embed";
    requireEmbedding(operation, "out", out, tokens, "tokenEmbedding", tokenEmbedding, "positionEmbedding", positionEmbedding, position);
    requireOutput(operation, "out", out, tokens, tokenEmbedding, positionEmbedding);
    requireIds(operation, "tokens", tokens, tokenEmbedding.dimension(0));
  }

  static void embedBackward(Tensor dtokenEmbedding, Tensor dpositionEmbedding, Tensor dout, Tensor tokens) {
    String operation = "embedBackward";
    requireEmbedding(operation, "dout", dout, tokens, "dtokenEmbedding", dtokenEmbedding, "dpositionEmbedding", dpositionEmbedding, 0);
    requireOutput(operation, "dtokenEmbedding", dtokenEmbedding, dpositionEmbedding, dout, tokens);
    requireOutput(operation, "dpositionEmbedding", dpositionEmbedding, dout, tokens);
    requireIds(operation, "tokens", tokens, dtokenEmbedding.dimension(0));
  }

  static void addResidual(Tensor out, Tensor residual, Tensor in) {
    String operation = "addResidual";
    requireMatrix(operation, "in", in, ElementType.F32);
    requireFloats(operation, "residual", residual, in.dimension(0), in.dimension(1));
    requireFloats(operation, "out", out, in.dimension(0), in.dimension(1));
    requireOutput(operation, "out", out, residual, in);
  }

  static void dropoutBackward(Tensor din, Tensor dout) {
    String operation = "dropoutBackward";
    requireMatrix(operation, "dout", dout, ElementType.F32);
    requireFloats(operation, "din", din, dout.dimension(0), dout.dimension(1));
    requireOutput(operation, "din", din);
    requireSameOrApart(operation, "din", din, dout);
  }

  static void crossEntropy(Tensor losses, Tensor logits, Tensor targets) {
    String operation = "crossEntropy";
    requireMatrix(operation, "logits", logits, ElementType.F32);
    long n = logits.dimension(0);
    requireFloats(operation, "losses", losses, n);
    requireInts(operation, "targets", targets, n);
    requireOutput(operation, "losses", losses, logits, targets);
    requireOutput(operation, "logits", logits, targets);
    requireIds(operation, "targets", targets, logits.dimension(1));
  }

  static void adamW(Tensor parameters, Tensor gradients, Tensor firstMoments, Tensor secondMoments) {
    String operation = "adamW";
    long count = parameters.elementCount();
    requireCount(operation, "parameters", parameters, count);
    requireCount(operation, "gradients", gradients, count);
    requireCount(operation, "firstMoments", firstMoments, count);
    requireCount(operation, "secondMoments", secondMoments, count);
    requireOutput(operation, "parameters", parameters, gradients, firstMoments, secondMoments);
    requireOutput(operation, "firstMoments", firstMoments, gradients, secondMoments);
    requireOutput(operation, "secondMoments", secondMoments, gradients);
  }

  static void sumOfSquares(Tensor values) {
    requireCount("sumOfSquares", "values", values, values.elementCount());
  }

  private static void requireAttentionShape(String operation, AttentionShape shape) {
    boolean positive = shape.batch() > 0 && shape.context() > 0 && shape.headCount() > 0 && shape.headWidth() > 0;
    if (!positive || (long) shape.headCount() * shape.headWidth() > Integer.MAX_VALUE / 3) {
      throw new IllegalArgumentException(
          "The argument shape of " + operation + " is " + shape + ": expected dimensions from 1, and 3HD below 2^31.");
    }
  }

  private static void requireEmbedding(
      String operation,
      String rowsName,
      Tensor rows,
      Tensor tokens,
      String tokenName,
      Tensor tokenEmbedding,
      String positionName,
      Tensor positionEmbedding,
      int position) {
    requireMatrix(operation, "tokens", tokens, ElementType.I32);
    requireMatrix(operation, tokenName, tokenEmbedding, ElementType.F32);
    requireMatrix(operation, positionName, positionEmbedding, ElementType.F32);
    long c = tokenEmbedding.dimension(1);
    requireFloats(operation, rowsName, rows, tokens.elementCount(), c);
    requireFloats(operation, positionName, positionEmbedding, positionEmbedding.dimension(0), c);
    long positions = tokens.dimension(1);
    if (position < 0 || position + positions > positionEmbedding.dimension(0)) {
      throw Argument.wrong(
          operation, positionName, positionEmbedding, positions + " positions from position " + position + " are not in it");
    }
  }
}
