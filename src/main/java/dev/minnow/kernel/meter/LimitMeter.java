package dev.minnow.kernel.meter;

import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.lane.VectorSupport;
import org.jspecify.annotations.Nullable;

/**
 * Does rounds of work that wait for one of this machine's limits and for nothing else, so that a rate can be held against it. What other
 * programs leave of the machine changes from moment to moment: both are measured by turns.
 */
public sealed interface LimitMeter extends AutoCloseable permits PeakMeter, StreamMeter {
  /**
   * Multiplies and adds, in the unit that this kernel multiplies matrices with, by as many threads; null where there are no vectors, which
   * a warning in the system's log says.
   */
  static @Nullable LimitMeter ofOperations(Kernel kernel) {
    return canMeasure() ? new PeakMeter(kernel) : null;
  }

  /** Reads of memory by as many threads as this kernel has; null where there are no vectors, which a warning in the system's log says. */
  static @Nullable LimitMeter ofReads(Kernel kernel) {
    return canMeasure() ? new StreamMeter(kernel) : null;
  }

  private static boolean canMeasure() {
    VectorSupport.warn("What this machine can do at most cannot be measured");
    return VectorSupport.obstacle() == null;
  }

  /** Operations, or bytes, of one round. */
  double work();

  /** Does one round. */
  void run();

  /** Stops the threads and frees what they work on. */
  @Override
  void close();
}
