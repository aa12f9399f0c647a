package dev.minnow.train;

import dev.minnow.checkpoint.CheckpointFolder;
import dev.minnow.checkpoint.WholeSave;
import dev.minnow.model.ParameterSet;
import java.util.function.Supplier;

/**
 * Where a run goes back to when its steps are no good: its newest save, or its beginning where it has none yet.
 *
 * @param folder of the run
 * @param beginning makes the parameters that the run began with
 */
record ReturnPoint(CheckpointFolder folder, Supplier<ParameterSet> beginning) {
  /**
   * Takes the trainer back, and halves its learning rate.
   *
   * @param isSaved whether the run has saved itself
   * @return how far the run is now
   */
  TrainingRun.Progress restore(Trainer trainer, boolean isSaved) {
    int returns = trainer.guard().returns();
    TrainingRun.Progress progress = isSaved ? restoreSave(trainer) : restoreBeginning(trainer);
    trainer.guard().wentBack(returns);
    return progress;
  }

  private TrainingRun.Progress restoreSave(Trainer trainer) {
    try (WholeSave saved = folder.resume()) {
      trainer.parameters().copyFrom(saved.model().parameters());
      trainer.restore(saved.state());
      return TrainingRun.Progress.of(saved.state());
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
