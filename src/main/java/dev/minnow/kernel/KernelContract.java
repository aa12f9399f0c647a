package dev.minnow.kernel;

import static dev.minnow.kernel.Argument.requireCount;
import static dev.minnow.kernel.Argument.requireFloats;
import static dev.minnow.kernel.Argument.requireIds;
import static dev.minnow.kernel.Argument.requireInts;
import static dev.minnow.kernel.Argument.requireMatrix;
import static dev.minnow.kernel.Argument.requireOutput;
import static dev.minnow.kernel.Argument.requireSameOrApart;
import static dev.minnow.kernel.Argument.requireTensor;

import dev.minnow.memory.ElementType;
import dev.minnow.memory.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What each operation of {@link Kernel} asks of its arguments, one method per operation. Every kernel calls it first, and may then use
 * raw addresses: types, shapes, liveness, overlap, writability and the range of ids have been checked.
 *
 * <p>Each method throws {@link IllegalArgumentException}, or {@link IllegalStateException} where an argument's memory was closed; the
 * message names the operation, the argument, what it is and what was expected.
 *
 * @param operandType of the kernel's operands
 */
record KernelContract(ElementType operandType) {
  void weights(List<Tensor> matrices) {
    matrices.forEach(matrix -> requireMatrix("weights", "matrices", matrix, ElementType.F32));
  }

  void linear(Tensor out, Tensor in, Weight weight, @Nullable Tensor bias) {
    requireLinear("linear", "out", out, in, weight, bias);
    requireOutput("linear", "out", out, in, weight.values(), bias);
  }

  /** What goes into out (N, K) = in (N, C) x weight (K, C)ᵀ + bias (K). */
  private void requireLinear(String operation, String name, Tensor out, Tensor in, Weight weight, @Nullable Tensor bias) {
    Tensor values = weight.values();
    requireMatrix(operation, "in", in, operandType);
    requireMatrix(operation, "weight", values, ElementType.F32);
    long n = in.dimension(0);
    long k = values.dimension(0);
    requireFloats(operation, "weight", values, k, in.dimension(1));
    requireFloatsOrOperand(operation, name, out, n, k);
    if (bias != null) {
      requireFloats(operation, "bias", bias, k);
    }
  }

  void linearActivated(Tensor hidden, Tensor activated, Tensor in, Weight weight, @Nullable Tensor bias) {
    String operation = "linearActivated";
    requireLinear(operation, "hidden", hidden, in, weight, bias);
    requireOperand(operation, "hidden", hidden, hidden.dimension(0), hidden.dimension(1));
    requireOperand(operation, "activated", activated, hidden.dimension(0), hidden.dimension(1));
    requireOutput(operation, "hidden", hidden, activated, in, weight.values(), bias);
    requireOutput(operation, "activated", activated, in, weight.values(), bias);
  }

  void linearResidual(Tensor out, Tensor residual, Tensor in, Weight weight, @Nullable Tensor bias) {
    String operation = "linearResidual";
    requireLinear(operation, "out", out, in, weight, bias);
    requireFloats(operation, "out", out, out.dimension(0), out.dimension(1));
    requireFloats(operation, "residual", residual, out.dimension(0), out.dimension(1));
    requireOutput(operation, "out", out, residual, in, weight.values(), bias);
  }

  void linearInputGradient(Tensor din, Tensor dout, Weight weight) {
    requireInputGradient("linearInputGradient", "din", din, dout, weight);
  }

  private void requireInputGradient(String operation, String name, Tensor din, Tensor dout, Weight weight) {
    Tensor values = weight.values();
    requireMatrix(operation, "dout", dout, operandType);
    requireMatrix(operation, "weight", values, ElementType.F32);
    long c = values.dimension(1);
    requireFloats(operation, "weight", values, dout.dimension(1), c);
    requireFloatsOrOperand(operation, name, din, dout.dimension(0), c);
    requireOutput(operation, name, din, dout, values);
  }

