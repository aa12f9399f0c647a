package dev.minnow.checkpoint;

import java.nio.file.Path;

/** A process that saves one step after another, from the newest save on, until it is killed. It prints each step that it has saved. */
final class SavingProcess {
  private SavingProcess() {}

  public static void main(String[] arguments) {
    CheckpointFolder folder = new CheckpointFolder(Path.of(arguments[0]));
    long step = folder.resumable() ? folder.saves().lastKey() : 0;
    while (true) {
      TinyRun.save(folder, ++step, 2);
      System.out.println(step);
    }
  }
}
