package dev.minnow.kernel;

import static dev.minnow.kernel.Cells.doubles;
import static dev.minnow.kernel.Cells.magnitudes;
import static dev.minnow.kernel.Tolerances.roundings;

import dev.minnow.kernel.scalar.ScalarKernel;
import dev.minnow.memory.Tensor;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/** Random calls of the operations that have parameters. */
final class LayerCalls {
  private LayerCalls() {}

  static KernelCall linear(Operands o, boolean withBias, boolean toOperand) {
    int n = o.size(150);
    int c = o.size(600);
    int k = o.size(300);
    Tensor in = o.operand("in", n, c);
    Tensor weight = o.weight("weight", k, c);
    KernelCall call = new KernelCall("linear",
        (kernel, a) -> kernel.linear(a.get("out"), a.get("in"), a.weight("weight"), a.get("bias")));
    Tensor bias = withBias ? o.input("bias", k) : null;
    if (bias != null) {
      call.reads("bias", bias);
    }
    Tensor out = toOperand ? o.operandOutput("out", n, k) : o.output("out", n, k);
    return call.writes("out", out, () -> Tolerances.linear(in, weight, bias)).reads("in", in).reads("weight", weight);
  }

  static KernelCall linearActivated(Operands o, ActivationFunction function) {
    int n = o.size(150);
    int c = o.size(300);
    int k = o.size(300);
    Tensor in = o.operand("in", n, c);
    Tensor weight = o.weight("weight", k, c);
    Tensor bias = o.input("bias", k);
    Tensor hidden = o.operandOutput("hidden", n, k);
    return new KernelCall("linearActivated", (kernel, a) -> kernel.linearActivated(a.get("hidden"), a.get("activated"),
        a.get("in"), a.weight("weight"), a.get("bias"), function))
        .writes("hidden", hidden, () -> Tolerances.linear(in, weight, bias))
        .writes("activated", o.operandOutput("activated", n, k), () -> activatedTolerances(in, weight, bias, o, function))
        .reads("in", in)
        .reads("weight", weight)
        .reads("bias", bias);
  }

  /** GELU's slope is below 1.13, so what moves its argument moves its result by little more; that of the square is 2 x. */
  private static double[] activatedTolerances(Tensor in, Tensor weight, Tensor bias, Operands o, ActivationFunction function) {
    double[] tolerances = Tolerances.linear(in, weight, bias);
    double[] hidden = LinearTest.forward(doubles(in), doubles(weight), doubles(bias), (int) in.dimension(0), (int) in.dimension(1),
        (int) weight.dimension(0));
    for (int i = 0; i < tolerances.length; i++) {
      double moved = tolerances[i] + o.operandUnit() * Math.abs(hidden[i]);
      double largest = Math.abs(hidden[i]) + moved;
      tolerances[i] = switch (function) {
        case GELU -> 1.13 * moved + Tolerances.FUNCTION * Tolerances.UNIT * largest;
        case RELU2 -> 2 * largest * moved + Tolerances.FUNCTION * Tolerances.UNIT * largest * largest;
      };
    }
    return tolerances;
  }

  static KernelCall linearResidual(Operands o, boolean withBias) {
    int n = o.size(150);
    int c = o.size(300);
    int k = o.size(300);
    Tensor in = o.operand("in", n, c);
    Tensor weight = o.weight("weight", k, c);
    Tensor bias = withBias ? o.input("bias", k) : null;
    Tensor residual = o.input("residual", n, k);
    Dropout dropout = o.dropout();
    KernelCall call = new KernelCall("linearResidual", (kernel, a) -> kernel.linearResidual(a.get("out"), a.get("residual"), a.get("in"),
        a.weight("weight"), a.get("bias"), dropout))
        .writes("out", o.output("out", n, k), () -> residualTolerances(Tolerances.linear(in, weight, bias), residual, dropout, c))
        .reads("residual", residual)
        .reads("in", in)
        .reads("weight", weight);
    return bias == null ? call : call.reads("bias", bias);
  }

  private static double[] residualTolerances(double[] tolerances, Tensor residual, Dropout dropout, int c) {
    for (int i = 0; i < tolerances.length; i++) {
      // Two more roundings than the (c + 2) of the product, and one of the residual.
      double magnitude = tolerances[i] / (c + 2) * (c + 4) * dropout.scale();
      tolerances[i] = magnitude + 2 * Tolerances.UNIT * Math.abs(residual.getFloat(i));
    }
    return tolerances;
  }

  static KernelCall linearInputGradient(Operands o, boolean toOperand) {
    int n = o.size(150);
    int c = o.size(600);
    int k = o.size(300);
    Tensor dout = o.operand("dout", n, k);
    Tensor weight = o.weight("weight", k, c);
    return new KernelCall("linearInputGradient",
        (kernel, a) -> kernel.linearInputGradient(a.get("din"), a.get("dout"), a.weight("weight")))
        .writes("din", toOperand ? o.operandOutput("din", n, c) : o.output("din", n, c),
            () -> Tolerances.linearInputGradient(dout, weight))
        .reads("dout", dout)
        .reads("weight", weight);
  }

