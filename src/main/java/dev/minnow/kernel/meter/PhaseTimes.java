package dev.minnow.kernel.meter;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What operations took, by their names. One caller at a time. */
public final class PhaseTimes {
  /**
   * What calls of one kind took.
   *
   * @param operation with its shape where it multiplies matrices
   * @param calls of it
   * @param seconds of all calls
   * @param operations multiplies and adds of matrices in all calls; of attention, those that causality asks for
   */
  public record Phase(String operation, long calls, double seconds, double operations) {
    private Phase add(double moreSeconds, double moreOperations) {
      return new Phase(operation, calls + 1, seconds + moreSeconds, operations + moreOperations);
    }
  }

  private final Map<String, Phase> phases = new LinkedHashMap<>();
  private boolean paused;

  /** What was measured since the start or since {@link #reset}, the longest first. */
  public List<Phase> phases() {
    List<Phase> sorted = new ArrayList<>(phases.values());
    sorted.sort(Comparator.comparingDouble(Phase::seconds).reversed());
    return sorted;
  }

  /** Forgets what was measured. */
  public void reset() {
    phases.clear();
  }

  /** From now on nothing is measured, which costs nothing. */
  public void pause() {
    paused = true;
  }

  /** From now on operations are measured again. */
  public void resume() {
    paused = false;
  }

  boolean isPaused() {
    return paused;
  }

  /** Calls an operation and, unless paused, measures it. */
  void measure(String operation, double operations, Runnable call) {
    if (paused) {
      call.run();
      return;
    }
    long start = System.nanoTime();
    call.run();
    double seconds = (System.nanoTime() - start) / 1e9;
    phases.merge(operation, new Phase(operation, 1, seconds, operations), (before, one) -> before.add(seconds, operations));
  }
}
