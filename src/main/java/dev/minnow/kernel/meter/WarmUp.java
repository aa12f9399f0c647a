package dev.minnow.kernel.meter;

/** Waits for the compiler before something is measured. */
final class WarmUp {
  /** When to stop waiting; on a busy machine compiled code may be two seconds late. */
  private static final long PATIENCE_NANOS = 10_000_000_000L;

  private WarmUp() {}

  /** Calls until a call is as fast as compiled code; false if that does not come in time. */
  static boolean untilCompiled(Runnable call, long compiledNanos) {
    long begin = System.nanoTime();
    long end = begin;
    long nanos;
    do {
      call.run();
      long now = System.nanoTime();
      nanos = now - end;
      end = now;
    } while (nanos > compiledNanos && end - begin < PATIENCE_NANOS);
    return nanos <= compiledNanos;
  }
}
