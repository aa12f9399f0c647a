package dev.minnow.train.step;

import com.fasterxml.jackson.databind.node.MissingNode;
import dev.minnow.checkpoint.TrainingState;
import dev.minnow.corpus.TrainingWindows;
import dev.minnow.kernel.Accumulation;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.WeightUse;
import dev.minnow.memory.Opened;
import dev.minnow.memory.Tensor;
import dev.minnow.model.Activations;
import dev.minnow.model.DropoutSites;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.Network;
import dev.minnow.model.ParameterSet;
import dev.minnow.model.Transformer;
import dev.minnow.train.StepReport;
import dev.minnow.train.TrainingOptions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Trains a model step by step. The state that a resumed run needs is the step, the parameters, what the guard knows, and the memory: the
 * optimizer's moments and, where weights are averaged, those that are trained.
 */
public final class Trainer implements AutoCloseable {
  private final Kernel kernel;
  private final TrainingOptions options;
  private final TrainingWindows windows;
  private final ParameterSet parameters;
  private final ParameterSet gradients;
  private final Optimizer optimizer;
  private final List<Tensor> gradientTensors;
  private final Network network;
  private final Transformer transformer;
  private final Transformer.GradientSink gradientSink;
  private final StepGuard guard;
  private final Optional<WeightAverage> average;
  private final Opened opened = new Opened();
  private long step;

  /** A trainer of parameters, which stay the caller's to close. */
  public Trainer(Kernel kernel, TrainingOptions options, TrainingWindows windows, ParameterSet parameters) {
    this.kernel = kernel;
    this.options = options;
    this.windows = windows;
    this.parameters = parameters;
    ModelConfig config = parameters.table().config();
    this.guard = new StepGuard(options.spike(), Math.log(config.vocabularySize()));
    try {
      this.gradients = opened.add(ParameterSet.zeros(parameters.table()), ParameterSet::close);
      this.optimizer = opened.add(Optimizer.open(kernel, parameters, gradients, options), Optimizer::close);
      this.network = opened.add(new Network(kernel, parameters, WeightUse.TRAINING), Network::close);
      Activations activations = Activations.allocate(config, options.batch(), config.contextLength(), true, kernel.operandType());
      this.transformer = new Transformer(kernel, network, opened.add(activations, Activations::close));
      this.average =
          options.average() > 0
              ? Optional.of(opened.add(new WeightAverage(kernel, parameters, options.average()), WeightAverage::close))
              : Optional.empty();
    } catch (RuntimeException | Error e) {
      opened.close();
      throw e;
    }
    this.gradientTensors = List.copyOf(gradients.byName().values());
    this.gradientSink = transformer.gradientsInto(gradients);
  }

  /**
   * One update: reads the step's windows, adds up their gradients, clips them and lets the optimizer move the parameters, unless the
   * guard objects to the numbers.
   */
  public StepReport step() {
    long start = System.nanoTime();
    double loss = 0;
    for (int pass = 0; pass < options.accumulate(); pass++) {
      loss += passOver(pass) / options.accumulate();
    }
    double norm = gradientNorm();
    double rate = guard.rateFactor() * options.learningRate(step + 1);
    String objection = guard.objection(loss, norm).map(reason -> reason + ", and " + suspect()).orElse(null);
    if (objection == null) {
      update(rate, norm);
    }
    step++;
    average.ifPresent(mean -> mean.update(step));
    return new StepReport(step, loss, rate, norm, tokensPerStep(), (System.nanoTime() - start) / 1e9, objection);
  }

  /** Reads the next batch, sets or adds its gradients and returns its mean loss. */
  private double passOver(int pass) {
    windows.fillBatch(position(pass), transformer.activations().inputs(), transformer.activations().targets());
    transformer.forward(dropout(pass));
    Accumulation accumulation = pass == 0 ? Accumulation.SET : Accumulation.ADD;
    return transformer.backward(gradientSink, dropout(pass), gradientScale(), (float) options.labelSmoothing(), accumulation);
  }

  private double gradientNorm() {
    return Math.sqrt(kernel.sumOfSquares(gradientTensors));
  }

