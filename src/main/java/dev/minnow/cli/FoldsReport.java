package dev.minnow.cli;

import dev.minnow.checkpoint.CheckpointFolder;
import dev.minnow.train.Evaluation;
import dev.minnow.train.FoldedResult;
import dev.minnow.train.TrainingResult;
import dev.minnow.train.report.Report;
import dev.minnow.train.report.ReportException;
import dev.minnow.train.run.FoldedTraining;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Tells how cross-validation ended: each fold, and their mean and spread; and writes a report of all folds together. */
record FoldsReport(Console console, Path out, FoldedResult result) {
  void print(boolean json, JsonLine facts) {
    if (json) {
      console.println(json().putAll(facts).toString());
    }
    if (result.end() == TrainingResult.End.INTERRUPTED) {
      notice(json, "Go on with: " + ShellLine.of("train", "--resume", "--out", out.toString()));
      return;
    }
    if (!json) {
      console.println(table());
    }
    notice(json, drawn());
  }

  /** Draws the folds and says where; trainings that are done are no failure because they cannot be drawn. */
  private String drawn() {
    Path page = out.resolve(CheckpointFolder.REPORT);
    int folds = result.folds().size();
    int shown = Math.min(folds, Report.MOST_RUNS);
    try {
      new Report(IntStream.rangeClosed(1, shown).mapToObj(number -> FoldedTraining.fold(out, number)).toList()).write(page);
    } catch (ReportException e) {
      return String.valueOf(e.getMessage());
    }
    return (shown < folds ? "The first " + shown + " of " + folds : "All") + " folds are drawn in " + page;
  }

  private void notice(boolean json, String sentence) {
    if (json) {
      console.notice(sentence);
    } else {
      console.println(sentence);
    }
  }

  private String table() {
    StringBuilder table = new StringBuilder("fold  steps  training loss  validation loss  bits per byte\n");
    for (int i = 0; i < result.folds().size(); i++) {
      TrainingResult fold = result.folds().get(i);
      table.append(
          String.format(
              Locale.ROOT, "%4d %6d %14.4f %16s %14s%n", i + 1, fold.steps(), fold.trainLoss(),
              TextTable.decimals(fold.evaluation().map(Evaluation::loss).orElse(Double.NaN), 4),
              TextTable.decimals(fold.evaluation().map(Evaluation::bitsPerByte).orElse(Double.NaN), 4)));
    }
    OptionalDouble mean = result.mean(Evaluation::loss);
    if (mean.isPresent()) {
      table.append(
          String.format(
              Locale.ROOT, "mean validation loss %.4f, standard deviation %.4f, mean bits per byte %s", mean.getAsDouble(),
              result.deviation().orElse(0), TextTable.decimals(result.mean(Evaluation::bitsPerByte).orElseThrow(), 4)));
    }
    return table.toString().stripTrailing();
  }

  private JsonLine json() {
    List<JsonLine> folds = new ArrayList<>();
    for (int i = 0; i < result.folds().size(); i++) {
      TrainingResult fold = result.folds().get(i);
      folds.add(
          new JsonLine()
              .put("fold", i + 1)
              .put("steps", fold.steps())
              .put("train_loss", fold.trainLoss())
              .put("validation_loss", fold.evaluation().map(Evaluation::loss).orElse(null))
              .put("bits_per_byte", fold.evaluation().map(Evaluation::bitsPerByte).orElse(null))
              .put("best_validation_loss", fold.best().map(TrainingResult.Best::validationLoss).orElse(null))
              .put("best_step", fold.best().map(TrainingResult.Best::step).orElse(null))
              .put("checkpoint", FoldedTraining.fold(out, i + 1).toAbsolutePath().normalize().toString()));
    }
    return new JsonLine()
        .put("steps", result.folds().stream().mapToLong(TrainingResult::steps).sum())
        .put("tokens", result.folds().stream().mapToLong(TrainingResult::tokens).sum())
        .put("train_loss", result.folds().stream().mapToDouble(TrainingResult::trainLoss).average().orElse(Double.NaN))
        .put("validation_loss", nullable(result.mean(Evaluation::loss)))
        .put("validation_deviation", nullable(result.deviation()))
        .put("bits_per_byte", nullable(result.mean(Evaluation::bitsPerByte)))
        .put("folds", folds)
        .put("tokens_per_second", nullable(tokensPerSecond()));
  }

  /** The mean of the folds that did a step: those that a resumed run finds done have no rate. */
  private OptionalDouble tokensPerSecond() {
    return result.folds().stream().mapToDouble(TrainingResult::tokensPerSecond).filter(rate -> rate > 0).average();
  }

  private static @Nullable Double nullable(OptionalDouble value) {
    return value.isPresent() ? value.getAsDouble() : null;
  }
}
