package dev.minnow.cli;

import dev.minnow.train.run.RunLength;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How long a run is, said in one of three ways. */
final class LengthOptions extends OptionGroup {
  @Option(names = "--steps", description = "Updates in all, those before a resume included (2000).")
  @Nullable
  Long steps;

  @Option(names = "--minutes", description = "Choose the number of steps to take about this long.")
  @Nullable
  Double minutes;

  @Option(names = "--epochs", description = "Choose the number of steps to read the corpus this often.")
  @Nullable
  Double epochs;

  /** How long to train where --steps does not say it. */
  RunLength get() {
    if (Stream.of(steps, minutes, epochs).filter(Objects::nonNull).count() > 1) {
      throw new IllegalArgumentException("--steps, --minutes and --epochs each say how long to train; give one of them.");
    }
    return new RunLength(optional(minutes), optional(epochs));
  }

  private static OptionalDouble optional(@Nullable Double value) {
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }
}
