package dev.minnow.kernel;

import static dev.minnow.kernel.Cells.doubles;
import static dev.minnow.kernel.Cells.magnitudes;
import static dev.minnow.kernel.Tolerances.roundings;

import dev.minnow.memory.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** A call of each operation that writes tensors, with random shapes and numbers from its {@link Operands}. */
public final class KernelCalls {
  private KernelCalls() {}

  /** One maker for each operation, and for each form of it. */
  public static SequencedMap<String, Function<Operands, KernelCall>> all() {
    SequencedMap<String, Function<Operands, KernelCall>> all = new LinkedHashMap<>();
    all.put("linear", o -> LayerCalls.linear(o, true, false));
    all.put("linear without bias", o -> LayerCalls.linear(o, false, false));
    all.put("linear to an operand", o -> LayerCalls.linear(o, true, true));
    all.put("linear to an operand without bias", o -> LayerCalls.linear(o, false, true));
    for (WeightUse use : new WeightUse[] {WeightUse.BF16, WeightUse.INT8}) {
      all.put("linear of one row by weights in " + use, o -> NarrowCalls.linear(o, use));
    }
    for (ActivationFunction function : ActivationFunction.values()) {
      all.put("linearActivated by " + function, o -> LayerCalls.linearActivated(o, function));
      all.put("linearActivatedInputGradient of " + function, o -> LayerCalls.linearActivatedInputGradient(o, function));
      all.put("activate by " + function, o -> activate(o, function));
      all.put("activateBackward of " + function, o -> activateBackward(o, function));
    }
    all.put("linearResidual", o -> LayerCalls.linearResidual(o, true));
    all.put("linearResidual without bias", o -> LayerCalls.linearResidual(o, false));
    all.put("linearInputGradient", o -> LayerCalls.linearInputGradient(o, false));
    all.put("linearInputGradient to an operand", o -> LayerCalls.linearInputGradient(o, true));
    all.put("linearSwiGluInputGradient", LlamaCalls::linearSwiGluInputGradient);
    all.put("linearWeightGradient", o -> LayerCalls.linearWeightGradient(o, true, Accumulation.ADD));
    all.put("linearWeightGradient without bias", o -> LayerCalls.linearWeightGradient(o, false, Accumulation.ADD));
    all.put("linearWeightGradient over another", o -> LayerCalls.linearWeightGradient(o, true, Accumulation.SET));
    all.put("layerNorm", LayerCalls::layerNorm);
    all.put("layerNormBackward", LayerCalls::layerNormBackward);
    all.put("rmsNorm", LlamaCalls::rmsNorm);
    all.put("rmsNormBackward", LlamaCalls::rmsNormBackward);
    all.put("headNorm", o -> LlamaCalls.headNorm(o, true));
    all.put("headNorm that keeps nothing", o -> LlamaCalls.headNorm(o, false));
    all.put("headNormBackward", LlamaCalls::headNormBackward);
    all.put("rotate", LlamaCalls::rotate);
    all.put("rotateBackward", LlamaCalls::rotateBackward);
    all.put("swiGlu", LlamaCalls::swiGlu);
    all.put("swiGluBackward", LlamaCalls::swiGluBackward);
    all.put("attention", AttentionCalls::attention);
    all.put("attentionBackward", AttentionCalls::attentionBackward);
    all.put("attentionWithCache", AttentionCalls::attentionWithCache);
    all.put("embed", o -> LayerCalls.embed(o, true));
    all.put("embed without positions", o -> LayerCalls.embed(o, false));
    all.put("embedBackward", o -> LayerCalls.embedBackward(o, true));
    all.put("embedBackward without positions", o -> LayerCalls.embedBackward(o, false));
    all.put("addResidual", KernelCalls::addResidual);
    all.put("dropoutBackward", KernelCalls::dropoutBackward);
    all.put("crossEntropy", KernelCalls::crossEntropy);
    all.put("crossEntropyBackward", KernelCalls::crossEntropyBackward);
    all.put("adamW", KernelCalls::adamW);
    all.put("sgd", KernelCalls::sgd);
    all.put("muon", KernelCalls::muon);
    all.put("average", KernelCalls::average);
    return all;
  }

