package dev.minnow.train.run;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minnow.checkpoint.EvaluatedStep;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.meter.PeakMeter;
import dev.minnow.model.ParameterKind;
import dev.minnow.model.ParameterTable;
import dev.minnow.model.TokenCost;
import dev.minnow.tokenizer.FileProblem;
import dev.minnow.train.Evaluation;
import dev.minnow.train.KindMeasure;
import dev.minnow.train.RunSummary;
import dev.minnow.train.StepReport;
import dev.minnow.train.TrainingListener;
import dev.minnow.train.TrainingResult;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * Appends one JSON object a line to {@code metrics.jsonl}, in a folder that is there, for everything that a run tells its listeners. The
 * file only grows.
 */
public final class MetricsLog implements TrainingListener {
  private static final JsonMapper JSON = new JsonMapper();

  private final Path file;
  private final Kernel kernel;

  /** Whether the file is known to end with a line. */
  private boolean endsWithLine;

  private boolean problemTold;

  /**
   * A log in a file.
   *
   * @param kernel that runs; what it can do at most is measured in a fraction of a second before the first step
   */
  public MetricsLog(Path file, Kernel kernel) {
    this.file = file;
    this.kernel = kernel;
  }

  @Override
  public void started(RunSummary summary) {
    ObjectNode line = line("start", summary.firstStep());
    line.put("steps", summary.options().steps());
    line.put("parameters", summary.parameters());
    line.put("flops_per_token", TokenCost.flopsPerTrainedToken(new ParameterTable(summary.config())));
    line.put("kernel", kernel.name());
    line.put("threads", kernel.threads());
    PeakMeter.gigaflopsAtAGlance(kernel).ifPresent(peak -> put(line, "peak_gigaflops", peak));
    append(line);
  }

  @Override
  public void stepped(StepReport report) {
    ObjectNode line = line("step", report.step());
    put(line, "loss", report.loss());
    put(line, "learning_rate", report.learningRate());
    put(line, "gradient_norm", report.gradientNorm());
    put(line, "tokens_per_second", report.tokens() / report.seconds());
    append(line);
  }

  @Override
  public void skipped(StepReport report) {
    ObjectNode line = line("skip", report.step()).put("reason", report.objection());
    put(line, "loss", report.loss());
    put(line, "gradient_norm", report.gradientNorm());
    append(line);
  }

  @Override
  public void wentBack(long step, long to, double rateFactor) {
    ObjectNode line = line("rollback", step).put("to", to);
    put(line, "learning_rate_factor", rateFactor);
    append(line);
  }

  @Override
  public void measured(long step, Map<ParameterKind, KindMeasure> measures) {
    ObjectNode line = line("measure", step);
    ObjectNode norms = line.putObject("gradient_norm");
    ObjectNode ratios = line.putObject("update_ratio");
    measures.forEach(
        (kind, measure) -> {
          put(norms, kind.key(), measure.gradientNorm());
          put(ratios, kind.key(), measure.updateRatio());
        });
    append(line);
  }

  @Override
  public void evaluated(long step, Evaluation evaluation, boolean best) {
    ObjectNode line = line("evaluation", step);
    put(line, "validation_loss", evaluation.loss());
    put(line, "bits_per_byte", evaluation.bitsPerByte());
    line.put("best", best);
    append(line);
  }

  @Override
  public void overfitted(EvaluatedStep evaluation, double bestValidationLoss, long bestStep) {
    ObjectNode line = line("overfit", evaluation.step());
    put(line, "training_loss_between_evaluations", evaluation.trainingLoss());
    put(line, "validation_loss", evaluation.validationLoss());
    put(line, "best_validation_loss", bestValidationLoss);
    line.put("best_step", bestStep);
    append(line);
  }

  @Override
  public void sampled(long step, String text) {
    append(line("sample", step).put("text", text));
  }

  @Override
  public void saved(long step, Path folder) {
    append(line("save", step));
  }

  @Override
  public void ended(TrainingResult result) {
    append(line("end", result.steps()).put("how", switch (result.end()) {
      case STEPS -> "finished";
      case PATIENCE -> "patience";
      case INTERRUPTED -> "stopped";
    }));
  }

  @Override
  public void failed(long step, String reason) {
    append(line("end", step).put("how", "failed").put("reason", reason));
  }

  private static ObjectNode line(String event, long step) {
    return JSON.createObjectNode().put("event", event).put("step", step);
  }

  /** JSON has no word for what is not finite. */
  private static void put(ObjectNode line, String name, double value) {
    if (Double.isFinite(value)) {
      line.put(name, value);
    } else {
      line.putNull(name);
    }
  }

  /**
   * A log that cannot be written must not end a training run: that is told once, and each line tries again, because a disk may have room
   * again, and a save makes a folder again that was removed.
   */
  private void append(ObjectNode line) {
    try {
      String begin = endsInsideLine() ? "\n" : "";
      byte[] bytes = (begin + JSON.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8);
      Files.write(file, bytes, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      endsWithLine = true;
    } catch (IOException e) {
      endsWithLine = false;
      if (!problemTold) {
        problemTold = true;
        System.getLogger(MetricsLog.class.getName())
            .log(
                System.Logger.Level.WARNING,
                "Metrics cannot be written to " + file + " (" + FileProblem.of(e)
                    + "); the run goes on and writes them again once it can.");
      }
    }
  }

  /** Whether a process that was killed, or a full disk, left half a line. */
  private boolean endsInsideLine() throws IOException {
    if (endsWithLine || !Files.exists(file) || Files.size(file) == 0) {
      return false;
    }
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      ByteBuffer last = ByteBuffer.allocate(1);
      channel.position(channel.size() - 1).read(last);
      return last.get(0) != '\n';
    }
  }
}
