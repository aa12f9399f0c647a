package dev.minnow.kernel;

import static dev.minnow.kernel.Cells.doubles;

import dev.minnow.kernel.scalar.ScalarKernel;
import dev.minnow.memory.Tensor;
import java.util.PrimitiveIterator;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/** Random calls of the operations that Llama has and GPT-2 has not. */
final class LlamaCalls {
  private static final float EPSILON = 1e-5f;

  /** A long size is 8 times as large, which is the widest head that kernels take. */
  private static final int HEAD = 128;

  private LlamaCalls() {}

  static KernelCall rmsNorm(Operands o) {
    int n = o.size(70);
    int c = o.size(300);
    Tensor in = o.input("in", n, c);
    Tensor scale = o.input("scale", c);
    Tensor root = reciprocalRoot(o, in, scale);
    double[] rootTolerances = new double[n];
    for (int row = 0; row < n; row++) {
      rootTolerances[row] = (c + Tolerances.FUNCTION) * Tolerances.UNIT * root.getFloat(row);
    }
    return new KernelCall("rmsNorm",
        (kernel, a) -> kernel.rmsNorm(a.get("out"), a.get("reciprocalRoot"), a.get("in"), a.get("scale"), EPSILON))
        .writes("out", o.operandOutput("out", n, c), () -> Tolerances.rmsNorm(in, root, scale))
        .writes("reciprocalRoot", o.output("reciprocalRoot", n), () -> rootTolerances)
        .reads("in", in)
        .reads("scale", scale);
  }

  static KernelCall rmsNormBackward(Operands o) {
    int n = o.size(70);
    int c = o.size(300);
    Tensor in = o.input("in", n, c);
    Tensor scale = o.input("scale", c);
    Tensor root = reciprocalRoot(o, in, scale);
    Tensor dout = o.input("dout", n, c);
    Tensor din = o.inOut("din", n, c);
    Tensor dscale = o.inOut("dscale", c);
    return new KernelCall("rmsNormBackward", (kernel, a) -> kernel.rmsNormBackward(a.get("din"), a.get("dscale"), a.get("dout"),
        a.get("in"), a.get("reciprocalRoot"), a.get("scale")))
        .writes("din", din, () -> Tolerances.rmsNormInputGradient(din, dout, in, root, scale))
        .writes("dscale", dscale, () -> Tolerances.rmsNormScaleGradient(dscale, dout, in, root))
        .reads("dout", dout)
        .reads("in", in)
        .reads("reciprocalRoot", root)
        .reads("scale", scale);
  }

  private static Tensor reciprocalRoot(Operands o, Tensor in, Tensor scale) {
    Tensor root = o.inOut("reciprocalRoot", in.dimension(0));
    new ScalarKernel().rmsNorm(o.output("out of the forward pass", in.shape()), root, in, scale, EPSILON);
    return root;
  }

  static KernelCall headNorm(Operands o, boolean keeps) {
    int n = o.size(70);
    Tensor scale = o.input("scale", o.size(HEAD));
    int firstHead = o.random().nextInt(3);
    int heads = o.few(3);
    long used = (firstHead + heads) * scale.dimension(0);
    Tensor matrix = o.operandInOut("matrix", n, used + o.random().nextInt(50));
    KernelCall call = new KernelCall("headNorm",
        (kernel, a) -> kernel.headNorm(a.get("matrix"), a.get("kept"), a.get("scale"), firstHead, heads, EPSILON))
        .writes("matrix", matrix, () -> Tolerances.headNorm(doubles(matrix), scale, (int) matrix.dimension(1), firstHead, heads))
        .reads("scale", scale);
    if (keeps) {
      Tensor kept = o.operandInOut("kept", n, used + o.random().nextInt(50));
      call.writes("kept", kept, () -> new double[(int) kept.elementCount()]);
    }
    return call;
  }

  static KernelCall headNormBackward(Operands o) {
    int n = o.size(70);
    Tensor scale = o.input("scale", o.size(HEAD));
    int firstHead = o.random().nextInt(3);
    int heads = o.few(3);
    long used = (firstHead + heads) * scale.dimension(0);
    Tensor dmatrix = o.operandInOut("dmatrix", n, used + o.random().nextInt(50));
    int k = (int) dmatrix.dimension(1);
    Tensor kept = o.operand("kept", n, k);
    Tensor dscale = o.inOut("dscale", scale.dimension(0));
    return new KernelCall("headNormBackward", (kernel, a) -> kernel.headNormBackward(a.get("dmatrix"), a.get("dscale"), a.get("kept"),
        a.get("scale"), firstHead, heads, EPSILON))
        .writes("dmatrix", dmatrix, () -> Tolerances.headNormInputGradient(doubles(dmatrix), doubles(kept), scale, k, firstHead, heads))
        .writes("dscale", dscale,
            () -> Tolerances.headNormScaleGradient(dscale, doubles(dmatrix), doubles(kept), k, firstHead, heads))
        .reads("kept", kept)
        .reads("scale", scale);
  }