  private static KernelCall activate(Operands o, ActivationFunction function) {
    Tensor in = o.operand("in", () -> 3 * o.random().nextGaussian(), o.size(130), o.size(400));
    return new KernelCall("activate", (kernel, a) -> kernel.activate(a.get("out"), a.get("in"), function))
        .writes("out", o.operandOutput("out", in.shape()), () -> Tolerances.activation(function, in))
        .reads("in", in);
  }

  private static KernelCall activateBackward(Operands o, ActivationFunction function) {
    Tensor in = o.operand("in", () -> 3 * o.random().nextGaussian(), o.size(130), o.size(400));
    Tensor dout = o.operand("dout", in.shape());
    return new KernelCall("activateBackward",
        (kernel, a) -> kernel.activateBackward(a.get("din"), a.get("dout"), a.get("in"), function))
        .writes("din", o.operandOutput("din", in.shape()), () -> Tolerances.activationBackward(function, dout, in))
        .reads("dout", dout)
        .reads("in", in);
  }

  private static KernelCall addResidual(Operands o) {
    Tensor in = o.input("in", o.size(130), o.size(400));
    Tensor residual = o.input("residual", in.shape());
    Dropout dropout = o.dropout();
    double[] magnitudes = magnitudes(doubles(residual));
    for (int i = 0; i < magnitudes.length; i++) {
      magnitudes[i] += Math.abs(in.getFloat(i)) * dropout.scale();
    }
    return new KernelCall("addResidual", (kernel, a) -> kernel.addResidual(a.get("out"), a.get("residual"), a.get("in"), dropout))
        .writes("out", o.output("out", in.shape()), () -> roundings(3, magnitudes))
        .reads("residual", residual)
        .reads("in", in);
  }

  private static KernelCall dropoutBackward(Operands o) {
    Tensor dout = o.input("dout", o.size(130), o.size(400));
    Dropout dropout = o.dropout();
    double[] magnitudes = magnitudes(doubles(dout));
    return new KernelCall("dropoutBackward", (kernel, a) -> kernel.dropoutBackward(a.get("din"), a.get("dout"), dropout))
        .writes("din", o.operandOutput("din", dout.shape()), () -> roundings(4 * (int) Math.ceil(dropout.scale()), magnitudes))
        .reads("dout", dout);
  }

  private static KernelCall crossEntropy(Operands o) {
    int n = o.size(130);
    int v = o.size(600);
    Tensor logits = o.operand("logits", () -> 3 * o.random().nextGaussian(), n, v);
    return new KernelCall("crossEntropy", (kernel, a) -> kernel.crossEntropy(a.get("losses"), a.get("logits"), a.get("targets")))
        .writes("losses", o.output("losses", n), () -> Tolerances.losses(logits))
        .reads("logits", logits)
        .reads("targets", o.ids("targets", v, n));
  }

  private static KernelCall crossEntropyBackward(Operands o) {
    int n = o.size(130);
    int v = o.size(600);
    float gradientScale = o.random().nextFloat();
    float smoothing = o.random().nextBoolean() ? 0 : 0.2f;
    Tensor logits = o.operand("logits", () -> 3 * o.random().nextGaussian(), n, v);
    Tensor targets = o.ids("targets", v, n);
    return new KernelCall("crossEntropyBackward", (kernel, a) -> kernel.crossEntropyBackward(a.get("losses"), a.get("dlogits"),
        a.get("logits"), a.get("targets"), gradientScale, smoothing))
        .writes("losses", o.output("losses", n), () -> Tolerances.losses(logits))
        .writes("dlogits", o.operandOutput("dlogits", n, v),
            () -> Tolerances.logitGradients(logits, targets, CrossEntropyTest.softmax(doubles(logits), v), gradientScale, smoothing))
        .reads("logits", logits)
        .reads("targets", targets);
  }

  private static KernelCall sgd(Operands o) {
    int count = o.size(60_000);
    SgdStep step = new SgdStep(1e-2f, 0.9f, 0.1f, o.random().nextFloat());
    Tensor parameters = o.inOut("parameters", count);
    Tensor gradients = o.input("gradients", count);
    Tensor momentum = o.inOut("momentum", count);
    double[] magnitudes = new double[count];
    double[] moved = new double[count];
    for (int i = 0; i < count; i++) {
      double gradient = Math.abs(step.gradientScale() * (double) gradients.getFloat(i));
      magnitudes[i] = Math.abs(momentum.getFloat(i)) + gradient + Math.abs(0.1 * parameters.getFloat(i));
      moved[i] = Math.abs(parameters.getFloat(i)) + magnitudes[i];
    }
    return new KernelCall(
        "sgd",
        (kernel, a) -> kernel.sgd(List.of(new SgdTensors(a.get("parameters"), a.get("gradients"), a.get("momentum"), true, 1)), step))
        .writes("parameters", parameters, () -> roundings(4, moved))
        .writes("momentum", momentum, () -> roundings(4, magnitudes))
        .reads("gradients", gradients);
  }

