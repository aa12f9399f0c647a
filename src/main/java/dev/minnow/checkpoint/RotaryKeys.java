package dev.minnow.checkpoint;

import dev.minnow.checkpoint.gguf.GgufMetadata;
import dev.minnow.checkpoint.gguf.GgufWriter;
import dev.minnow.model.Positions;
import dev.minnow.model.RotaryScaling;
import dev.minnow.tokenizer.unicode.Quotes;
import java.util.Optional;

/**
 * Scaled rotary positions in a GGUF file. Linear scaling has keys of the format; Llama 3's is a tensor with the divisor of each frequency,
 * and keys of Minnow's own say what it was computed from.
 */
final class RotaryKeys {
  static final String DIVISORS = "rope_freqs.weight";

  private static final String TYPE = "rope.scaling.type";
  private static final String FACTOR = "rope.scaling.factor";
  private static final String OWN = "minnow.rope.scaling.";
  private static final String OWN_FACTOR = OWN + "factor";
  private static final String OWN_LOW = OWN + "low_freq_factor";
  private static final String OWN_HIGH = OWN + "high_freq_factor";
  private static final String OWN_CONTEXT = OWN + "original_context_length";

  /** What all published Llama 3 models have. */
  private static final float LOW = 1;

  private static final float HIGH = 4;
  private static final int CONTEXT = 8192;

  /** Divisors are stored as F32 and computed in steps of F32. */
  private static final double TOLERANCE = 1e-4;

  private RotaryKeys() {}

  /**
   * The scaling that a file asks for.
   *
   * @throws CheckpointException naming the key or tensor that Minnow does not honour
   */
  static RotaryScaling scaling(GgufMetadata metadata, String prefix, double theta, int headWidth, Optional<float[]> divisors) {
    String type = metadata.text(prefix + TYPE).orElse("none");
    if (!type.equals("none") && !type.equals("linear")) {
      throw metadata.wrong(prefix + TYPE, "must be \"none\" or \"linear\" to be opened here, but it is " + Quotes.quote(type));
    }
    // ggml takes a factor without a type for a linear one.
    float factor = metadata.number(prefix + FACTOR).orElse(1f);
    boolean linear = factor != 1 && factor != 0 && !(type.equals("none") && metadata.has(prefix + TYPE));
    if (divisors.isEmpty()) {
      return linear ? new RotaryScaling.Linear(factor) : new RotaryScaling.None();
    }
    if (linear) {
      throw metadata.wrong(prefix + FACTOR, "is given beside the tensor \"" + DIVISORS + "\", and Minnow scales frequencies one way only");
    }
    return llama3(metadata, theta, headWidth, divisors.get());
  }

  private static RotaryScaling llama3(GgufMetadata metadata, double theta, int headWidth, float[] divisors) {
    // Before a table of so many is made, whose size is whatever the file claims.
    if (divisors.length != headWidth / 2) {
      throw metadata.wrong(DIVISORS, "has " + divisors.length + " frequencies, and not half of the head width of " + headWidth);
    }
    float largest = 1;
    for (float divisor : divisors) {
      largest = Math.max(largest, divisor);
    }
    RotaryScaling scaling =
        new RotaryScaling.Llama3(
            metadata.number(OWN_FACTOR).orElse(largest),
            metadata.number(OWN_LOW).orElse(LOW),
            metadata.number(OWN_HIGH).orElse(HIGH),
            metadata.wholeNumber(OWN_CONTEXT, 1).orElse(CONTEXT));
    float[] expected = divisors(new Positions.Rotary(theta, scaling), headWidth);
    boolean same = true;
    for (int i = 0; same && i < expected.length; i++) {
      same = Math.abs(divisors[i] / expected[i] - 1) < TOLERANCE;
    }
    if (!same) {
      throw metadata.wrong(DIVISORS, "is not the scaling of rotary frequencies that Llama 3 has, the only such tensor that Minnow honours");
    }
    return scaling;
  }

  /** The divisor of each of D/2 frequencies. */
  static float[] divisors(Positions.Rotary rotary, int headWidth) {
    float[] divisors = new float[headWidth / 2];
    for (int pair = 0; pair < divisors.length; pair++) {
      double plain = Math.pow(rotary.theta(), -2.0 * pair / headWidth);
      divisors[pair] = (float) (plain / rotary.scaling().scaled(plain));
    }
    return divisors;
  }

  static void write(RotaryScaling scaling, String prefix, GgufWriter writer) {
    switch (scaling) {
      case RotaryScaling.None none -> {
      }
      case RotaryScaling.Linear linear -> writer.put(prefix + TYPE, "linear").put(prefix + FACTOR, (float) linear.factor());
      case RotaryScaling.Llama3 llama -> writer
          .put(OWN_FACTOR, (float) llama.factor())
          .put(OWN_LOW, (float) llama.lowFrequencyFactor())
          .put(OWN_HIGH, (float) llama.highFrequencyFactor())
          .put(OWN_CONTEXT, llama.originalContext());
    }
  }
}
