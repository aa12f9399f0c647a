package dev.minnow.kernel.contract;

import static dev.minnow.kernel.contract.Argument.requireFloats;
import static dev.minnow.kernel.contract.Argument.requireMatrix;
import static dev.minnow.kernel.contract.Argument.requireOutput;
import static dev.minnow.kernel.contract.Argument.requireTensor;

import dev.minnow.kernel.AttentionShape;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Tensor;

/**
 * The part of {@link KernelContract} for attention and the rotation of its heads.
 *
 * @param operandType of the kernel's operands
 */
public record AttentionContract(ElementType operandType) {
  /** The widest head that there may be: kernels keep blocks of one, whole, in scratch. */
  private static final int LARGEST_HEAD_WIDTH = 1 << 16;

  public void attention(Tensor out, Tensor logSumExp, Tensor queryKeyValue, AttentionShape shape) {
    String operation = "attention";
    requireAttentionShape(operation, shape);
    long n = (long) shape.batch() * shape.context();
    requireTensor(operation, "queryKeyValue", queryKeyValue, operandType, n, shape.queryKeyValueWidth());
    requireTensor(operation, "out", out, operandType, n, shape.width());
    requireFloats(operation, "logSumExp", logSumExp, shape.batch(), shape.headCount(), shape.context());
    requireOutput(operation, "out", out, logSumExp, queryKeyValue);
    requireOutput(operation, "logSumExp", logSumExp, queryKeyValue);
  }

  public void attentionBackward(
      Tensor dqueryKeyValue, Tensor dout, Tensor out, Tensor logSumExp, Tensor queryKeyValue, AttentionShape shape) {
    String operation = "attentionBackward";
    requireAttentionShape(operation, shape);
    long n = (long) shape.batch() * shape.context();
    long c = shape.width();
    requireTensor(operation, "dqueryKeyValue", dqueryKeyValue, operandType, n, shape.queryKeyValueWidth());
    requireTensor(operation, "dout", dout, operandType, n, c);
    requireTensor(operation, "out", out, operandType, n, c);
    requireFloats(operation, "logSumExp", logSumExp, shape.batch(), shape.headCount(), shape.context());
    requireTensor(operation, "queryKeyValue", queryKeyValue, operandType, n, shape.queryKeyValueWidth());
    requireOutput(operation, "dqueryKeyValue", dqueryKeyValue, dout, out, logSumExp, queryKeyValue);
  }

  private static void requireAttentionShape(String operation, AttentionShape shape) {
    boolean positive =
        shape.batch() > 0 && shape.context() > 0 && shape.headCount() > 0 && shape.keyValueHeadCount() > 0 && shape.headWidth() > 0;
    if (!positive
        || shape.headWidth() > LARGEST_HEAD_WIDTH
        || shape.headCount() % shape.keyValueHeadCount() != 0
        || (long) shape.headCount() * shape.headWidth() > Integer.MAX_VALUE / 3) {
      throw new IllegalArgumentException(
          "The argument shape of " + operation + " is " + shape
              + ": expected dimensions from 1, D up to " + LARGEST_HEAD_WIDTH + ", G that divides H, and 3HD below 2^31.");
    }
  }

  public void attentionWithCache(Tensor out, Tensor keys, Tensor values, Tensor queryKeyValue, int position) {
    String operation = "attentionWithCache";
    requireMatrix(operation, "out", out, operandType);
    long n = out.dimension(0);
    long c = out.dimension(1);
    if (keys.rank() != 3 || keys.dimension(0) < 1 || keys.dimension(2) < 1 || c % (keys.dimension(0) * keys.dimension(2)) != 0) {
      throw Argument.wrong(operation, "keys", keys, "expected 3 dimensions, of which the first and the last together divide " + c);
    }
    if (keys.dimension(2) > LARGEST_HEAD_WIDTH) {
      throw Argument.wrong(operation, "keys", keys, "expected heads up to " + LARGEST_HEAD_WIDTH + " wide");
    }
    requireFloats(operation, "keys", keys, keys.dimension(0), keys.dimension(1), keys.dimension(2));
    requireFloats(operation, "values", values, keys.shape());
    requireTensor(operation, "queryKeyValue", queryKeyValue, operandType, n, c + 2 * keys.dimension(0) * keys.dimension(2));
    requireOutput(operation, "out", out, keys, values, queryKeyValue);
    requireOutput(operation, "keys", keys, values, queryKeyValue);
    requireOutput(operation, "values", values, queryKeyValue);
    if (position < 0 || position + n > keys.dimension(1)) {
      throw Argument.wrong(operation, "keys", keys, n + " more positions from position " + position + " do not fit");
    }
  }

  public void rotate(Tensor matrix, Tensor turns, int heads, int context, int position) {
    requireRotation("rotate", "matrix", matrix, turns, heads, context, position);
  }

  public void rotateBackward(Tensor dmatrix, Tensor turns, int heads, int context) {
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
}
