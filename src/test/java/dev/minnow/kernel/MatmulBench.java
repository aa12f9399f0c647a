package dev.minnow.kernel;

import dev.minnow.memory.ElementType;
import dev.minnow.memory.Slab;
import dev.minnow.memory.SlabLayout;
import dev.minnow.memory.Tensor;
import java.util.Arrays;

/**
 * Prints rates of the matrix multiplies and the peaks of the same run: {@code MatmulBench THREADS MILLISECONDS N C K...} with as many
 * shapes as wanted, each out (N, K) = in (N, C) x weight (K, C)ᵀ and its two gradients.
 */
final class MatmulBench {
  private MatmulBench() {}

  private interface Operation {
    void run();
  }

  public static void main(String[] arguments) {
    int threads = Integer.parseInt(arguments[0]);
    long nanos = Long.parseLong(arguments[1]) * 1_000_000;
    double peak;
    double bandwidth;
    try (PeakMeter meter = new PeakMeter(new VectorKernel(threads))) {
      peak = meter.gigaflops();
      bandwidth = meter.readGigabytesPerSecond();
    }
    System.out.printf("%d threads, %d bits, peak %.1f GFLOP/s, read %.1f GB/s%n", threads, Lanes.COUNT * 32, peak, bandwidth);
    try (WorkerPool pool = new WorkerPool(threads)) {
      for (int i = 2; i < arguments.length; i += 3) {
        int n = Integer.parseInt(arguments[i]);
        int c = Integer.parseInt(arguments[i + 1]);
        int k = Integer.parseInt(arguments[i + 2]);
        measure(new VectorMatmul(pool), n, c, k, nanos, peak);
      }
    }
  }

  private static void measure(VectorMatmul matmul, int n, int c, int k, long nanos, double peak) {
    SlabLayout layout = new SlabLayout();
    int in = layout.add("in", ElementType.F32, n, c);
    int weight = layout.add("weight", ElementType.F32, k, c);
    int bias = layout.add("bias", ElementType.F32, k);
    int out = layout.add("out", ElementType.F32, n, k);
    try (Slab slab = layout.allocate()) {
      for (int i : new int[] {in, weight, bias, out}) {
        fill(slab.tensor(i));
      }
      Tensor x = slab.tensor(in);
      Tensor w = slab.tensor(weight);
      Tensor b = slab.tensor(bias);
      Tensor y = slab.tensor(out);
      double flops = 2.0 * n * c * k;
      print("linear", n, c, k, flops, peak, nanos, () -> matmul.linear(y, x, MatmulChecks.weight(w), b, Epilogue.NONE));
      print("input gradient", n, c, k, flops, peak, nanos, () -> matmul.linearInputGradient(x, y, w, Epilogue.NONE));
      fill(x);
      print("weight gradient", n, c, k, flops, peak, nanos, () -> matmul.linearWeightGradient(w, b, y, x, Accumulation.ADD));
    }
  }

  private static void fill(Tensor tensor) {
    for (long i = 0; i < tensor.elementCount(); i++) {
      tensor.setFloat(i, (i % 17) * 1e-3f);
    }
  }

  private static void print(String name, int n, int c, int k, double flops, double peak, long nanos, Operation operation) {
    long[] times = new long[100_000];
    int runs = 0;
    long begin = System.nanoTime();
    for (long start = begin; start - begin < nanos && runs < times.length; runs++) {
      operation.run();
      long end = System.nanoTime();
      times[runs] = end - start;
      start = end;
    }
    // The first half warms up.
    long[] timed = Arrays.copyOfRange(times, runs / 2, runs);
    Arrays.sort(timed);
    double median = flops / timed[timed.length / 2];
    double best = flops / timed[0];
    System.out.printf(
        "%-16s %5d x %4d x %5d  median %6.1f GFLOP/s (%4.1f %%)  best %6.1f (%4.1f %%)  %d runs%n",
        name, n, c, k, median, 100 * median / peak, best, 100 * best / peak, runs);
  }
}
