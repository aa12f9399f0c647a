package dev.minnow.train;

import dev.minnow.checkpoint.EvaluatedStep;
import dev.minnow.model.ParameterKind;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Passes everything on to several listeners, in their order. */
public final class TrainingListeners implements TrainingListener {
  private final List<TrainingListener> listeners;

  public TrainingListeners(List<TrainingListener> listeners) {
    this.listeners = List.copyOf(listeners);
  }

  @Override
  public void working(String what, long done, long total) {
    listeners.forEach(listener -> listener.working(what, done, total));
  }

  @Override
  public void noticed(String sentence) {
    listeners.forEach(listener -> listener.noticed(sentence));
  }

  @Override
  public void started(RunSummary summary) {
    listeners.forEach(listener -> listener.started(summary));
  }

  @Override
  public void stepped(StepReport report) {
    listeners.forEach(listener -> listener.stepped(report));
  }

  @Override
  public void skipped(StepReport report) {
    listeners.forEach(listener -> listener.skipped(report));
  }

  @Override
  public void wentBack(long step, long to, double rateFactor) {
    listeners.forEach(listener -> listener.wentBack(step, to, rateFactor));
  }

  @Override
  public void measured(long step, Map<ParameterKind, KindMeasure> measures) {
    listeners.forEach(listener -> listener.measured(step, measures));
  }

  @Override
  public void evaluated(long step, Evaluation evaluation, boolean best) {
    listeners.forEach(listener -> listener.evaluated(step, evaluation, best));
  }

  @Override
  public void overfitted(EvaluatedStep evaluation, double bestValidationLoss, long bestStep) {
    listeners.forEach(listener -> listener.overfitted(evaluation, bestValidationLoss, bestStep));
  }

  @Override
  public void sampled(long step, String text) {
    listeners.forEach(listener -> listener.sampled(step, text));
  }

  @Override
  public void saved(long step, Path folder) {
    listeners.forEach(listener -> listener.saved(step, folder));
  }

  @Override
  public void ended(TrainingResult result) {
    listeners.forEach(listener -> listener.ended(result));
  }

  @Override
  public void failed(long step, String reason) {
    listeners.forEach(listener -> listener.failed(step, reason));
  }
}
