package dev.minnow.cli;

import dev.minnow.kernel.meter.PhaseTimes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Where the time of a training step goes: the operations of its kernel, and all that is none. */
final class StepProfile {
  /** The column that a table can do without: most operations are called once for each layer. */
  private static final int CALLS = 1;

  private static final String OUTSIDE = "outside of kernels";

  /**
   * One part of a step.
   *
   * @param calls in a step; null where nothing is called
   * @param seconds in a step
   * @param operations multiplies and adds of matrices in a step; 0 of what does no such work
   */
  private record Part(String name, @Nullable Long calls, double seconds, double operations) {
    @Nullable
    Double gigaflops() {
      return operations == 0 ? null : operations / seconds / 1e9;
    }
  }

  private final List<Part> parts = new ArrayList<>();
  private final int steps;
  private final double stepSeconds;
  private final double peak;

  /**
   * The profile of some steps.
   *
   * @param phases of all of them
   * @param steps how many
   * @param seconds of all of them
   * @param peak GFLOP/s that the machine can reach; NaN where that cannot be measured
   */
  StepProfile(List<PhaseTimes.Phase> phases, int steps, double seconds, double peak) {
    this.steps = steps;
    this.stepSeconds = seconds / steps;
    this.peak = peak;
    double outside = stepSeconds;
    for (PhaseTimes.Phase phase : phases) {
      Part part = new Part(phase.operation(), phase.calls() / steps, phase.seconds() / steps, phase.operations() / steps);
      parts.add(part);
      outside -= part.seconds();
    }
    parts.add(new Part(OUTSIDE, null, outside, 0));
  }

  /**
   * The table for a person: milliseconds of a step, their share, and how near to its peak the machine comes; and of how many steps.
   *
   * @param columns of the terminal; calls go where there is no room
   */
  String text(int columns) {
    TextTable table = new TextTable().row("operation", "calls", "ms", "share", "GFLOP/s", Double.isNaN(peak) ? "" : "peak");
    for (Part part : parts) {
      Double gigaflops = part.gigaflops();
      table.row(
          part.name(),
          part.calls() == null ? "" : part.calls().toString(),
          number("%.2f", 1e3 * part.seconds()),
          number("%.1f %%", 100 * part.seconds() / stepSeconds),
          gigaflops == null ? "" : TextTable.number(gigaflops, 2),
          gigaflops == null || Double.isNaN(peak) ? "" : TextTable.number(100 * gigaflops / peak, 2) + " %");
    }
    return table.row("step, mean of " + steps, "", number("%.2f", 1e3 * stepSeconds)).fitting(columns, CALLS);
  }

  /** The same for a program. */
  List<JsonLine> json() {
    return parts.stream().map(this::json).toList();
  }

  private JsonLine json(Part part) {
    Double gigaflops = part.gigaflops();
    return new JsonLine()
        .put("operation", part.name())
        .put("calls", part.calls())
        .put("milliseconds", 1e3 * part.seconds())
        .put("share", part.seconds() / stepSeconds)
        .put("gflops", gigaflops)
        .put("share_of_peak", gigaflops == null ? null : gigaflops / peak);
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
