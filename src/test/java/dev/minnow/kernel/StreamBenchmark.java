package dev.minnow.kernel;

import static dev.minnow.kernel.MeasuredCall.sizes;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Operations that do little with each number, in millions of numbers a second: elements of the result, or of the weight where one row is
 * multiplied, as decoding does.
 */
public class StreamBenchmark extends KernelBenchmark {
  /** The calls. */
  public enum Call {
    LAYER_NORM_1024X768("layerNorm", 1024 * 768, sizes(1024, 768), sizes(65, 768)),
    LAYER_NORM_BACKWARD_1024X768("layerNormBackward", 1024 * 768, sizes(1024, 768), sizes(65, 768)),
    RMS_NORM_1024X768("rmsNorm", 1024 * 768, sizes(1024, 768), sizes(65, 768)),
    RMS_NORM_BACKWARD_1024X768("rmsNormBackward", 1024 * 768, sizes(1024, 768), sizes(65, 768)),
    /** The gates and what goes through them are twice as many numbers. */
    SWI_GLU_1024X2048("swiGlu", 1024 * 2048, sizes(1024, 2048), sizes(33, 2048)),
    SWI_GLU_BACKWARD_1024X2048("swiGluBackward", 1024 * 2048, sizes(1024, 2048), sizes(33, 2048)),
    /** Twelve heads of 64 numbers, here and in the next. */
    HEAD_NORM_1024X12X64("headNorm that keeps nothing", 1024 * 768, sizes(1024, 64, 12), sizes(65, 64, 3)),
    HEAD_NORM_BACKWARD_1024X12X64("headNormBackward", 1024 * 768, sizes(1024, 64, 12), sizes(65, 64, 3)),
    ROTATE_4X256X12X64("rotate", 1024 * 768, sizes(256, 12, 32, 4), sizes(64, 3, 32, 2)),
    ROTATE_BACKWARD_4X256X12X64("rotateBackward", 1024 * 768, sizes(256, 12, 32, 4), sizes(64, 3, 32, 2)),
    ADD_RESIDUAL_1024X768("addResidual", 1024 * 768, sizes(1024, 768), sizes(65, 768)),
    GELU_1024X3072("activate by GELU", 1024 * 3072, sizes(1024, 3072), sizes(33, 3072)),
    GELU_BACKWARD_1024X3072("activateBackward of GELU", 1024 * 3072, sizes(1024, 3072), sizes(33, 3072)),
    RELU2_1024X3072("activate by RELU2", 1024 * 3072, sizes(1024, 3072), sizes(33, 3072)),
    RELU2_BACKWARD_1024X3072("activateBackward of RELU2", 1024 * 3072, sizes(1024, 3072), sizes(33, 3072)),
    CROSS_ENTROPY_256X50257("crossEntropy", 256 * 50257, sizes(256, 50257), sizes(9, 50257)),
    CROSS_ENTROPY_BACKWARD_256X50257("crossEntropyBackward", 256 * 50257, sizes(256, 50257), sizes(9, 50257)),
    EMBEDDING_4X256X768("embed", 1024 * 768, sizes(768, 50257, 4, 256), sizes(768, 99, 3, 33)),
    EMBEDDING_BACKWARD_4X256X768("embedBackward", 1024 * 768, sizes(768, 50257, 4, 256), sizes(768, 99, 3, 33)),
    /** The parameters of one layer of GPT-2's smallest. */
    ADAMW_7087872("adamW", 7_087_872, sizes(7_087_872), sizes(100_003)),
    SGD_7087872("sgd", 7_087_872, sizes(7_087_872), sizes(100_003)),
    AVERAGE_7087872("average", 7_087_872, sizes(7_087_872), sizes(100_003)),
    /** Most of it are products, of which it makes fifteen. */
    MUON_768X3072("muon", 768 * 3072, sizes(768, 3072), sizes(65, 130)),
    NARROW_FORWARD_1X768X3072("linear without bias", 768 * 3072, sizes(1, 768, 3072), sizes(1, 768, 3072)),
    /** The head of GPT-2: a weight that no cache holds. */
    NARROW_FORWARD_1X768X50257("linear without bias", 768 * 50257, sizes(1, 768, 50257), sizes(1, 768, 5025)),
    NARROW_FORWARD_BF16_1X768X50257("linear of one row by weights in BF16", 768 * 50257, sizes(768, 50257), sizes(768, 5025)),
    NARROW_FORWARD_INT8_1X768X50257("linear of one row by weights in INT8", 768 * 50257, sizes(768, 50257), sizes(768, 5025)),
    /** One query and its keys and values, cached from 1,000 positions before. */
    CACHED_ATTENTION_1001X12X64("attentionWithCache", 2 * 1001 * 768, sizes(1001, 1, 12, 1, 64), sizes(101, 1, 3, 1, 64));

    // No one writes to its arrays.
    @SuppressWarnings("ImmutableEnumChecker")
    final MeasuredCall measured;

    Call(String operation, int numbers, int[] sizes, int[] checkedSizes) {
      measured = new MeasuredCall(operation, 1e-6 * numbers, sizes, checkedSizes);
    }
  }

  /** The rate of a call. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Rate {
    public double millions;
  }

  @Param
  public Call call;

  @Override
  MeasuredCall measured() {
    return call.measured;
  }

  @Benchmark
  public void stream(Rate rate) {
    run();
    rate.millions += call.measured.work();
  }
}
