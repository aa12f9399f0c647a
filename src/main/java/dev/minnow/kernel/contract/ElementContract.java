package dev.minnow.kernel.contract;

import static dev.minnow.kernel.contract.Argument.requireFloats;
import static dev.minnow.kernel.contract.Argument.requireMatrix;
import static dev.minnow.kernel.contract.Argument.requireOutput;
import static dev.minnow.kernel.contract.Argument.requireSameOrApart;
import static dev.minnow.kernel.contract.Argument.requireTensor;

import dev.minnow.memory.ElementType;
import dev.minnow.memory.Tensor;

/**
 * The part of {@link KernelContract} for operations on each element by itself.
 *
 * @param operandType of the kernel's operands
 */
public record ElementContract(ElementType operandType) {
  public void swiGlu(Tensor out, Tensor in) {
    String operation = "swiGlu";
    requireMatrix(operation, "out", out, operandType);
    requireTensor(operation, "in", in, operandType, out.dimension(0), 2 * out.dimension(1));
    requireOutput(operation, "out", out, in);
  }

  public void swiGluBackward(Tensor din, Tensor dout, Tensor in) {
    String operation = "swiGluBackward";
    requireMatrix(operation, "dout", dout, operandType);
    requireTensor(operation, "in", in, operandType, dout.dimension(0), 2 * dout.dimension(1));
    requireTensor(operation, "din", din, operandType, dout.dimension(0), 2 * dout.dimension(1));
    requireOutput(operation, "din", din, dout, in);
  }

  public void activate(Tensor out, Tensor in) {
    String operation = "activate";
    requireMatrix(operation, "in", in, operandType);
    requireTensor(operation, "out", out, operandType, in.dimension(0), in.dimension(1));
    requireOutput(operation, "out", out, in);
  }

  public void activateBackward(Tensor din, Tensor dout, Tensor in) {
    String operation = "activateBackward";
    requireMatrix(operation, "in", in, operandType);
    requireTensor(operation, "dout", dout, operandType, in.dimension(0), in.dimension(1));
    requireTensor(operation, "din", din, operandType, in.dimension(0), in.dimension(1));
    requireOutput(operation, "din", din, in);
    requireSameOrApart(operation, "din", din, dout);
  }

  public void addResidual(Tensor out, Tensor residual, Tensor in) {
    String operation = "addResidual";
    requireMatrix(operation, "in", in, ElementType.F32);
    requireFloats(operation, "residual", residual, in.dimension(0), in.dimension(1));
    requireFloats(operation, "out", out, in.dimension(0), in.dimension(1));
    requireOutput(operation, "out", out, residual);
    requireSameOrApart(operation, "out", out, in);
  }

  public void dropoutBackward(Tensor din, Tensor dout) {
    String operation = "dropoutBackward";
    requireMatrix(operation, "dout", dout, ElementType.F32);
    requireTensor(operation, "din", din, operandType, dout.dimension(0), dout.dimension(1));
    requireOutput(operation, "din", din, dout);
  }
}
