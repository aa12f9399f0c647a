package dev.minnow.kernel;

import static dev.minnow.kernel.Argument.requireApart;
import static dev.minnow.kernel.Argument.requireCount;
import static dev.minnow.kernel.Argument.requireFloats;
import static dev.minnow.kernel.Argument.requireIds;
import static dev.minnow.kernel.Argument.requireInts;
import static dev.minnow.kernel.Argument.requireMatrix;
import static dev.minnow.kernel.Argument.requireSameOrApart;
import static dev.minnow.kernel.Argument.requireWritable;

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
    requireWritable(operation, "out", out);
    requireApart(operation, "out", out, "in", in);
    requireApart(operation, "out", out, "weight", weight);
    if (bias != null) {
      requireFloats(operation, "bias", bias, k);
      requireApart(operation, "out", out, "bias", bias);
    }
  }

  static void linearInputGradient(Tensor din, Tensor dout, Tensor weight) {
    String operation = "linearInputGradient";
    requireMatrix(operation, "dout", dout, ElementType.F32);
    requireMatrix(operation, "weight", weight, ElementType.F32);
    long c = weight.dimension(1);
    requireFloats(operation, "weight", weight, dout.dimension(1), c);
    requireFloats(operation, "din", din, dout.dimension(0), c);
    requireWritable(operation, "din", din);
    requireApart(operation, "din", din, "dout", dout);
    requireApart(operation, "din", din, "weight", weight);
  }

  static void linearWeightGradient(Tensor dweight, @Nullable Tensor dbias, Tensor dout, Tensor in) {
    String operation = "linearWeightGradient";
    requireMatrix(operation, "dout", dout, ElementType.F32);
    requireMatrix(operation, "in", in, ElementType.F32);
    long k = dout.dimension(1);
    long c = in.dimension(1);
    requireFloats(operation, "in", in, dout.dimension(0), c);
    requireFloats(operation, "dweight", dweight, k, c);
    requireWritable(operation, "dweight", dweight);
    requireApart(operation, "dweight", dweight, "dout", dout);
    requireApart(operation, "dweight", dweight, "in", in);
    if (dbias != null) {
      requireFloats(operation, "dbias", dbias, k);
      requireWritable(operation, "dbias", dbias);
      requireApart(operation, "dbias", dbias, "dout", dout);
      requireApart(operation, "dbias", dbias, "in", in);
      requireApart(operation, "dbias", dbias, "dweight", dweight);
    }
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
    requireWritable(operation, "out", out);
    requireWritable(operation, "mean", mean);
    requireWritable(operation, "reciprocalDeviation", reciprocalDeviation);
    requireApart(operation, "out", out, "in", in);
    requireApart(operation, "mean", mean, "reciprocalDeviation", reciprocalDeviation);
    requireApart(operation, "mean", mean, "out", out);
    requireApart(operation, "reciprocalDeviation", reciprocalDeviation, "out", out);
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
    requireWritable(operation, "din", din);
    requireWritable(operation, "dscale", dscale);
    requireWritable(operation, "dshift", dshift);
    requireApart(operation, "din", din, "dout", dout);
    requireApart(operation, "din", din, "in", in);
    requireApart(operation, "dscale", dscale, "dshift", dshift);
    requireApart(operation, "dscale", dscale, "scale", scale);
    requireApart(operation, "dshift", dshift, "scale", scale);
  }

  static void gelu(Tensor out, Tensor in) {
    String operation = "gelu";
    requireCount(operation, "in", in, in.elementCount());
    requireCount(operation, "out", out, in.elementCount());
    requireWritable(operation, "out", out);
    requireApart(operation, "out", out, "in", in);
  }

  static void geluBackward(Tensor din, Tensor dout, Tensor in) {
    String operation = "geluBackward";
    requireCount(operation, "in", in, in.elementCount());
    requireCount(operation, "dout", dout, in.elementCount());
    requireCount(operation, "din", din, in.elementCount());
    requireWritable(operation, "din", din);
    requireSameOrApart(operation, "din", din, "dout", dout);
    requireApart(operation, "din", din, "in", in);
  }

  static void attention(Tensor out, Tensor logSumExp, Tensor queryKeyValue, AttentionShape shape) {
    String operation = "attention";
    requireAttentionShape(operation, shape);
    long n = (long) shape.batch() * shape.context();
    requireFloats(operation, "queryKeyValue", queryKeyValue, n, 3L * shape.width());
    requireFloats(operation, "out", out, n, shape.width());
    requireFloats(operation, "logSumExp", logSumExp, shape.batch(), shape.headCount(), shape.context());
    requireWritable(operation, "out", out);
    requireWritable(operation, "logSumExp", logSumExp);
    requireApart(operation, "out", out, "queryKeyValue", queryKeyValue);
    requireApart(operation, "logSumExp", logSumExp, "queryKeyValue", queryKeyValue);
    requireApart(operation, "out", out, "logSumExp", logSumExp);
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
    requireWritable(operation, "dqueryKeyValue", dqueryKeyValue);
    requireApart(operation, "dqueryKeyValue", dqueryKeyValue, "dout", dout);
    requireApart(operation, "dqueryKeyValue", dqueryKeyValue, "out", out);
    requireApart(operation, "dqueryKeyValue", dqueryKeyValue, "logSumExp", logSumExp);
    requireApart(operation, "dqueryKeyValue", dqueryKeyValue, "queryKeyValue", queryKeyValue);
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
    requireWritable(operation, "out", out);
    requireWritable(operation, "keys", keys);
    requireWritable(operation, "values", values);
    requireApart(operation, "out", out, "queryKeyValue", queryKeyValue);
    requireApart(operation, "out", out, "keys", keys);
    requireApart(operation, "out", out, "values", values);
    requireApart(operation, "keys", keys, "values", values);
    requireApart(operation, "keys", keys, "queryKeyValue", queryKeyValue);
    requireApart(operation, "values", values, "queryKeyValue", queryKeyValue);
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
    requireWritable(operation, "out", out);
    requireApart(operation, "out", out, "tokens", tokens);
    requireApart(operation, "out", out, "tokenEmbedding", tokenEmbedding);
    requireApart(operation, "out", out, "positionEmbedding", positionEmbedding);
  }

  static void embedBackward(Tensor dtokenEmbedding, Tensor dpositionEmbedding, Tensor dout, Tensor tokens) {
    String operation = "embedBackward";
    requireEmbedding(operation, "dout", dout, tokens, "dtokenEmbedding", dtokenEmbedding, "dpositionEmbedding", dpositionEmbedding, 0);
    requireWritable(operation, "dtokenEmbedding", dtokenEmbedding);
    requireWritable(operation, "dpositionEmbedding", dpositionEmbedding);
    requireApart(operation, "dtokenEmbedding", dtokenEmbedding, "dpositionEmbedding", dpositionEmbedding);
    requireApart(operation, "dtokenEmbedding", dtokenEmbedding, "dout", dout);
    requireApart(operation, "dtokenEmbedding", dtokenEmbedding, "tokens", tokens);
    requireApart(operation, "dpositionEmbedding", dpositionEmbedding, "dout", dout);
    requireApart(operation, "dpositionEmbedding", dpositionEmbedding, "tokens", tokens);
  }

  static void addResidual(Tensor out, Tensor residual, Tensor in) {
    String operation = "addResidual";
    requireMatrix(operation, "in", in, ElementType.F32);
    requireFloats(operation, "residual", residual, in.dimension(0), in.dimension(1));
    requireFloats(operation, "out", out, in.dimension(0), in.dimension(1));
    requireWritable(operation, "out", out);
    requireApart(operation, "out", out, "residual", residual);
    requireApart(operation, "out", out, "in", in);
  }

  static void dropoutBackward(Tensor din, Tensor dout) {
    String operation = "dropoutBackward";
    requireMatrix(operation, "dout", dout, ElementType.F32);
    requireFloats(operation, "din", din, dout.dimension(0), dout.dimension(1));
    requireWritable(operation, "din", din);
    requireSameOrApart(operation, "din", din, "dout", dout);
  }

  static void crossEntropy(Tensor losses, Tensor logits, Tensor targets) {
    String operation = "crossEntropy";
    requireMatrix(operation, "logits", logits, ElementType.F32);
    long n = logits.dimension(0);
    requireFloats(operation, "losses", losses, n);
    requireInts(operation, "targets", targets, n);
    requireWritable(operation, "losses", losses);
    requireWritable(operation, "logits", logits);
    requireApart(operation, "losses", losses, "logits", logits);
    requireApart(operation, "losses", losses, "targets", targets);
    requireApart(operation, "logits", logits, "targets", targets);
    requireIds(operation, "targets", targets, logits.dimension(1));
  }

  static void adamW(Tensor parameters, Tensor gradients, Tensor firstMoments, Tensor secondMoments) {
    String operation = "adamW";
    long count = parameters.elementCount();
    requireCount(operation, "parameters", parameters, count);
    requireCount(operation, "gradients", gradients, count);
    requireCount(operation, "firstMoments", firstMoments, count);
    requireCount(operation, "secondMoments", secondMoments, count);
    requireWritable(operation, "parameters", parameters);
    requireWritable(operation, "firstMoments", firstMoments);
    requireWritable(operation, "secondMoments", secondMoments);
    requireApart(operation, "parameters", parameters, "gradients", gradients);
    requireApart(operation, "parameters", parameters, "firstMoments", firstMoments);
    requireApart(operation, "parameters", parameters, "secondMoments", secondMoments);
    requireApart(operation, "firstMoments", firstMoments, "gradients", gradients);
    requireApart(operation, "firstMoments", firstMoments, "secondMoments", secondMoments);
    requireApart(operation, "secondMoments", secondMoments, "gradients", gradients);
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
    requireIds(operation, "tokens", tokens, tokenEmbedding.dimension(0));
  }
}
