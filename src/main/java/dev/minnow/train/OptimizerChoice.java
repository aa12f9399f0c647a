package dev.minnow.train;

import dev.minnow.kernel.Kernel;
import dev.minnow.model.ParameterSet;
import dev.minnow.model.ParameterTable;
import java.util.List;
import java.util.Locale;

/** The optimizers that there are. */
public enum OptimizerChoice {
  /** AdamW: two moments for each parameter. */
  ADAMW,
  /** Stochastic gradient descent with momentum. */
  SGD,
  /** Orthogonal updates of the matrices of layers, and AdamW for the rest. */
  MUON;

  /** An optimizer of parameters and their gradients, which stay the caller's to close. */
  public Optimizer open(Kernel kernel, ParameterSet parameters, ParameterSet gradients, TrainingOptions options) {
    return switch (this) {
      case ADAMW -> new AdamW(kernel, parameters, gradients, options);
      case SGD -> new Sgd(kernel, parameters, gradients, options);
      case MUON -> new Muon(kernel, parameters, gradients, options);
    };
  }

  /** What it takes of memory beside parameters and gradients. */
  List<MemoryPlan.Part> memory(ParameterTable table) {
    long bytes = table.layout().bytes();
    return switch (this) {
      case ADAMW -> List.of(new MemoryPlan.Part("first moments", bytes), new MemoryPlan.Part("second moments", bytes));
      case SGD -> List.of(new MemoryPlan.Part("momentum", bytes));
      case MUON -> List.of(
          new MemoryPlan.Part("first moments", bytes),
          new MemoryPlan.Part("second moments", Muon.secondMoments(table).bytes()),
          new MemoryPlan.Part("optimizer's scratch", Muon.scratch(table).bytes()));
    };
  }

  /** Its usual learning rate as a multiple of AdamW's, as was best where it was measured (docs/LOG.md). */
  double rateFactor() {
    return this == SGD ? 30 : 1;
  }

  /** The momentum where none was given. */
  double defaultMomentum() {
    return this == MUON ? 0.95 : 0.9;
  }

  /**
   * Refuses an option that the optimizer has no use for.
   *
   * @throws IllegalArgumentException for such a one
   */
  void requireUseOf(String option) {
    boolean unused = switch (option) {
      case OptionNames.MOMENTUM -> this == ADAMW;
      case "beta1", "beta2", "epsilon" -> this == SGD;
      default -> false;
    };
    if (unused) {
      throw new IllegalArgumentException("--" + option + " is not for --optimizer " + this + ", which has none; leave it out.");
    }
  }

  /** The name that the command line takes. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
