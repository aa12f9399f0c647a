package dev.minnow.train.step;

import dev.minnow.kernel.AttentionShape;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.WeightUse;
import dev.minnow.memory.SystemMemory;
import dev.minnow.model.Activations;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.Network;
import dev.minnow.model.ParameterSet;
import dev.minnow.model.ParameterTable;
import dev.minnow.train.OptimizerChoice;
import dev.minnow.train.TrainingException;
import dev.minnow.train.TrainingOptions;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What training takes of memory, known before anything is allocated. */
public final class MemoryPlan {
  /** One user of memory, named in plain words. */
  public record Part(String name, long bytes) {}

  /**
   * What the Java virtual machine takes beside all that is listed: itself, classes, compiled code, stacks, and the objects of steps, under
   * the flags of {@code scripts/jvm.options}. Measured as peak resident memory less the rest of this plan: `plan` with its steps leaves 140
   * to 144 MiB (Temurin 25, Linux, two threads), whatever the kernel.
   */
  private static final long VIRTUAL_MACHINE_BYTES = 142L << 20;

  /**
   * The heap that reading a corpus touched, and what evaluations, samples, saves and reports let the compiler and the C library keep. With
   * it and with their token files, plans of four runs of two minutes, of 0.5M to 11M parameters, are 4 % too low to 2 % too high.
   */
  private static final Part AROUND_STEPS = new Part("reading, evaluating, saving", 40L << 20);

  private static final String ROTARY_TABLE = "rotary table";
  private static final String AVERAGE = "average of weights";

  /** Parts that not every run has. */
  private static final Set<String> OPTIONAL = Set.of(ROTARY_TABLE, AVERAGE);

  private final Kernel kernel;
  private final ModelConfig config;
  private final int batch;
  private final OptimizerChoice optimizer;
  private final boolean averages;
  private final List<Part> parts;

  /** A plan for a run, from reading a corpus to saving a model, with this kernel, which is not run. */
  public static MemoryPlan ofRun(Kernel kernel, ModelConfig config, TrainingOptions training) {
    return of(kernel, config, training).with(AROUND_STEPS);
  }

  /** A plan for training steps alone with this kernel, which is not run, as the options have it. */
  public static MemoryPlan of(Kernel kernel, ModelConfig config, TrainingOptions training) {
    return new MemoryPlan(kernel, config, training.batch(), training.optimizer(), training.average() > 0);
  }

  /**
   * A plan for training with this kernel, which is not run.
   *
   * @param batch windows of one pass
   * @param averages whether a moving average of the weights is kept
   */
  public MemoryPlan(Kernel kernel, ModelConfig config, int batch, OptimizerChoice optimizer, boolean averages) {
    this.kernel = kernel;
    this.config = config;
    this.batch = batch;
    this.optimizer = optimizer;
    this.averages = averages;
    ParameterTable table = new ParameterTable(config);
    long parameters = table.layout().bytes();
    AttentionShape attention =
        new AttentionShape(batch, config.contextLength(), config.headCount(), config.keyValueHeadCount(), config.headWidth());
    long rows = Math.multiplyExact((long) batch, config.contextLength());
    Stream<Part> learned =
        Stream.of(new Part("parameters", parameters), new Part("gradients", parameters), new Part(AVERAGE, averages ? parameters : 0));
    Stream<Part> computed =
        Stream.of(
            new Part("activations", Activations.bytes(config, batch, config.contextLength(), true, kernel.operandType())),
            new Part("kernel's forms of weights", kernel.weightBytes(Network.matrixShapes(config), WeightUse.TRAINING)),
            new Part("kernel's scratch", kernel.scratchBytes(rows, config.width(), attention)),
            new Part(ROTARY_TABLE, Network.tableBytes(config)),
            new Part("Java virtual machine", VIRTUAL_MACHINE_BYTES));
    this.parts =
        Stream.of(learned, moments(optimizer, table), computed)
            .flatMap(group -> group)
            .filter(part -> part.bytes() > 0 || !OPTIONAL.contains(part.name()))
            .toList();
  }

  /** What an optimizer takes beside parameters and gradients. */
  static Stream<Part> moments(OptimizerChoice optimizer, ParameterTable table) {
    long bytes = table.layout().bytes();
    return switch (optimizer) {
      case ADAMW -> Stream.of(new Part("first moments", bytes), new Part("second moments", bytes));
      case SGD -> Stream.of(new Part("momentum", bytes));
      case MUON -> Stream.of(
          new Part("first moments", bytes), new Part("second moments", Muon.secondMoments(table).bytes()),
          new Part("optimizer's scratch", Muon.scratch(table).bytes()));
    };
  }

  private MemoryPlan(MemoryPlan other, List<Part> parts) {
    this.kernel = other.kernel;
    this.config = other.config;
    this.batch = other.batch;
    this.optimizer = other.optimizer;
    this.averages = other.averages;
    this.parts = parts;
  }

  /** This plan and one more user of memory. */
  public MemoryPlan with(Part part) {
    return new MemoryPlan(this, Stream.concat(parts.stream(), Stream.of(part)).toList());
  }

  /** What takes memory, in the order in which it comes to be needed. */
  public List<Part> parts() {
    return parts;
  }

  /** Resident memory of the process at its peak. */
  public long bytes() {
    return parts.stream().mapToLong(Part::bytes).sum();
  }

  /** Why the run does not fit into what the machine can give now, with the largest batch that would; nothing if it fits. */
  public Optional<String> obstacle() {
    return obstacle(SystemMemory.availableBytes(), true);
  }

  private Optional<String> obstacle(long available, boolean mayChange) {
    if (bytes() <= available) {
      return Optional.empty();
    }
    String advice = mayChange ? smaller(available) : "end other programs, or go on where there is more.";
    return Optional.of(
        String.format(Locale.ROOT, "This run needs %d MiB of memory and %d MiB are available; %s", bytes() >> 20, available >> 20, advice));
  }

  private String smaller(long available) {
    int fitting = largestFittingBatch(available);
    return fitting > 0 ? "--batch " + fitting + " would fit." : "choose a smaller model: not even --batch 1 fits.";
  }

  /**
   * Refuses a run that does not fit.
   *
   * @throws TrainingException naming the largest batch that would fit
   */
  public void requireFits() {
    refuse(obstacle());
  }

  /** The same for a run whose parameters are in memory already. */
  public void requireFitsWith(ParameterSet loaded) {
    refuse(obstacle(SystemMemory.availableBytes() + loaded.table().layout().bytes(), true));
  }

  /** The same for a run that goes on, and cannot be smaller than it was. */
  public void requireFitsAgain(ParameterSet loaded) {
    refuse(obstacle(SystemMemory.availableBytes() + loaded.table().layout().bytes(), false));
  }

  private static void refuse(Optional<String> obstacle) {
    obstacle.ifPresent(sentence -> {
      throw new TrainingException(sentence);
    });
  }

  private int largestFittingBatch(long available) {
    int fits = 0;
    int tooLarge = batch;
    long whateverBatch = bytes() - sized(batch).bytes();
    while (tooLarge - fits > 1) {
      int middle = fits + (tooLarge - fits) / 2;
      if (sized(middle).bytes() + whateverBatch <= available) {
        fits = middle;
      } else {
        tooLarge = middle;
      }
    }
    return fits;
  }

  /** A plan of another batch, with nothing added. */
  private MemoryPlan sized(int windows) {
    return new MemoryPlan(kernel, config, windows, optimizer, averages);
  }
}
