package dev.minnow.checkpoint;

import java.nio.file.Path;

/** Files that PyTorch writes with Python's pickle: reading one means running the program in it. They are recognised and refused. */
final class Pickle {
  private Pickle() {}

  /** Whether a file begins as a pickle does, or as the zip archive with one that newer releases write. */
  static boolean startsAs(byte[] start) {
    return start.length >= 4 && start[0] == 'P' && start[1] == 'K' && start[2] == 3 && start[3] == 4
        || start.length >= 2 && start[0] == (byte) 0x80 && start[1] >= 2 && start[1] <= 5;
  }

  static CheckpointException refused(Path path) {
    return new CheckpointException(
        path + " is a PyTorch pickle, which can run code when it is opened; convert it to safetensors where it was made"
            + " (save_pretrained with safe_serialization).");
  }
}