  static KernelCall linearActivatedInputGradient(Operands o, ActivationFunction function) {
    int n = o.size(150);
    int c = o.size(300);
    int k = o.size(300);
    Tensor dout = o.operand("dout", n, k);
    Tensor weight = o.weight("weight", k, c);
    Tensor hidden = o.operand("hidden", () -> 2 * o.random().nextGaussian(), n, c);
    return new KernelCall("linearActivatedInputGradient", (kernel, a) -> kernel.linearActivatedInputGradient(a.get("din"),
        a.get("dout"), a.weight("weight"), a.get("hidden"), function))
        .writes("din", o.operandOutput("din", n, c), () -> throughActivation(dout, weight, hidden, o, function))
        .reads("dout", dout)
        .reads("weight", weight)
        .reads("hidden", hidden);
  }

  /** The product's tolerances times the slope, and the slope's times the product. */
  private static double[] throughActivation(
      Tensor dout, Tensor weight, Tensor hidden, Operands o, ActivationFunction function) {
    double[] tolerances = Tolerances.linearInputGradient(dout, weight);
    int k = (int) dout.dimension(1);
    for (int i = 0; i < tolerances.length; i++) {
      double magnitude = tolerances[i] / (k + 1) / Tolerances.UNIT;
      double x = hidden.getFloat(i);
      double largestSlope = function == ActivationFunction.GELU ? 1.13 : 2 * Math.abs(x);
      double slope = function == ActivationFunction.GELU ? 1 + Math.abs(x) / 2 * Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x)
          : largestSlope;
      tolerances[i] =
          largestSlope * (tolerances[i] + o.operandUnit() * magnitude) + Tolerances.FUNCTION * Tolerances.UNIT * magnitude * slope;
    }
    return tolerances;
  }

  static KernelCall linearWeightGradient(Operands o, boolean withBias, Accumulation accumulation) {
    int n = o.size(300);
    int c = o.size(300);
    int k = o.size(300);
    Tensor dout = o.operand("dout", n, k);
    Tensor in = o.operand("in", n, c);
    Tensor dweight = o.inOut("dweight", k, c);
    KernelCall call = new KernelCall("linearWeightGradient",
        (kernel, a) -> kernel.linearWeightGradient(a.get("dweight"), a.get("dbias"), a.get("dout"), a.get("in"), accumulation));
    if (withBias) {
      Tensor dbias = o.inOut("dbias", k);
      call.writes("dbias", dbias, () -> Tolerances.columnSums(dbias, dout));
    }
    return call.writes("dweight", dweight, () -> Tolerances.linearWeightGradient(dweight, dout, in)).reads("dout", dout).reads("in", in);
  }

  static KernelCall layerNorm(Operands o) {
    int n = o.size(70);
    int c = o.size(300);
    Norm norm = new Norm(o, n, c);
    double[] statistics = new double[n];
    // The exact bounds stand in LayerNormTest; rows of standard normal numbers have means below 1 and deviations around 1.
    for (int row = 0; row < n; row++) {
      statistics[row] = (2 * c + Tolerances.FUNCTION) * Tolerances.UNIT * Math.max(1, 4 * norm.reciprocalDeviation.getFloat(row));
    }
    return new KernelCall("layerNorm", (kernel, a) -> kernel.layerNorm(a.get("out"), a.get("mean"), a.get("reciprocalDeviation"),
        a.get("in"), a.get("scale"), a.get("shift"), Norm.EPSILON))
        .writes("out", o.operandOutput("out", n, c), () -> Tolerances.layerNorm(norm.in, norm.reciprocalDeviation, norm.scale, norm.shift))
        .writes("mean", o.output("mean", n), () -> statistics)
        .writes("reciprocalDeviation", o.output("reciprocalDeviation", n), () -> statistics)
        .reads("in", norm.in)
        .reads("scale", norm.scale)
        .reads("shift", norm.shift);
  }

  static KernelCall layerNormBackward(Operands o) {
    int n = o.size(70);
    int c = o.size(300);
    Norm norm = new Norm(o, n, c);
    Tensor dout = o.input("dout", n, c);
    Tensor din = o.inOut("din", n, c);
    Tensor dscale = o.inOut("dscale", c);
    Tensor dshift = o.inOut("dshift", c);
    return new KernelCall("layerNormBackward", (kernel, a) -> kernel.layerNormBackward(a.get("din"), a.get("dscale"), a.get("dshift"),
        a.get("dout"), a.get("in"), a.get("mean"), a.get("reciprocalDeviation"), a.get("scale")))
        .writes("din", din, () -> Tolerances.layerNormInputGradient(din, dout, norm.in, norm.reciprocalDeviation, norm.scale))
        .writes("dscale", dscale, () -> Tolerances.layerNormScaleGradient(dscale, dout, norm.in, norm.reciprocalDeviation))
        .writes("dshift", dshift, () -> Tolerances.columnSums(dshift, dout))
        .reads("dout", dout)
        .reads("in", norm.in)
        .reads("mean", norm.mean)
        .reads("reciprocalDeviation", norm.reciprocalDeviation)
        .reads("scale", norm.scale);
  }

  /** The operands of a norm, and what its forward pass leaves. */
  private static final class Norm {
    static final float EPSILON = 1e-5f;

    final Tensor in;
    final Tensor scale;
    final Tensor shift;
    final Tensor mean;
    final Tensor reciprocalDeviation;

    Norm(Operands o, int n, int c) {
      in = o.input("in", n, c);
      scale = o.input("scale", c);
      shift = o.input("shift", c);
      mean = o.inOut("mean", n);
      reciprocalDeviation = o.inOut("reciprocalDeviation", n);
      new ScalarKernel().layerNorm(o.output("out of the forward pass", n, c), mean, reciprocalDeviation, in, scale, shift, EPSILON);
    }
  }

  static KernelCall embed(Operands o, boolean withPositions) {
    int c = o.size(130);
    int v = o.few(9);
    int position = o.random().nextInt(5);
    Tensor tokens = o.ids("tokens", v, o.few(4), o.size(70));
    Tensor tokenEmbedding = o.input("tokenEmbedding", v, c);
    Tensor positionEmbedding = withPositions ? o.input("positionEmbedding", tokens.dimension(1) + position, c) : null;
    Dropout dropout = o.dropout();
    KernelCall call = new KernelCall("embed",
        (kernel, a) -> kernel.embed(a.get("out"), a.get("tokens"), a.get("tokenEmbedding"), a.get("positionEmbedding"), position, dropout))
        .writes("out", o.output("out", tokens.elementCount(), c),
            () -> embedTolerances(tokens, tokenEmbedding, positionEmbedding, position, dropout))
        .reads("tokens", tokens)
        .reads("tokenEmbedding", tokenEmbedding);
    return positionEmbedding == null ? call : call.reads("positionEmbedding", positionEmbedding);
  }

  private static double[] embedTolerances(
      Tensor tokens, Tensor tokenEmbedding, @Nullable Tensor positionEmbedding, int position, Dropout dropout) {
    int c = (int) tokenEmbedding.dimension(1);
    double[] magnitudes = new double[(int) tokens.elementCount() * c];
    for (int cell = 0; cell < magnitudes.length; cell++) {
      float token = tokenEmbedding.getFloat(tokens.getInt(cell / c) * c + cell % c);
      long place = (cell / c % tokens.dimension(1) + position) * c + cell % c;
      float added = positionEmbedding == null ? 0 : positionEmbedding.getFloat(place);
      magnitudes[cell] = (Math.abs(token) + Math.abs(added)) * dropout.scale();
    }
    return roundings(3, magnitudes);
  }

  static KernelCall embedBackward(Operands o, boolean withPositions) {
    int c = o.size(130);
    int v = o.few(9);
    Tensor tokens = o.ids("tokens", v, o.few(4), o.size(70));
    int n = (int) tokens.elementCount();
    Tensor dout = o.input("dout", n, c);
    Tensor dtokenEmbedding = o.inOut("dtokenEmbedding", v, c);
    Tensor dpositionEmbedding = withPositions ? o.inOut("dpositionEmbedding", tokens.dimension(1), c) : null;
    Dropout dropout = o.dropout();
    KernelCall call = new KernelCall("embedBackward",
        (kernel, a) -> kernel.embedBackward(a.get("dtokenEmbedding"), a.get("dpositionEmbedding"), a.get("dout"), a.get("tokens"), dropout))
        .writes("dtokenEmbedding", dtokenEmbedding, () -> rowSums(dtokenEmbedding, dout, row -> tokens.getInt(row), dropout))
        .reads("dout", dout)
        .reads("tokens", tokens);
    if (dpositionEmbedding != null) {
      call.writes("dpositionEmbedding", dpositionEmbedding,
          () -> rowSums(dpositionEmbedding, dout, row -> row % (int) tokens.dimension(1), dropout));
    }
    return call;
  }

  /** Of sums (R, C) to which each row of dout (N, C), with dropout, is added at a row of its own. */
  private static double[] rowSums(Tensor sums, Tensor dout, IntUnaryOperator place, Dropout dropout) {
    int c = (int) dout.dimension(1);
    double[] magnitudes = magnitudes(doubles(sums));
    for (int cell = 0; cell < dout.elementCount(); cell++) {
      magnitudes[place.applyAsInt(cell / c) * c + cell % c] += Math.abs(dout.getFloat(cell)) * dropout.scale();
    }
    return roundings((int) dout.dimension(0) + 2, magnitudes);
  }
}
