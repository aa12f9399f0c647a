package dev.minnow.cli;

import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.Weight;
import dev.minnow.kernel.WeightSet;
import dev.minnow.kernel.WeightUse;
import dev.minnow.kernel.meter.LimitMeter;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Slab;
import dev.minnow.memory.SlabLayout;
import dev.minnow.memory.Tensor;
import dev.minnow.train.SteadyTiming;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.DoubleSupplier;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures the matrix multiply, by turns with what the same threads reach without memory. */
@Command(name = "matmul",
    description = "Measure the matrix multiply: out (ROWS, OUTPUTS) = in (ROWS, INPUTS) x weight (OUTPUTS, INPUTS) transposed.")
final class BenchMatmulCommand implements Callable<Integer> {
  private static final int LARGEST = 1 << 20;
  private static final int LEAST_TURNS = 15;
  private static final double LEAST_SECONDS = 2;

  private final Console console;

  @Option(names = "--rows", paramLabel = "N", description = "Rows of in and out (default: ${DEFAULT-VALUE}).")
  private int rows = 1024;

  @Option(names = "--inputs", paramLabel = "C", description = "Columns of in (default: ${DEFAULT-VALUE}).")
  private int inputs = 768;

  @Option(names = "--outputs", paramLabel = "K", description = "Columns of out (default: ${DEFAULT-VALUE}).")
  private int outputs = 3072;

  @Mixin
  private ComputeOptions compute;
  @Mixin
  private JsonOption output;

  BenchMatmulCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    requireSize("--rows", rows);
    requireSize("--inputs", inputs);
    requireSize("--outputs", outputs);
    try (Kernel kernel = compute.open(WeightUse.TRAINING); LimitMeter peak = LimitMeter.ofOperations(kernel)) {
      print(measure(kernel, peak), kernel);
    }
    return ExitCode.DONE;
  }

  private LimitedRate measure(Kernel kernel, @Nullable LimitMeter peak) {
    SlabLayout layout = new SlabLayout();
    layout.add("in", kernel.operandType(), rows, inputs);
    layout.add("weight", ElementType.F32, outputs, inputs);
    layout.add("out", ElementType.F32, rows, outputs);
    try (Slab slab = layout.allocate()) {
      Tensor in = fill(slab.tensor(0), 1);
      try (WeightSet weights = kernel.weights(List.of(fill(slab.tensor(1), 2)), WeightUse.TRAINING)) {
        Weight weight = weights.weights().getFirst();
        DoubleSupplier multiply = SteadyTiming.seconds(() -> kernel.linear(slab.tensor(2), in, weight, null));
        SteadyTiming.warmUp(multiply);
        return LimitedRate.measured(multiply, 2.0 * rows * inputs * outputs, peak, LEAST_TURNS, LEAST_SECONDS);
      }
    }
  }

  private static void requireSize(String option, int size) {
    if (size < 1 || size > LARGEST) {
      throw new IllegalArgumentException(option + " must be from 1 to " + LARGEST + ", not " + size + ".");
    }
  }

  private static Tensor fill(Tensor tensor, long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    for (long i = 0; i < tensor.elementCount(); i++) {
      tensor.setFloat(i, random.nextFloat() - 0.5f);
    }
    return tensor;
  }

  private void print(LimitedRate rate, Kernel kernel) {
    if (output.json) {
      JsonLine line =
          new JsonLine()
              .put("gflops", rate.rate())
              .put("peak_gflops", rate.limit())
              .put("share_of_peak", rate.share())
              .put("kernel", kernel.name())
              .put("threads", kernel.threads());
      console.println(line.toString());
    } else {
      console.println(rows + " x " + inputs + " x " + outputs + " (" + kernel.name() + " kernel)");
      console.println(rate.text("GFLOP/s", kernel.threads(), "without memory"));
    }
  }
}
