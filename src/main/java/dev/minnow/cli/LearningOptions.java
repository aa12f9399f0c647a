package dev.minnow.cli;

import dev.minnow.train.OptimizerChoice;
import dev.minnow.train.Schedule;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How parameters are moved by their gradients. */
final class LearningOptions extends OptionGroup {
  @Option(names = "--lr",
      description = "Peak learning rate (the preset's, less for a wider model, and for sgd 30 times as much).")
  @Nullable
  Double learningRate;

  @Option(names = "--lr-scale", paramLabel = "KIND=FACTOR,...",
      description = "Factors on the learning rate for kinds of parameters, such as query or norm_scale, or for all embeddings, matrices or "
          + "norms; 0 keeps them as they are, and their gradients count for --clip.")
  @Nullable
  String learningRateScale;

  @Option(names = "--min-lr", description = "Learning rate at the end of a cosine, linear or wsd schedule; a tenth of the peak if absent.")
  @Nullable
  Double minimumLearningRate;

  @Option(names = "--warmup", description = "Steps of linear rise to the peak (100).")
  @Nullable
  Long warmup;

  @Option(names = "--schedule",
      description = "Learning rate after the warm-up: ${COMPLETION-CANDIDATES} (cosine). wsd stays and falls over the last fifth of the "
          + "steps, one at least; inverse-sqrt has no --min-lr.")
  @Nullable
  Schedule schedule;

  @Option(names = "--optimizer",
      description = "What moves the parameters: ${COMPLETION-CANDIDATES} (adamw). sgd is PyTorch's SGD with momentum; muon makes "
          + "updates of the layers' matrices orthogonal and uses adamw for the rest, with adamw's --lr.")
  @Nullable
  OptimizerChoice optimizer;

  @Option(names = "--momentum", description = "Momentum of sgd (0.9) and muon (0.95).")
  @Nullable
  Double momentum;

  @Option(names = "--beta1", description = "AdamW's decay of the first moment (0.9).")
  @Nullable
  Double beta1;

  @Option(names = "--beta2", description = "AdamW's decay of the second moment (0.99; 0.95 from 32768 tokens a step).")
  @Nullable
  Double beta2;

  @Option(names = "--epsilon", description = "AdamW's epsilon (1e-8).")
  @Nullable
  Double epsilon;

  @Option(names = "--weight-decay", description = "Weight decay on tensors of two dimensions, decoupled but for sgd (0.1).")
  @Nullable
  Double weightDecay;

  @Option(names = "--clip", description = "Scale gradients with a larger norm down to this; 0 for never (1.0).")
  @Nullable
  Double clip;

  @Option(names = "--spike", paramLabel = "DEVIATIONS",
      description = "Skip steps whose loss is so many standard deviations above the recent mean, or takes that mean a fifth as many above "
          + "its lowest; after several skipped in a row the run goes back to its last regular or best save with half the learning rate. 0 "
          + "to skip only what is not finite (10).")
  @Nullable
  Double spike;

  @Option(names = "--ema", paramLabel = "DECAY",
      description = "Evaluate and save a moving average of the weights with this decay a step, such as 0.999, and a smaller one in the "
          + "first steps; 0 for the weights themselves (0).")
  @Nullable
  Double average;
}
