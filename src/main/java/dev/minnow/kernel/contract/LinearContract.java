package dev.minnow.kernel.contract;

import static dev.minnow.kernel.contract.Argument.requireFloats;
import static dev.minnow.kernel.contract.Argument.requireMatrix;
import static dev.minnow.kernel.contract.Argument.requireOutput;
import static dev.minnow.kernel.contract.Argument.requireTensor;

import dev.minnow.kernel.Weight;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The part of {@link KernelContract} for linear layers and their gradients.
 *
 * @param operandType of the kernel's operands
 */
public record LinearContract(ElementType operandType) {
  public void weights(List<Tensor> matrices) {
    matrices.forEach(matrix -> requireMatrix("weights", "matrices", matrix, ElementType.F32));
  }

  public void linear(Tensor out, Tensor in, Weight weight, @Nullable Tensor bias) {
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

  public void linearActivated(Tensor hidden, Tensor activated, Tensor in, Weight weight, @Nullable Tensor bias) {
    String operation = "linearActivated";
    requireLinear(operation, "hidden", hidden, in, weight, bias);
    requireTensor(operation, "hidden", hidden, operandType, hidden.dimension(0), hidden.dimension(1));
    requireTensor(operation, "activated", activated, operandType, hidden.dimension(0), hidden.dimension(1));
    requireOutput(operation, "hidden", hidden, activated, in, weight.values(), bias);
    requireOutput(operation, "activated", activated, in, weight.values(), bias);
  }

  public void linearResidual(Tensor out, Tensor residual, Tensor in, Weight weight, @Nullable Tensor bias) {
    String operation = "linearResidual";
    requireLinear(operation, "out", out, in, weight, bias);
    requireFloats(operation, "out", out, out.dimension(0), out.dimension(1));
    requireFloats(operation, "residual", residual, out.dimension(0), out.dimension(1));
    requireOutput(operation, "out", out, residual, in, weight.values(), bias);
  }

  public void linearInputGradient(Tensor din, Tensor dout, Weight weight) {
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

  public void linearActivatedInputGradient(Tensor din, Tensor dout, Weight weight, Tensor hidden) {
    String operation = "linearActivatedInputGradient";
    requireInputGradient(operation, "din", din, dout, weight);
    requireTensor(operation, "din", din, operandType, din.dimension(0), din.dimension(1));
    requireTensor(operation, "hidden", hidden, operandType, din.dimension(0), din.dimension(1));
    requireOutput(operation, "din", din, hidden);
  }

  public void linearSwiGluInputGradient(Tensor din, Tensor dactivated, Tensor dout, Weight weight, Tensor hidden) {
    String operation = "linearSwiGluInputGradient";
    requireInputGradient(operation, "dactivated", dactivated, dout, weight);
    long n = dactivated.dimension(0);
    long f = dactivated.dimension(1);
    requireTensor(operation, "dactivated", dactivated, operandType, n, f);
    requireTensor(operation, "hidden", hidden, operandType, n, 2 * f);
    requireTensor(operation, "din", din, operandType, n, 2 * f);
    requireOutput(operation, "din", din, dactivated, dout, weight.values(), hidden);
    requireOutput(operation, "dactivated", dactivated, hidden);
  }

  public void linearWeightGradient(Tensor dweight, @Nullable Tensor dbias, Tensor dout, Tensor in) {
    String operation = "linearWeightGradient";
    requireMatrix(operation, "dout", dout, operandType);
    requireMatrix(operation, "in", in, operandType);
    long k = dout.dimension(1);
    long c = in.dimension(1);
    requireTensor(operation, "in", in, operandType, dout.dimension(0), c);
    requireFloats(operation, "dweight", dweight, k, c);
    if (dbias != null) {
      requireFloats(operation, "dbias", dbias, k);
      requireOutput(operation, "dbias", dbias, dout, in);
    }
    requireOutput(operation, "dweight", dweight, dout, in, dbias);
  }

  private void requireFloatsOrOperand(String operation, String name, Tensor tensor, long rows, long columns) {
    requireTensor(operation, name, tensor, tensor.type() == operandType ? operandType : ElementType.F32, rows, columns);
  }
}
