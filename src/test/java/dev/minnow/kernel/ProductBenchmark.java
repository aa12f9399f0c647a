package dev.minnow.kernel;

import static dev.minnow.kernel.MeasuredCall.sizes;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Matrix multiplies N x C x K and attention B x T x H x D, in GFLOP/s: a multiplication and an addition count as two. */
public class ProductBenchmark extends KernelBenchmark {
  /** The calls. */
  public enum Call {
    FORWARD_1024X768X3072("linear", 1024, 768, 3072),
    FORWARD_512X768X768("linear", 512, 768, 768),
    ACTIVATED_1024X768X3072("linearActivated by GELU", 1024, 768, 3072),
    RESIDUAL_1024X3072X768("linearResidual", 1024, 3072, 768),
    INPUT_GRADIENT_1024X768X3072("linearInputGradient", 1024, 768, 3072),
    INPUT_GRADIENT_512X768X768("linearInputGradient", 512, 768, 768),
    ACTIVATED_INPUT_GRADIENT_1024X3072X768("linearActivatedInputGradient of GELU", 1024, 3072, 768),
    SWI_GLU_INPUT_GRADIENT_1024X2048X768("linearSwiGluInputGradient", 1024, 2048, 768),
    WEIGHT_GRADIENT_1024X768X3072("linearWeightGradient", 1024, 768, 3072),
    WEIGHT_GRADIENT_512X768X768("linearWeightGradient", 512, 768, 768),
    /** Half of queries x keysᵀ and of probabilities x values. */
    ATTENTION_1X1024X12X64("attention", 2, 1, 1024, 12, 64),
    /** The scores again, and the gradients of probabilities, queries, keys and values. */
    ATTENTION_BACKWARD_1X1024X12X64("attentionBackward", 5, 1, 1024, 12, 64);

    // No one writes to its arrays.
    @SuppressWarnings("ImmutableEnumChecker")
    final MeasuredCall measured;

    Call(String operation, int n, int c, int k) {
      measured = new MeasuredCall(operation, 2e-9 * n * c * k, sizes(n, c, k), sizes(n / 8 + 1, c, k / 8 + 1));
    }

    Call(String operation, int products, int b, int t, int h, int d) {
      double flops = (double) products * b * t * t * h * d;
      measured = new MeasuredCall(operation, 1e-9 * flops, sizes(b, t, h, 1, d), sizes(2, t / 8 + 1, 3, 1, d));
    }
  }

  /** The rate of a call. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Rate {
    public double gflops;
  }

  @Param
  public Call call;

  @Override
  MeasuredCall measured() {
    return call.measured;
  }

  @Benchmark
  public void product(Rate rate) {
    run();
    rate.gflops += call.measured.work();
  }
}
