package dev.minnow.train;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalDouble;

/** What a run tells as its training loss, wherever it does: the mean loss of its latest steps, in nats per token. */
public final class TrainingLoss {
  /** Steps whose mean it is; fewer of a shorter run. */
  public static final int STEPS = 20;

  private final Deque<Step> latest = new ArrayDeque<>();

  private record Step(long number, double loss) {}

  /** The same as it is now. */
  public TrainingLoss copy() {
    TrainingLoss copy = new TrainingLoss();
    copy.latest.addAll(latest);
    return copy;
  }

  /** Takes in the loss of a later step than all before. */
  public void add(long step, double loss) {
    if (latest.size() == STEPS) {
      latest.removeFirst();
    }
    latest.addLast(new Step(step, loss));
  }

  /** Removes what a run that went back does again, from this step on. */
  public void forgetFrom(long step) {
    latest.removeIf(each -> each.number >= step);
  }

  /** The mean, if there was a step. */
  public OptionalDouble mean() {
    return latest.stream().mapToDouble(Step::loss).average();
  }

  /** The losses whose mean it is, in order. */
  public List<Double> latest() {
    return latest.stream().map(Step::loss).toList();
  }
}