  private void update(double rate, double norm) {
    optimizer.update(step - guard.skipped() + 1, rate, options.clipScale(norm));
    network.refresh();
  }

  /**
   * Seconds of a step whose update moves the parameters by nothing: for planning a run, and to compile the kernels. What the optimizer
   * remembers is of no use afterwards.
   */
  public double rehearse() {
    long start = System.nanoTime();
    for (int pass = 0; pass < options.accumulate(); pass++) {
      passOver(pass);
    }
    double norm = gradientNorm();
    if (Double.isFinite(norm)) {
      update(0, norm);
    }
    return (System.nanoTime() - start) / 1e9;
  }

  /** Windows consumed before a pass of the next step. */
  private long position(int pass) {
    return step * options.windowsPerStep() + (long) pass * options.batch();
  }

  private DropoutSites dropout(int pass) {
    return new DropoutSites((float) options.dropout(), Seeds.of(options.seed(), Seeds.Purpose.DROPOUT, position(pass)));
  }

  /** The loss is the mean over all tokens of the step. */
  private float gradientScale() {
    return (float) (1.0 / tokensPerStep());
  }

  private long tokensPerStep() {
    return options.windowsPerStep() * parameters.table().config().contextLength();
  }

  /** The tensor to look at first: of those whose gradient is not finite the first, or the one with the largest gradient. */
  private String suspect() {
    int suspect = 0;
    double largest = -1;
    for (int i = 0; i < gradientTensors.size(); i++) {
      double norm = Math.sqrt(kernel.sumOfSquares(List.of(gradientTensors.get(i))));
      if (!Double.isFinite(norm)) {
        return "the gradient of " + parameters.table().parameters().get(i).name() + " is not finite";
      }
      if (norm > largest) {
        largest = norm;
        suspect = i;
      }
    }
    return String.format(
        Locale.ROOT, "the largest gradient, of norm %.3g, is that of %s", largest, parameters.table().parameters().get(suspect).name());
  }

  /** Whether the parameters make a loss of the first windows of the text that is a number. */
  public boolean givesNumbers() {
    windows.fillBatch(0, transformer.activations().inputs(), transformer.activations().targets());
    transformer.forward(DropoutSites.NONE);
    return Double.isFinite(transformer.loss());
  }

  /** Begins again with the parameters as they are. */
  public void restart() {
    step = 0;
    optimizer.moments().values().forEach(Tensor::clear);
    average.ifPresent(WeightAverage::begin);
    guard.read(MissingNode.getInstance());
    network.refresh();
  }

  /** What judges the steps. */
  public StepGuard guard() {
    return guard;
  }

  /** Steps done, those included that the guard objected to. */
  public long steps() {
    return step;
  }

  public ParameterSet parameters() {
    return parameters;
  }

  /** Of the last step, before clipping. */
  ParameterSet gradients() {
    return gradients;
  }

  /** For generating between steps. */
  public Network network() {
    return network;
  }

  /**
   * Takes up a save whose weights the parameters hold already.
   *
   * @throws dev.minnow.checkpoint.CheckpointException if it is of other options
   */
  public void restore(TrainingState saved) {
    step = saved.step();
    memory().forEach(saved::copyMoment);
    average.ifPresent(WeightAverage::exchange);
    guard.read(saved.options().path(StepGuard.KEY));
    network.refresh();
  }

  /**
   * Inside {@link #withAverage}: all tensors that a resumed run needs beside the parameters, by the names that a checkpoint keeps them
   * under.
   */
  public Map<String, Tensor> memory() {
    Map<String, Tensor> memory = new LinkedHashMap<>(optimizer.moments());
    average.ifPresent(mean -> memory.putAll(mean.trained()));
    return memory;
  }

  /** Does something with the model that the run is for: with averaged weights in the parameters, where the options ask for an average. */
  public void withAverage(Runnable action) {
    exchangeAverage();
    try {
      action.run();
    } finally {
      exchangeAverage();
    }
  }

  private void exchangeAverage() {
    if (average.isPresent()) {
      average.get().exchange();
      network.refresh();
    }
  }

  /** For evaluating between steps. */
  public Transformer transformer() {
    return transformer;
  }

  @Override
  public void close() {
    opened.close();
  }
}
