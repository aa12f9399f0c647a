package dev.minnow.train.run;

import dev.minnow.checkpoint.CheckpointFolder;
import dev.minnow.checkpoint.TrainingState;
import dev.minnow.checkpoint.WholeSave;
import dev.minnow.model.ParameterSet;
import dev.minnow.train.TrainingListener;
import dev.minnow.train.step.Trainer;
import java.util.function.Supplier;

/**
 * Where a run goes back to when its steps are no good: its newest regular or best save, which every save names, or its beginning where
 * it has none yet.
 *
 * @param folder of the run
 * @param beginning makes the parameters that the run began with
 */
record ReturnPoint(CheckpointFolder folder, Supplier<ParameterSet> beginning) {
  /** Of a run that goes on from a save: the step that it names, or its own where somebody took the save of that one away. */
  static long of(TrainingState saved, CheckpointFolder folder, TrainingListener listener) {
    long step = saved.returnStep();
    if (step == 0 || folder.saves().containsKey(step)) {
      return step;
    }
    listener.noticed(
        "The save of step " + step + ", to which the run would go back from steps that are no good, is gone; it would go back to step "
            + saved.step() + ".");
    return saved.step();
  }

  /**
   * Takes the trainer back, and halves its learning rate.
   *
   * @param step of the save; 0 for the beginning
   * @return how far the run is now
   */
  TrainingRun.Progress restore(Trainer trainer, long step) {
    int returns = trainer.guard().returns();
    TrainingRun.Progress progress = step > 0 ? restoreSave(trainer, step) : restoreBeginning(trainer);
    trainer.guard().wentBack(returns);
    folder.goBackTo(step);
    return progress;
  }

  private TrainingRun.Progress restoreSave(Trainer trainer, long step) {
    try (WholeSave saved = folder.resume(step)) {
      trainer.parameters().copyFrom(saved.model().parameters());
      trainer.restore(saved.state());
      return TrainingRun.Progress.of(saved.state(), step);
    }
  }

  private TrainingRun.Progress restoreBeginning(Trainer trainer) {
    try (ParameterSet first = beginning.get()) {
      trainer.parameters().copyFrom(first);
    }
    trainer.restart();
    return TrainingRun.Progress.NONE;
  }
}
