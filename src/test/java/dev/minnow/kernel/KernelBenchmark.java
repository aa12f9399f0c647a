package dev.minnow.kernel;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Measures one call of a kernel's operation, over and over. A measurement counts only if the code that it ran, compiled by then, gives the
 * scalar kernel's results on a smaller shape: otherwise it fails without a score.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(value = 1, jvmArgsAppend = "-Dminnow.guards=true")
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 4, time = 400, timeUnit = TimeUnit.MILLISECONDS)
public abstract class KernelBenchmark {
  private static final long SEED = 1;

  /** As {@code --kernel} takes it. */
  @Param({"vector", "bf16", "amx"})
  public String kernel;

  @Param({"1", "2"})
  public int threads;

  private Kernel opened;
  private Operands operands;
  private KernelCall call;
  private CallArguments arguments;

  /** What is measured. */
  abstract MeasuredCall measured();

  @Setup(Level.Trial)
  public void open() {
    opened = KernelChoice.of(kernel).open(WeightUse.TRAINING, threads);
    if (!opened.name().equals(kernel)) {
      throw new IllegalStateException("The kernel " + kernel + " cannot run here; -p kernel=" + opened.name() + " measures that one.");
    }
    operands = new Operands(opened, opened, SEED, measured().shape());
    call = measured().maker().apply(operands);
    arguments = call.prepared(opened);
  }

  final void run() {
    call.run(opened, arguments);
  }

  @TearDown(Level.Trial)
  public void check() {
    operands.checkIntact();
    ScalarOracle.check(opened, measured().maker(), measured()::checkedShape, SEED);
    arguments.close();
    operands.close();
    opened.close();
  }
}
