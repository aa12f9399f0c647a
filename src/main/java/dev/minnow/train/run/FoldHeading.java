package dev.minnow.train.run;

import dev.minnow.train.RunSummary;
import dev.minnow.train.TrainingListener;

/** Tells which fold begins, before the first that is told of it: a fold that is refused is none that began. */
final class FoldHeading implements TrainingListener {
  private final TrainingListener told;
  private final String sentence;
  private boolean isTold;

  /** @param told hears the notice */
  FoldHeading(TrainingListener told, int fold, int folds) {
    this.told = told;
    this.sentence = "Fold " + fold + " of " + folds + ":";
  }

  private void tell() {
    if (!isTold) {
      isTold = true;
      told.noticed(sentence);
    }
  }

  @Override
  public void working(String what, long done, long total) {
    tell();
  }

  @Override
  public void noticed(String notice) {
    tell();
  }

  @Override
  public void started(RunSummary summary) {
    tell();
  }
}
