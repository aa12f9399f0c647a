package dev.minnow.train;

import dev.minnow.checkpoint.CheckpointFolder;
import dev.minnow.checkpoint.LoadedModel;
import dev.minnow.checkpoint.SavedRun;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.minnow.memory.Tensor;
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
   * @return the step that it is at
   */
  long restore(Trainer trainer, boolean isSaved) {
    if (!isSaved) {
      try (ParameterSet first = beginning.get()) {
        copy(first, trainer);
      }
      trainer.optimizer().moments().values().forEach(Tensor::clear);
      trainer.guard().goBackTo(MissingNode.getInstance());
      trainer.continueFrom(0);
      return 0;
    }
    try (SavedRun saved = folder.resume(); LoadedModel model = saved.loadModel()) {
      copy(model.parameters(), trainer);
      trainer.optimizer().moments().forEach(saved.state()::copyMoment);
      trainer.guard().goBackTo(saved.state().options().path(RunOptions.STEADINESS));
      trainer.continueFrom(saved.state().step());
      return saved.state().step();
    }
  }

  private static void copy(ParameterSet from, Trainer to) {
    for (int i = 0; i < from.table().parameters().size(); i++) {
      to.parameters().tensor(i).copyFrom(from.tensor(i));
    }
  }
}
