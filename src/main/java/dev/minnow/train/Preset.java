package dev.minnow.train;

import java.util.Locale;

/** Sizes of models that go well together, from one that trains in a minute to GPT-2's smallest. */
public enum Preset {
  /** 0.8M parameters: nanoGPT's configuration for a CPU. */
  NANO,
  /** About 1.8M parameters: talks after some minutes on two cores; many small steps at a high rate pay there. */
  TINY,
  /** About 12M parameters: an hour or a night. */
  SMALL,
  /** GPT-2 124M. */
  GPT2;

  /** The name that the command line takes. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
