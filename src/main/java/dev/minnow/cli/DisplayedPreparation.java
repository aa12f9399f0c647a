package dev.minnow.cli;

import dev.minnow.corpus.prepare.PreparationListener;

/** Shows on stderr how far work on a corpus has come. */
record DisplayedPreparation(ProgressDisplay display) implements PreparationListener {
  @Override
  public void working(String what, long done, long total) {
    display.preparing(what, done, total);
  }

  @Override
  public void noticed(String sentence) {
    display.noticed(sentence);
  }
}
