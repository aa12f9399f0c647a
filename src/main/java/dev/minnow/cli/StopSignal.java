package dev.minnow.cli;

import dev.minnow.train.RunSummary;
import dev.minnow.train.TrainingListener;
import java.util.concurrent.CountDownLatch;
import org.jline.utils.Signals;

/**
 * Turns Ctrl-C (SIGINT) and SIGTERM into a request to stop: the virtual machine's shutdown waits until the training run has saved. Before
 * training begins there is nothing to save, and the process ends at once, as it does at another Ctrl-C a while later: a program around this
 * one may pass on a Ctrl-C that the terminal has sent already. The exit code is the virtual machine's, 130 or 143.
 */
final class StopSignal implements TrainingListener, AutoCloseable {
  /** Interrupts within so many nanoseconds are one. */
  private static final long ONE_WISH = 500_000_000;

  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stop, "stop signal");
  private final Runnable onRequest;
  private volatile boolean training;
  private volatile boolean requested;

  /**
   * Listens from now on.
   *
   * @param onRequest run when a stop is requested while training
   */
  StopSignal(Runnable onRequest) {
    this.onRequest = onRequest;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  @Override
  public void started(RunSummary summary) {
    training = true;
  }

  /** Whether the run should save and end. */
  boolean requested() {
    return requested;
  }

  private void stop() {
    if (!training) {
      return;
    }
    requested = true;
    // A virtual machine that shuts down takes no more notice of signals by itself.
    long first = System.nanoTime();
    Signals.register("INT", () -> {
      if (System.nanoTime() - first > ONE_WISH) {
        Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
      }
    });
    onRequest.run();
    boolean interrupted = false;
    while (true) {
      try {
        ended.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** The run has ended: a shutdown in progress goes on. */
  @Override
  public void close() {
    ended.countDown();
    if (!requested) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // A signal came just now; the hook finds the run ended.
        requested = true;
      }
    }
  }
}
