package dev.minnow.kernel;

import static dev.minnow.kernel.Cells.doubles;
import static dev.minnow.kernel.Cells.magnitudes;
import static dev.minnow.kernel.Tolerances.roundings;

import dev.minnow.memory.Tensor;
import java.util.LinkedHashMap;
import java.util.Random;
import java.util.SequencedMap;
import java.util.function.Function;

/** A call of each operation that writes tensors, with random shapes and numbers from its {@link Operands}. */
final class KernelCalls {
  /** Sizes around those of vectors, register tiles and cache blocks. */
  private static final int[] EDGES = {1, 2, 3, 4, 7, 8, 9, 12, 15, 16, 17, 23, 24, 31, 32, 33, 47, 48, 63, 64, 65};

  private KernelCalls() {}

  /** One maker for each operation, and for each form of it. */
  static SequencedMap<String, Function<Operands, KernelCall>> all() {
    SequencedMap<String, Function<Operands, KernelCall>> all = new LinkedHashMap<>();
    all.put("linear", o -> LayerCalls.linear(o, true));
    all.put("linear without bias", o -> LayerCalls.linear(o, false));
    all.put("linearInputGradient", LayerCalls::linearInputGradient);
    all.put("linearWeightGradient", o -> LayerCalls.linearWeightGradient(o, true));
    all.put("linearWeightGradient without bias", o -> LayerCalls.linearWeightGradient(o, false));
    all.put("layerNorm", LayerCalls::layerNorm);
    all.put("layerNormBackward", LayerCalls::layerNormBackward);
    all.put("gelu", KernelCalls::gelu);
    all.put("geluBackward", KernelCalls::geluBackward);
    all.put("attention", AttentionCalls::attention);
    all.put("attentionBackward", AttentionCalls::attentionBackward);
    all.put("attentionWithCache", AttentionCalls::attentionWithCache);
    all.put("embed", LayerCalls::embed);
    all.put("embedBackward", LayerCalls::embedBackward);
    all.put("addResidual", KernelCalls::addResidual);
    all.put("dropoutBackward", KernelCalls::dropoutBackward);
    all.put("crossEntropy", KernelCalls::crossEntropy);
    all.put("adamW", KernelCalls::adamW);
    return all;
  }

  /** From 1 to {@code most}. */
  static int size(Random random, int most) {
    int size = random.nextBoolean() ? EDGES[random.nextInt(EDGES.length)] : 1 + random.nextInt(most);
    return Math.min(size, most);
  }

  /** None half of the time. */
  static Dropout dropout(Random random) {
    return random.nextBoolean() ? Dropout.NONE : new Dropout(random.nextFloat() * 0.9f, random.nextLong());
  }

  private static KernelCall gelu(Operands o) {
    Tensor in = o.input("in", () -> 3 * o.random().nextGaussian(), size(o.random(), 40), size(o.random(), 200));
    return new KernelCall("gelu", (kernel, a) -> kernel.gelu(a.get("out"), a.get("in")))
        .writes("out", o.output("out", in.shape()), () -> Tolerances.gelu(in))
        .reads("in", in);
  }

  private static KernelCall geluBackward(Operands o) {
    Tensor in = o.input("in", () -> 3 * o.random().nextGaussian(), size(o.random(), 40), size(o.random(), 200));
    Tensor dout = o.input("dout", in.shape());
    return new KernelCall("geluBackward", (kernel, a) -> kernel.geluBackward(a.get("din"), a.get("dout"), a.get("in")))
        .writes("din", o.output("din", in.shape()), () -> Tolerances.geluBackward(dout, in))
        .reads("dout", dout)
        .reads("in", in);
  }

  private static KernelCall addResidual(Operands o) {
    Tensor in = o.input("in", size(o.random(), 40), size(o.random(), 200));
    Tensor residual = o.input("residual", in.shape());
    Dropout dropout = dropout(o.random());
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
    Tensor dout = o.input("dout", size(o.random(), 40), size(o.random(), 200));
    Dropout dropout = dropout(o.random());
    double[] magnitudes = magnitudes(doubles(dout));
    return new KernelCall("dropoutBackward", (kernel, a) -> kernel.dropoutBackward(a.get("din"), a.get("dout"), dropout))
        .writes("din", o.output("din", dout.shape()), () -> roundings(4 * (int) Math.ceil(dropout.scale()), magnitudes))
        .reads("dout", dout);
  }

  private static KernelCall crossEntropy(Operands o) {
    int n = size(o.random(), 40);
    int v = size(o.random(), 600);
    float gradientScale = o.random().nextInt(4) == 0 ? 0 : o.random().nextFloat();
    Tensor logits = o.inOut("logits", () -> 3 * o.random().nextGaussian(), n, v);
    Tensor targets = o.ids("targets", v, n);
    double[] softmax = CrossEntropyTest.softmax(doubles(logits), v);
    double[] gradients = Tolerances.logitGradients(logits, targets, softmax, gradientScale);
    return new KernelCall("crossEntropy",
        (kernel, a) -> kernel.crossEntropy(a.get("losses"), a.get("logits"), a.get("targets"), gradientScale))
        .writes("losses", o.output("losses", n), () -> Tolerances.losses(logits))
        .writes("logits", logits, () -> gradientScale == 0 ? new double[n * v] : gradients)
        .reads("targets", targets);
  }

  private static KernelCall adamW(Operands o) {
    int count = size(o.random(), 3000);
    AdamWStep step = new AdamWStep(1e-2f, 0.9f, 0.99f, 1e-8f, 0.1f, o.random().nextFloat(), 0.3f, 0.05f);
    Tensor parameters = o.inOut("parameters", count);
    Tensor gradients = o.input("gradients", count);
    Tensor firstMoments = o.inOut("firstMoments", count);
    Tensor secondMoments = o.inOut("secondMoments", () -> o.random().nextDouble(), count);
    OptimizerTest.Update update = new OptimizerTest.Update(parameters, gradients, firstMoments, secondMoments, step);
    return new KernelCall("adamW", (kernel, a) -> kernel.adamW(a.get("parameters"), a.get("gradients"), a.get("firstMoments"),
        a.get("secondMoments"), step))
        .writes("parameters", parameters, () -> update.parameterTolerances)
        .writes("firstMoments", firstMoments, () -> update.firstTolerances)
        .writes("secondMoments", secondMoments, () -> update.secondTolerances)
        .reads("gradients", gradients);
  }
}