  static KernelCall rotate(Operands o) {
    int context = o.size(40);
    int position = o.random().nextInt(5);
    int heads = o.few(3);
    Tensor turns = turns(o, context + position);
    Tensor matrix = matrix(o, "matrix", context, heads, turns);
    return new KernelCall("rotate", (kernel, a) -> kernel.rotate(a.get("matrix"), a.get("turns"), heads, context, position))
        .writes("matrix", matrix, () -> Tolerances.rotation(matrix, turns, heads, context, position))
        .reads("turns", turns);
  }

  static KernelCall rotateBackward(Operands o) {
    int context = o.size(40);
    int heads = o.few(3);
    Tensor turns = turns(o, context);
    Tensor matrix = matrix(o, "dmatrix", context, heads, turns);
    return new KernelCall("rotateBackward", (kernel, a) -> kernel.rotateBackward(a.get("dmatrix"), a.get("turns"), heads, context))
        .writes("dmatrix", matrix, () -> Tolerances.rotation(matrix, turns, heads, context, 0))
        .reads("turns", turns);
  }

  /** Cosines and sines of random angles: numbers that are turned by such again and again stay as large as they are. */
  private static Tensor turns(Operands o, int rows) {
    int pairs = o.size(40);
    PrimitiveIterator.OfDouble values = Stream.generate(() -> o.random().doubles(pairs, 0, 2 * Math.PI).toArray())
        .limit(rows)
        .flatMapToDouble(angles -> DoubleStream.concat(DoubleStream.of(angles).map(Math::cos), DoubleStream.of(angles).map(Math::sin)))
        .iterator();
    return o.input("turns", values::nextDouble, rows, 2L * pairs);
  }

  /** Some columns behind the heads are not theirs. */
  private static Tensor matrix(Operands o, String name, int context, int heads, Tensor turns) {
    return o.operandInOut(name, (long) o.few(3) * context, heads * turns.dimension(1) + o.random().nextInt(50));
  }

  static KernelCall swiGlu(Operands o) {
    int n = o.size(130);
    int f = o.size(400);
    Tensor in = o.operand("in", () -> 3 * o.random().nextGaussian(), n, 2L * f);
    return new KernelCall("swiGlu", (kernel, a) -> kernel.swiGlu(a.get("out"), a.get("in")))
        .writes("out", o.operandOutput("out", n, f), () -> Tolerances.swiGlu(in))
        .reads("in", in);
  }

  static KernelCall swiGluBackward(Operands o) {
    int n = o.size(130);
    int f = o.size(400);
    Tensor in = o.operand("in", () -> 3 * o.random().nextGaussian(), n, 2L * f);
    Tensor dout = o.operand("dout", n, f);
    return new KernelCall("swiGluBackward", (kernel, a) -> kernel.swiGluBackward(a.get("din"), a.get("dout"), a.get("in")))
        .writes("din", o.operandOutput("din", n, 2L * f), () -> Tolerances.swiGluBackward(doubles(dout), new double[n * f], in))
        .reads("dout", dout)
        .reads("in", in);
  }

  static KernelCall linearSwiGluInputGradient(Operands o) {
    int n = o.size(150);
    int f = o.size(300);
    int k = o.size(300);
    Tensor dout = o.operand("dout", n, k);
    Tensor weight = o.weight("weight", k, f);
    Tensor hidden = o.operand("hidden", () -> 2 * o.random().nextGaussian(), n, 2L * f);
    return new KernelCall("linearSwiGluInputGradient", (kernel, a) -> kernel.linearSwiGluInputGradient(a.get("din"),
        a.get("dactivated"), a.get("dout"), a.weight("weight"), a.get("hidden")))
        .writes("dactivated", o.operandOutput("dactivated", n, f), () -> Tolerances.linearInputGradient(dout, weight))
        .writes("din", o.operandOutput("din", n, 2L * f), () -> throughSwiGlu(dout, weight, hidden, o))
        .reads("dout", dout)
        .reads("weight", weight)
        .reads("hidden", hidden);
  }

  /** The product's magnitudes and errors, and what rounding to an operand adds to these, go through the gates. */
  private static double[] throughSwiGlu(Tensor dout, Tensor weight, Tensor hidden, Operands o) {
    double[] errors = Tolerances.linearInputGradient(dout, weight);
    double[] magnitudes = new double[errors.length];
    for (int i = 0; i < errors.length; i++) {
      magnitudes[i] = errors[i] / (dout.dimension(1) + 1) / Tolerances.UNIT;
      errors[i] += o.operandUnit() * magnitudes[i];
    }
    return Tolerances.swiGluBackward(magnitudes, errors, hidden);
  }
}