  void linearActivatedInputGradient(Tensor din, Tensor dout, Weight weight, Tensor hidden) {
    String operation = "linearActivatedInputGradient";
    requireInputGradient(operation, "din", din, dout, weight);
    requireOperand(operation, "din", din, din.dimension(0), din.dimension(1));
    requireOperand(operation, "hidden", hidden, din.dimension(0), din.dimension(1));
    requireOutput(operation, "din", din, hidden);
  }

  void linearWeightGradient(Tensor dweight, @Nullable Tensor dbias, Tensor dout, Tensor in) {
    String operation = "linearWeightGradient";
    requireMatrix(operation, "dout", dout, operandType);
    requireMatrix(operation, "in", in, operandType);
    long k = dout.dimension(1);
    long c = in.dimension(1);
    requireOperand(operation, "in", in, dout.dimension(0), c);
    requireFloats(operation, "dweight", dweight, k, c);
    if (dbias != null) {
      requireFloats(operation, "dbias", dbias, k);
      requireOutput(operation, "dbias", dbias, dout, in);
    }
    requireOutput(operation, "dweight", dweight, dout, in, dbias);
  }

  void layerNorm(Tensor out, Tensor mean, Tensor reciprocalDeviation, Tensor in, Tensor scale, Tensor shift, float epsilon) {
    String operation = "layerNorm";
    requireMatrix(operation, "in", in, ElementType.F32);
    long n = in.dimension(0);
    long c = in.dimension(1);
    requireOperand(operation, "out", out, n, c);
    requireFloats(operation, "mean", mean, n);
    requireFloats(operation, "reciprocalDeviation", reciprocalDeviation, n);
    requireFloats(operation, "scale", scale, c);
    requireFloats(operation, "shift", shift, c);
    requireOutput(operation, "out", out, mean, reciprocalDeviation, in, scale, shift);
    requireOutput(operation, "mean", mean, reciprocalDeviation, in, scale, shift);
    requireOutput(operation, "reciprocalDeviation", reciprocalDeviation, in, scale, shift);
    requireEpsilon(operation, epsilon);
  }

