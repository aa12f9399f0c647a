package dev.minnow.train.plan;

import dev.minnow.corpus.TemporaryFolder;
import dev.minnow.kernel.Kernel;
import dev.minnow.model.ParameterTable;
import dev.minnow.tokenizer.Tokenizer;
import dev.minnow.train.option.RunOptions;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;

/** Trains the very model that is planned, on the corpus's sample, for fewer steps. */
interface Rehearsal {
  /** The longer rehearsal has so many times the steps of the shorter, and at best the run so many times those of the longer. */
  int RATIO = 3;

  /** After fewer tokens bits still fall steeply, which says little of longer runs. */
  long LEAST_TOKENS = 150_000;

  /** Of both rehearsals together, at most: more would be out of proportion to planning. */
  double MOST_SECONDS = 60;

  /** A rehearsal a further {@link #RATIO} away says hardly more than the law does. */
  int LARGEST_FACTOR = RATIO * RATIO;

  /** Two trainings, each with a schedule of its own. */
  Rehearsed run(RunOptions options, long steps, Tokenizer tokenizer, List<int[]> training, List<int[]> heldOut) throws IOException;

  /** Real trainings. */
  static Rehearsal of(Kernel kernel) {
    return (options, steps, tokenizer, training, heldOut) -> {
      ParameterTable table = new ParameterTable(options.setup().config(), options.setup().initialization());
      try (TemporaryFolder folder = TemporaryFolder.create("minnow-rehearsal");
          TrialRun trial = new TrialRun(kernel, folder.path(), tokenizer, training, heldOut)) {
        double shorter = trial.bitsPerByte(table, options.withSteps(steps / RATIO).training());
        return new Rehearsed(steps, shorter, trial.bitsPerByte(table, options.withSteps(steps).training()));
      }
    };
  }

  /**
   * Steps of the longer rehearsal of a run; nothing where rehearsals would say too little.
   *
   * @param steps of the run
   * @param stepTokens of one of them
   * @param stepSeconds of one of them
   */
  static OptionalLong steps(long steps, long stepTokens, double stepSeconds) {
    long affordable = (long) (MOST_SECONDS / (stepSeconds * (1 + 1.0 / RATIO)));
    long longer = Math.min(steps / RATIO, affordable);
    long shorter = longer / RATIO;
    boolean worthwhile = shorter * stepTokens >= LEAST_TOKENS && longer >= steps / LARGEST_FACTOR;
    return worthwhile ? OptionalLong.of(longer) : OptionalLong.empty();
  }
}
