package dev.minnow.model;

/** How frequencies of rotary positions change for contexts longer than those of the first training. */
public sealed interface RotaryScaling {
  /** They stay. */
  record None() implements RotaryScaling {}

  /**
   * All are divided by one number. Chen et al., "Extending Context Window of Large Language Models via Positional Interpolation".
   *
   * @param factor at least 1
   */
  record Linear(double factor) implements RotaryScaling {
    public Linear {
      requireFactor(factor);
    }
  }

  /**
   * Llama 3.1's: long wavelengths are divided by {@code factor}, short ones stay, and those between are blended.
   *
   * @param factor at least 1
   * @param lowFrequencyFactor wavelengths longer than originalContext / this are long
   * @param highFrequencyFactor wavelengths shorter than originalContext / this are short; above lowFrequencyFactor
   * @param originalContext positions of the first training
   */
  record Llama3(double factor, double lowFrequencyFactor, double highFrequencyFactor, int originalContext) implements RotaryScaling {
    public Llama3 {
      requireFactor(factor);
      if (!(lowFrequencyFactor > 0 && highFrequencyFactor > lowFrequencyFactor && highFrequencyFactor <= 1e6)) {
        throw new IllegalArgumentException(
            "The high frequency factor of rotary scaling must be above the low one, and that above 0, not "
                + highFrequencyFactor + " and " + lowFrequencyFactor + ".");
      }
      if (originalContext < 1) {
        throw new IllegalArgumentException("The original context of rotary scaling must be at least 1, not " + originalContext + ".");
      }
    }
  }

  private static void requireFactor(double factor) {
    if (!(factor >= 1 && factor <= 1e6)) {
      throw new IllegalArgumentException("The factor of rotary scaling must be from 1 to 1e6, not " + factor + ".");
    }
  }

  /** What becomes of a frequency, in radians a position. */
  default double scaled(double frequency) {
    return switch (this) {
      case None none -> frequency;
      case Linear linear -> frequency / linear.factor();
      case Llama3 llama -> {
        double wavelengths = llama.originalContext() * frequency / (2 * Math.PI);
        double low = llama.lowFrequencyFactor();
        double high = llama.highFrequencyFactor();
        double kept = Math.clamp((wavelengths - low) / (high - low), 0, 1);
        yield (1 - kept) * frequency / llama.factor() + kept * frequency;
      }
    };
  }
}
