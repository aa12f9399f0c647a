package dev.minnow.checkpoint;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Files that PyTorch writes with Python's pickle: reading one means running the program in it. They are recognised and refused. */
final class Pickle {
  private static final List<String> ENDINGS = List.of(".bin", ".pt", ".pth", ".ckpt");

  /** What newer pickles begin with, after their version; a frame's length may be small. */
  private static final byte FRAME = (byte) 0x95;

  /** What trainers put beside weights. */
  private static final Set<String> NO_WEIGHTS = Set.of("training_args.bin", "optimizer.pt", "scheduler.pt", "rng_state.pth");

  private Pickle() {}

  /** Whether a file begins as a pickle does, or as the zip archive with one that newer releases write. */
  static boolean startsAs(byte[] start) {
    return start.length >= 4 && start[0] == 'P' && start[1] == 'K' && start[2] == 3 && start[3] == 4
        || start.length >= 8 && start[0] == (byte) 0x80 && start[1] >= 2 && start[1] <= 5 && !isLength(start);
  }

  /** Whether it is how long the header of a safetensors file is, in eight bytes: less than 4 GiB, and no frame of a pickle. */
  private static boolean isLength(byte[] start) {
    return start[2] != FRAME && (start[4] | start[5] | start[6] | start[7]) == 0;
  }

  /** Whether a file has a name that PyTorch's weights have. */
  static boolean hasNameOfOne(Path file) {
    String name = file.getFileName().toString();
    return ENDINGS.stream().anyMatch(name::endsWith) && !NO_WEIGHTS.contains(name);
  }

  static CheckpointException refused(Path path) {
    return new CheckpointException(
        path + " is a PyTorch pickle, which can run code when it is opened; convert it to safetensors where it was made"
            + " (save_pretrained with safe_serialization).");
  }
}
