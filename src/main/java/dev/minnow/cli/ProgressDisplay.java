package dev.minnow.cli;

import dev.minnow.train.Evaluation;
import dev.minnow.train.RunSummary;
import dev.minnow.train.StepReport;
import dev.minnow.train.TrainingListener;
import java.nio.file.Path;
import java.util.Locale;
import org.jline.utils.Signals;
import org.jspecify.annotations.Nullable;

/** Shows a training run on stderr: one line that is rewritten on a terminal, a line now and then elsewhere. */
final class ProgressDisplay implements TrainingListener {
  private static final long TERMINAL_INTERVAL_NANOS = 100_000_000;
  private static final long LOG_INTERVAL_NANOS = 10_000_000_000L;

  /** Weight of the newest step in the shown loss, which would otherwise flicker. */
  private static final double SMOOTHING = 0.1;

  private final Console console;
  private final boolean terminal;
  private volatile int longestLine;
  private long lastNanos;
  private double loss = Double.NaN;
  private double secondsPerStep = Double.NaN;
  private @Nullable Evaluation evaluation;
  private long totalSteps;
  private String preparing = "";

  ProgressDisplay(Console console) {
    this(console, console.errorIsTerminal(), console.errorIsTerminal() ? TerminalWidth.columns() : TerminalWidth.USUAL);
    if (terminal) {
      Signals.register("WINCH", () -> resize(TerminalWidth.columns()));
    }
  }

  /** A display on a terminal of so many columns, or on none. */
  ProgressDisplay(Console console, boolean terminal, int columns) {
    this.console = console;
    this.terminal = terminal;
    this.longestLine = longestLine(columns);
  }

  /** A carriage return goes back to the start of the row alone, so a line that fills it could not be rewritten. */
  private static int longestLine(int columns) {
    return columns - 1;
  }

  /** The terminal has so many columns now: a line that it broke in two cannot be rewritten. */
  void resize(int columns) {
    longestLine = longestLine(columns);
    console.endLine();
  }

  @Override
  public void working(String what, long done, long total) {
    boolean isNew = !what.equals(preparing);
    if (terminal) {
      if (isNew) {
        console.endLine();
      }
      if (isNew || done == total && total > 0 || isDue(TERMINAL_INTERVAL_NANOS)) {
        rewrite(total > 0 ? String.format(Locale.ROOT, "%s %d %%", what, 100 * done / total) : what);
      }
    } else if (isNew) {
      console.notice(what);
    }
    preparing = what;
  }

  @Override
  public void noticed(String sentence) {
    console.note(sentence);
  }

  @Override
  public void started(RunSummary summary) {
    totalSteps = summary.options().steps();
    console.notice(
        String.format(
            Locale.ROOT,
            "%,d parameters: %d layers, %d heads, %d wide, context %d, vocabulary %d; %,d tokens to train on, %,d held out; %,d steps of "
                + "%,d tokens",
            summary.parameters(),
            summary.config().layerCount(),
            summary.config().headCount(),
            summary.config().width(),
            summary.config().contextLength(),
            summary.config().vocabularySize(),
            summary.trainingTokens(),
            summary.heldOutTokens(),
            totalSteps,
            summary.options().windowsPerStep() * summary.config().contextLength()));
  }

  @Override
  public void stepped(StepReport report) {
    loss = smooth(loss, report.loss());
    secondsPerStep = smooth(secondsPerStep, report.seconds());
    if (isDue(terminal ? TERMINAL_INTERVAL_NANOS : LOG_INTERVAL_NANOS) || report.step() == totalSteps) {
      show(report);
    }
  }

  @Override
  public void skipped(StepReport report) {
    noticed("step " + report.step() + " was skipped: " + report.objection() + ".");
  }

  @Override
  public void wentBack(long step, long to, double rateFactor) {
    loss = Double.NaN;
    String where = to == 0 ? "the beginning" : "the save of step " + to;
    noticed("training did not hold at step " + step + "; it goes on from " + where + " with " + rateFactor + " of the learning rate.");
  }

  private void show(StepReport report) {
    Evaluation latest = evaluation;
    String line =
        String.format(
            Locale.ROOT,
            // A narrow terminal shows its beginning.
            "step %d/%d  loss %.4f  %s left%s  %,.0f tokens/s  lr %.2e  norm %.2f",
            report.step(),
            totalSteps,
            loss,
            duration((totalSteps - report.step()) * secondsPerStep),
            latest == null ? "" : String.format(Locale.ROOT, "  validation %.4f", latest.loss()),
            report.tokens() / secondsPerStep,
            report.learningRate(),
            report.gradientNorm());
    if (terminal) {
      rewrite(line);
    } else {
      console.notice(line);
    }
  }

  @Override
  public void evaluated(long step, Evaluation latest, boolean best) {
    evaluation = latest;
    console.notice(
        String.format(
            Locale.ROOT,
            "step %d  validation loss %.4f nats, %s bits per byte%s",
            step,
            latest.loss(),
            TextTable.decimals(latest.bitsPerByte(), 4),
            best ? " (best)" : ""));
  }

  @Override
  public void sampled(long step, String text) {
    console.notice("--- sample at step " + step + " ---\n" + text.strip() + "\n---");
  }

  @Override
  public void saved(long step, Path folder) {
    console.notice("saved step " + step + " to " + folder);
  }

  /** A stop was requested, on another thread. */
  void stopping() {
    console.notice("stopping after this step, then saving; Ctrl-C again ends at once, without a save");
  }

  private void rewrite(String wholeLine) {
    console.rewrite(wholeLine.substring(0, Math.min(wholeLine.length(), longestLine)));
  }

  private boolean isDue(long intervalNanos) {
    long now = System.nanoTime();
    if (now - lastNanos < intervalNanos) {
      return false;
    }
    lastNanos = now;
    return true;
  }

  private static double smooth(double shown, double latest) {
    return Double.isNaN(shown) ? latest : shown + SMOOTHING * (latest - shown);
  }

  private static String duration(double seconds) {
    long whole = Math.round(seconds);
    if (whole < 60) {
      return whole + " s";
    }
    return whole < 3600 ? String.format(Locale.ROOT, "%d:%02d min", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%d:%02d h", whole / 3600, whole / 60 % 60);
  }
}