  private static KernelCall average(Operands o) {
    int count = o.size(60_000);
    Tensor averages = o.inOut("averages", count);
    Tensor values = o.input("values", count);
    return new KernelCall("average", (kernel, a) -> kernel.average(List.of(a.get("averages")), List.of(a.get("values")), 0.3f))
        .writes("averages", averages, () -> {
          double[] magnitudes = magnitudes(doubles(averages));
          for (int i = 0; i < count; i++) {
            magnitudes[i] += Math.abs(values.getFloat(i));
          }
          return roundings(3, magnitudes);
        })
        .reads("values", values);
  }

  private static KernelCall muon(Operands o) {
    int rows = o.size(130);
    int columns = o.size(130);
    int small = Math.min(rows, columns);
    MuonStep step = new MuonStep(1e-2f, 0.9f, 0.1f, o.random().nextFloat());
    Tensor parameters = o.inOut("parameters", rows, columns);
    Tensor gradients = o.input("gradients", rows, columns);
    Tensor momentum = o.inOut("momentum", rows, columns);
    return new KernelCall(
        "muon", (kernel, a) -> kernel.muon(
            List.of(
                new MuonTensors(
                    a.get("parameters"), a.get("gradients"), a.get("momentum"), a.get("update"), a.get("product"), a.get("gram"),
                    a.get("square"), 1)),
            step))
        .writes("parameters", parameters, () -> {
          // An element of an orthogonal matrix is at most 1; the iteration magnifies rounding of floats some 500 times, of the largest
          // singular values of bfloat16 less.
          double[] tolerances = roundings(2, magnitudes(doubles(parameters)));
          for (int i = 0; i < tolerances.length; i++) {
            tolerances[i] += (1e-4 + 8 * o.operandUnit()) * MuonStep.updateScale(step.learningRate(), rows, columns);
          }
          return tolerances;
        })
        .writes("momentum", momentum, () -> {
          double[] magnitudes = magnitudes(doubles(momentum));
          for (int i = 0; i < magnitudes.length; i++) {
            magnitudes[i] += Math.abs(gradients.getFloat(i));
          }
          return roundings(4, magnitudes);
        })
        .writes("update", o.inOut("update", rows, columns), () -> anything(rows * columns))
        .writes("product", o.inOut("product", rows, columns), () -> anything(rows * columns))
        .writes("gram", o.inOut("gram", small, small), () -> anything(small * small))
        .writes("square", o.inOut("square", small, small), () -> anything(small * small))
        .reads("gradients", gradients);
  }

  /** Tolerances of scratch, which kernels may use each in its way. */
  private static double[] anything(int count) {
    double[] tolerances = new double[count];
    Arrays.fill(tolerances, Double.POSITIVE_INFINITY);
    return tolerances;
  }

  private static KernelCall adamW(Operands o) {
    int count = o.size(60_000);
    AdamWStep step = new AdamWStep(1e-2f, 0.9f, 0.99f, 1e-8f, 0.1f, o.random().nextFloat(), 0.3f, 0.05f);
    Tensor parameters = o.inOut("parameters", count);
    Tensor gradients = o.input("gradients", count);
    Tensor firstMoments = o.inOut("firstMoments", count);
    Tensor secondMoments = o.inOut("secondMoments", () -> o.random().nextDouble(), count);
    Supplier<OptimizerTest.Update> update = () -> new OptimizerTest.Update(parameters, gradients, firstMoments, secondMoments, step);
    return new KernelCall("adamW", (kernel, a) -> kernel.adamW(
        List.of(new AdamWTensors(a.get("parameters"), a.get("gradients"), a.get("firstMoments"), a.get("secondMoments"), true, 1)), step))
        .writes("parameters", parameters, () -> update.get().parameterTolerances)
        .writes("firstMoments", firstMoments, () -> update.get().firstTolerances)
        .writes("secondMoments", secondMoments, () -> update.get().secondTolerances)
        .reads("gradients", gradients);
  }
}
