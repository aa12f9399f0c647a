package dev.minnow.kernel.contract;

import static dev.minnow.kernel.contract.Argument.requireFloats;
import static dev.minnow.kernel.contract.Argument.requireMatrix;
import static dev.minnow.kernel.contract.Argument.requireOutput;
import static dev.minnow.kernel.contract.Argument.requirePositive;
import static dev.minnow.kernel.contract.Argument.requireTensor;

import dev.minnow.memory.ElementType;
import dev.minnow.memory.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The part of {@link KernelContract} for norms.
 *
 * @param operandType of the kernel's operands
 */
public record NormContract(ElementType operandType) {
  /** The widest head that there may be: kernels keep one of it, whole, in scratch. */
  public static final int LARGEST_HEAD_WIDTH = 1024;

  public void layerNorm(Tensor out, Tensor mean, Tensor reciprocalDeviation, Tensor in, Tensor scale, Tensor shift, float epsilon) {
    String operation = "layerNorm";
    requireMatrix(operation, "in", in, ElementType.F32);
    long n = in.dimension(0);
    long c = in.dimension(1);
    requireTensor(operation, "out", out, operandType, n, c);
    requireFloats(operation, "mean", mean, n);
    requireFloats(operation, "reciprocalDeviation", reciprocalDeviation, n);
    requireFloats(operation, "scale", scale, c);
    requireFloats(operation, "shift", shift, c);
    requireOutput(operation, "out", out, mean, reciprocalDeviation, in, scale, shift);
    requireOutput(operation, "mean", mean, reciprocalDeviation, in, scale, shift);
    requireOutput(operation, "reciprocalDeviation", reciprocalDeviation, in, scale, shift);
    requirePositive(operation, "epsilon", epsilon);
  }

  public void layerNormBackward(
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

  public void rmsNorm(Tensor out, Tensor reciprocalRoot, Tensor in, Tensor scale, float epsilon) {
    String operation = "rmsNorm";
    requireMatrix(operation, "in", in, ElementType.F32);
    long n = in.dimension(0);
    long c = in.dimension(1);
    requireTensor(operation, "out", out, operandType, n, c);
    requireFloats(operation, "reciprocalRoot", reciprocalRoot, n);
    requireFloats(operation, "scale", scale, c);
    requireOutput(operation, "out", out, reciprocalRoot, in, scale);
    requireOutput(operation, "reciprocalRoot", reciprocalRoot, in, scale);
    requirePositive(operation, "epsilon", epsilon);
  }

  public void rmsNormBackward(Tensor din, Tensor dscale, Tensor dout, Tensor in, Tensor reciprocalRoot, Tensor scale) {
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

  public void headNorm(Tensor matrix, @Nullable Tensor kept, Tensor scale, int firstHead, int heads, float epsilon) {
    String operation = "headNorm";
    requireHeads(operation, "matrix", matrix, scale, firstHead, heads);
    requireOutput(operation, "matrix", matrix, kept, scale);
    if (kept != null) {
      requireHeads(operation, "kept", kept, scale, firstHead, heads);
      requireTensor(operation, "kept", kept, operandType, matrix.dimension(0), kept.dimension(1));
      requireOutput(operation, "kept", kept, scale);
    }
    requirePositive(operation, "epsilon", epsilon);
  }

  public void headNormBackward(Tensor dmatrix, Tensor dscale, Tensor kept, Tensor scale, int firstHead, int heads, float epsilon) {
    String operation = "headNormBackward";
    requireHeads(operation, "dmatrix", dmatrix, scale, firstHead, heads);
    requireHeads(operation, "kept", kept, scale, firstHead, heads);
    requireTensor(operation, "kept", kept, operandType, dmatrix.dimension(0), kept.dimension(1));
    requireFloats(operation, "dscale", dscale, scale.dimension(0));
    requireOutput(operation, "dmatrix", dmatrix, dscale, kept, scale);
    requireOutput(operation, "dscale", dscale, kept, scale);
    requirePositive(operation, "epsilon", epsilon);
  }

  private void requireHeads(String operation, String name, Tensor matrix, Tensor scale, int firstHead, int heads) {
    requireMatrix(operation, name, matrix, operandType);
    requireFloats(operation, "scale", scale, scale.elementCount());
    if (scale.dimension(0) > LARGEST_HEAD_WIDTH) {
      throw Argument.wrong(operation, "scale", scale, "expected at most " + LARGEST_HEAD_WIDTH + " elements");
    }
    if (firstHead < 0 || heads < 1 || ((long) firstHead + heads) * scale.dimension(0) > matrix.dimension(1)) {
      throw Argument.wrong(operation, name, matrix,
          heads + " heads as wide as " + scale + " from head " + firstHead + " are expected to be in its columns");
    }
  }
}
