package dev.minnow.corpus;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Names in the folder of a training run. A corpus knows one by them and leaves it out: a folder of texts may well hold the models made from
 * them.
 */
public final class RunFiles {
  /** The weights of a save. */
  public static final String WEIGHTS = "model.safetensors";

  /** What a save keeps to go on from. */
  public static final String STATE = "training.json";

  /** The folder of earlier saves. */
  public static final String STEPS = "steps";

  /** The log of what a run's steps gave. */
  public static final String METRICS = "metrics.jsonl";

  /** The folder of token files. */
  public static final String TOKENS = "tokens";

  /** The token file that is trained on. */
  public static final String TRAINING_TOKENS = "training.tokens";

  private RunFiles() {}

  /** Whether a folder is a run's, one of its saves, or its tokens. */
  static boolean areIn(Path folder) {
    boolean saved =
        Files.exists(folder.resolve(WEIGHTS)) && (Files.exists(folder.resolve(STATE)) || Files.isDirectory(folder.resolve(STEPS)));
    boolean begun = Files.exists(folder.resolve(METRICS)) && Files.isDirectory(folder.resolve(TOKENS));
    return saved || begun || tokensAreIn(folder);
  }

  /** Whether a folder holds token files. */
  static boolean tokensAreIn(Path folder) {
    return Files.exists(folder.resolve(TRAINING_TOKENS));
  }
}