  private static void requireEpsilon(String operation, float epsilon) {
    if (!(epsilon > 0 && epsilon < Float.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("The argument epsilon of " + operation + " is " + epsilon + ": expected a number above 0.");
    }
  }

  void layerNormBackward(
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

  void rmsNorm(Tensor out, Tensor reciprocalRoot, Tensor in, Tensor scale, float epsilon) {
    String operation = "rmsNorm";
    requireMatrix(operation, "in", in, ElementType.F32);
    long n = in.dimension(0);
    long c = in.dimension(1);
    requireOperand(operation, "out", out, n, c);
    requireFloats(operation, "reciprocalRoot", reciprocalRoot, n);
    requireFloats(operation, "scale", scale, c);
    requireOutput(operation, "out", out, reciprocalRoot, in, scale);
    requireOutput(operation, "reciprocalRoot", reciprocalRoot, in, scale);
    requireEpsilon(operation, epsilon);
  }

  void rmsNormBackward(Tensor din, Tensor dscale, Tensor dout, Tensor in, Tensor reciprocalRoot, Tensor scale) {
    String operation = "rmsNormBackward";
    requireMatrix(operation, "dout", dout, ElementType.F32);
    long n = dout.dimension(0);
    long c = dout.dimension(1);
    requireFloats(operation, "din", din, n, c);
    requireFloats(operation, "dscale", dscale, c);
    requireFloats(operation, "in", in, n, c);
    requireFloats(operation, "reciprocalRoot", reciprocalRoot, n);
    requireFloats(operation, "scale", scale, c);
    requireOutput(operation, "din", din, dscale, dout, in, reciprocalRoot, scale);
    requireOutput(operation, "dscale", dscale, dout, in, reciprocalRoot, scale);
  }

  void rotate(Tensor matrix, Tensor turns, int heads, int context, int position) {
    requireRotation("rotate", "matrix", matrix, turns, heads, context, position);
  }

  void rotateBackward(Tensor dmatrix, Tensor turns, int heads, int context) {
    requireRotation("rotateBackward", "dmatrix", dmatrix, turns, heads, context, 0);
  }

  private void requireRotation(String operation, String name, Tensor matrix, Tensor turns, int heads, int context, int position) {
    requireMatrix(operation, name, matrix, operandType);
    requireMatrix(operation, "turns", turns, ElementType.F32);
    requireOutput(operation, name, matrix, turns);
    long headWidth = turns.dimension(1);
    if (headWidth % 2 != 0 || heads < 1 || heads * headWidth > matrix.dimension(1)) {
      throw Argument.wrong(operation, "turns", turns,
          heads + " heads of an even width are expected to be in " + matrix.dimension(1) + " columns");
    }
    if (context < 1 || matrix.dimension(0) % context != 0) {
      throw Argument.wrong(operation, name, matrix, "expected rows that are a multiple of " + context + " positions");
    }
    if (position < 0 || (long) position + context > turns.dimension(0)) {
      throw Argument.wrong(operation, "turns", turns, context + " positions from position " + position + " are not in it");
    }
  }

  void swiGlu(Tensor out, Tensor in) {
    String operation = "swiGlu";
    requireMatrix(operation, "out", out, operandType);
    requireOperand(operation, "in", in, out.dimension(0), 2 * out.dimension(1));
    requireOutput(operation, "out", out, in);
  }

  void swiGluBackward(Tensor din, Tensor dout, Tensor in) {
    String operation = "swiGluBackward";
    requireMatrix(operation, "dout", dout, operandType);
    requireOperand(operation, "in", in, dout.dimension(0), 2 * dout.dimension(1));
    requireOperand(operation, "din", din, dout.dimension(0), 2 * dout.dimension(1));
    requireOutput(operation, "din", din, dout, in);
  }

  void linearSwiGluInputGradient(Tensor din, Tensor dactivated, Tensor dout, Weight weight, Tensor hidden) {
    String operation = "linearSwiGluInputGradient";
    requireInputGradient(operation, "dactivated", dactivated, dout, weight);
    long n = dactivated.dimension(0);
    long f = dactivated.dimension(1);
    requireOperand(operation, "dactivated", dactivated, n, f);
    requireOperand(operation, "hidden", hidden, n, 2 * f);
    requireOperand(operation, "din", din, n, 2 * f);
    requireOutput(operation, "din", din, dactivated, dout, weight.values(), hidden);
    requireOutput(operation, "dactivated", dactivated, hidden);
  }

  void activate(Tensor out, Tensor in) {
    String operation = "activate";
    requireMatrix(operation, "in", in, operandType);
    requireOperand(operation, "out", out, in.dimension(0), in.dimension(1));
    requireOutput(operation, "out", out, in);
  }

  void activateBackward(Tensor din, Tensor dout, Tensor in) {
    String operation = "activateBackward";
    requireMatrix(operation, "in", in, operandType);
    requireOperand(operation, "dout", dout, in.dimension(0), in.dimension(1));
    requireOperand(operation, "din", din, in.dimension(0), in.dimension(1));
    requireOutput(operation, "din", din, in);
    requireSameOrApart(operation, "din", din, dout);
  }

  void attention(Tensor out, Tensor logSumExp, Tensor queryKeyValue, AttentionShape shape) {
    String operation = "attention";
    requireAttentionShape(operation, shape);
    long n = (long) shape.batch() * shape.context();
    requireOperand(operation, "queryKeyValue", queryKeyValue, n, shape.queryKeyValueWidth());
    requireOperand(operation, "out", out, n, shape.width());
    requireFloats(operation, "logSumExp", logSumExp, shape.batch(), shape.headCount(), shape.context());
    requireOutput(operation, "out", out, logSumExp, queryKeyValue);
    requireOutput(operation, "logSumExp", logSumExp, queryKeyValue);
  }

  void attentionBackward(
      Tensor dqueryKeyValue, Tensor dout, Tensor out, Tensor logSumExp, Tensor queryKeyValue, AttentionShape shape) {
    String operation = "attentionBackward";
    requireAttentionShape(operation, shape);
    long n = (long) shape.batch() * shape.context();
    long c = shape.width();
    requireOperand(operation, "dqueryKeyValue", dqueryKeyValue, n, shape.queryKeyValueWidth());
    requireOperand(operation, "dout", dout, n, c);
    requireOperand(operation, "out", out, n, c);
    requireFloats(operation, "logSumExp", logSumExp, shape.batch(), shape.headCount(), shape.context());
    requireOperand(operation, "queryKeyValue", queryKeyValue, n, shape.queryKeyValueWidth());
    requireOutput(operation, "dqueryKeyValue", dqueryKeyValue, dout, out, logSumExp, queryKeyValue);
  }

  void attentionWithCache(Tensor out, Tensor keys, Tensor values, Tensor queryKeyValue, int position) {
    String operation = "attentionWithCache";
    requireMatrix(operation, "out", out, operandType);
    long n = out.dimension(0);
    long c = out.dimension(1);
    if (keys.rank() != 3 || keys.dimension(0) < 1 || keys.dimension(2) < 1 || c % (keys.dimension(0) * keys.dimension(2)) != 0) {
      throw Argument.wrong(operation, "keys", keys, "expected 3 dimensions, of which the first and the last together divide " + c);
    }
    requireFloats(operation, "keys", keys, keys.dimension(0), keys.dimension(1), keys.dimension(2));
    requireFloats(operation, "values", values, keys.shape());
    requireOperand(operation, "queryKeyValue", queryKeyValue, n, c + 2 * keys.dimension(0) * keys.dimension(2));
    requireOutput(operation, "out", out, keys, values, queryKeyValue);
    requireOutput(operation, "keys", keys, values, queryKeyValue);
    requireOutput(operation, "values", values, queryKeyValue);
    if (position < 0 || position + n > keys.dimension(1)) {
      throw Argument.wrong(operation, "keys", keys, n + " more positions from position " + position + " do not fit");
    }
  }

  void embed(Tensor out, Tensor tokens, Tensor tokenEmbedding, @Nullable Tensor positionEmbedding, int position) {
    String operation = "embed";
    requireEmbedding(operation, "out", out, tokens, "tokenEmbedding", tokenEmbedding, "positionEmbedding", positionEmbedding, position);
    requireOutput(operation, "out", out, tokens, tokenEmbedding, positionEmbedding);
    requireIds(operation, "tokens", tokens, tokenEmbedding.dimension(0));
  }

  void embedBackward(Tensor dtokenEmbedding, @Nullable Tensor dpositionEmbedding, Tensor dout, Tensor tokens) {
    String operation = "embedBackward";
    requireEmbedding(operation, "dout", dout, tokens, "dtokenEmbedding", dtokenEmbedding, "dpositionEmbedding", dpositionEmbedding, 0);
    requireOutput(operation, "dtokenEmbedding", dtokenEmbedding, dpositionEmbedding, dout, tokens);
    if (dpositionEmbedding != null) {
      requireOutput(operation, "dpositionEmbedding", dpositionEmbedding, dout, tokens);
    }
    requireIds(operation, "tokens", tokens, dtokenEmbedding.dimension(0));
  }

  void addResidual(Tensor out, Tensor residual, Tensor in) {
    String operation = "addResidual";
    requireMatrix(operation, "in", in, ElementType.F32);
    requireFloats(operation, "residual", residual, in.dimension(0), in.dimension(1));
    requireFloats(operation, "out", out, in.dimension(0), in.dimension(1));
    requireOutput(operation, "out", out, residual);
    requireSameOrApart(operation, "out", out, in);
  }

  void dropoutBackward(Tensor din, Tensor dout) {
    String operation = "dropoutBackward";
    requireMatrix(operation, "dout", dout, ElementType.F32);
    requireOperand(operation, "din", din, dout.dimension(0), dout.dimension(1));
    requireOutput(operation, "din", din, dout);
  }

  void crossEntropy(Tensor losses, Tensor logits, Tensor targets) {
    requireCrossEntropy("crossEntropy", losses, logits, targets);
    requireIds("crossEntropy", "targets", targets, logits.dimension(1));
  }

  private void requireCrossEntropy(String operation, Tensor losses, Tensor logits, Tensor targets) {
    requireMatrix(operation, "logits", logits, logits.type() == operandType ? operandType : ElementType.F32);
    long n = logits.dimension(0);
    requireFloats(operation, "losses", losses, n);
    requireInts(operation, "targets", targets, n);
    requireOutput(operation, "losses", losses, logits, targets);
  }

  void crossEntropyBackward(Tensor losses, Tensor dlogits, Tensor logits, Tensor targets, float gradientScale, float smoothing) {
    String operation = "crossEntropyBackward";
    if (!(gradientScale > 0 && Float.isFinite(gradientScale))) {
      throw new IllegalArgumentException(
          "The argument gradientScale of " + operation + " is " + gradientScale + ": expected a number above 0.");
    }
    requireShare(operation, "smoothing", smoothing, smoothing < 1);
    requireCrossEntropy(operation, losses, logits, targets);
    requireOperand(operation, "logits", logits, logits.dimension(0), logits.dimension(1));
    requireOperand(operation, "dlogits", dlogits, logits.dimension(0), logits.dimension(1));
    requireOutput(operation, "losses", losses, dlogits);
    requireOutput(operation, "dlogits", dlogits, targets);
    requireSameOrApart(operation, "dlogits", dlogits, logits);
    requireIds(operation, "targets", targets, logits.dimension(1));
  }

  void adamW(List<AdamWTensors> tensors) {
    String operation = "adamW";
    for (AdamWTensors t : tensors) {
      long count = t.parameters().elementCount();
      requireCount(operation, "parameters", t.parameters(), count);
      requireCount(operation, "gradients", t.gradients(), count);
      requireCount(operation, "firstMoments", t.firstMoments(), count);
      requireCount(operation, "secondMoments", t.secondMoments(), count);
      requireOutput(operation, "parameters", t.parameters(), t.gradients(), t.firstMoments(), t.secondMoments());
      requireOutput(operation, "firstMoments", t.firstMoments(), t.gradients(), t.secondMoments());
      requireOutput(operation, "secondMoments", t.secondMoments(), t.gradients());
    }
  }

  void sgd(List<SgdTensors> tensors) {
    String operation = "sgd";
    for (SgdTensors t : tensors) {
      long count = t.parameters().elementCount();
      requireCount(operation, "parameters", t.parameters(), count);
      requireCount(operation, "gradients", t.gradients(), count);
      requireCount(operation, "momentum", t.momentum(), count);
      requireOutput(operation, "parameters", t.parameters(), t.gradients(), t.momentum());
      requireOutput(operation, "momentum", t.momentum(), t.gradients());
    }
  }

  void muon(List<MuonTensors> tensors) {
    String operation = "muon";
    for (MuonTensors t : tensors) {
      requireMatrix(operation, "parameters", t.parameters(), ElementType.F32);
      long rows = t.parameters().dimension(0);
      long columns = t.parameters().dimension(1);
      long small = Math.min(rows, columns);
      requireFloats(operation, "gradients", t.gradients(), rows, columns);
      requireFloats(operation, "momentum", t.momentum(), rows, columns);
      requireFloats(operation, "update", t.update(), rows, columns);
      requireFloats(operation, "product", t.product(), rows, columns);
      requireFloats(operation, "gram", t.gram(), small, small);
      requireFloats(operation, "square", t.square(), small, small);
      requireOutput(operation, "parameters", t.parameters(), t.gradients(), t.momentum(), t.update(), t.product(), t.gram(), t.square());
      requireOutput(operation, "momentum", t.momentum(), t.gradients(), t.update(), t.product(), t.gram(), t.square());
      requireOutput(operation, "update", t.update(), t.gradients(), t.product(), t.gram(), t.square());
      requireOutput(operation, "product", t.product(), t.gradients(), t.gram(), t.square());
      requireOutput(operation, "gram", t.gram(), t.gradients(), t.square());
      requireOutput(operation, "square", t.square(), t.gradients());
    }
  }

  void average(List<Tensor> averages, List<Tensor> values, float share) {
    String operation = "average";
    requireShare(operation, "share", share, share <= 1);
    if (averages.size() != values.size()) {
      throw new IllegalArgumentException(
          "The argument values of " + operation + " has " + values.size() + " tensors: expected " + averages.size() + ".");
    }
    for (int i = 0; i < averages.size(); i++) {
      requireCount(operation, "averages", averages.get(i), averages.get(i).elementCount());
      requireCount(operation, "values", values.get(i), averages.get(i).elementCount());
      requireOutput(operation, "averages", averages.get(i), values.get(i));
    }
  }

  private static void requireShare(String operation, String name, float share, boolean belowEnd) {
    if (!(share >= 0 && belowEnd)) {
      throw new IllegalArgumentException("The argument " + name + " of " + operation + " is " + share + ": expected a share of 1.");
    }
  }

  void sumOfSquares(List<Tensor> tensors) {
    tensors.forEach(values -> requireCount("sumOfSquares", "values", values, values.elementCount()));
  }

  /** An operand of exactly this shape, which begins a cache line where it lies in blocks. */
  private void requireOperand(String operation, String name, Tensor tensor, long rows, long columns) {
    requireTensor(operation, name, tensor, operandType, rows, columns);
  }

  private void requireFloatsOrOperand(String operation, String name, Tensor tensor, long rows, long columns) {
    requireTensor(operation, name, tensor, tensor.type() == operandType ? operandType : ElementType.F32, rows, columns);
  }

  private static void requireAttentionShape(String operation, AttentionShape shape) {
    boolean positive =
        shape.batch() > 0 && shape.context() > 0 && shape.headCount() > 0 && shape.keyValueHeadCount() > 0 && shape.headWidth() > 0;
    if (!positive
        || shape.headCount() % shape.keyValueHeadCount() != 0
        || (long) shape.headCount() * shape.headWidth() > Integer.MAX_VALUE / 3) {
      throw new IllegalArgumentException(
          "The argument shape of " + operation + " is " + shape
              + ": expected dimensions from 1, G that divides H, and 3HD below 2^31.");
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
      @Nullable Tensor positionEmbedding,
      int position) {
    requireMatrix(operation, "tokens", tokens, ElementType.I32);
    requireMatrix(operation, tokenName, tokenEmbedding, ElementType.F32);
    long c = tokenEmbedding.dimension(1);
    requireFloats(operation, rowsName, rows, tokens.elementCount(), c);
    if (positionEmbedding == null) {
      return;
    }
    requireMatrix(operation, positionName, positionEmbedding, ElementType.F32);
    requireFloats(operation, positionName, positionEmbedding, positionEmbedding.dimension(0), c);
    long positions = tokens.dimension(1);
    if (position < 0 || position + positions > positionEmbedding.dimension(0)) {
      throw Argument.wrong(
          operation, positionName, positionEmbedding, positions + " positions from position " + position + " are not in it");
    }
  }
}
