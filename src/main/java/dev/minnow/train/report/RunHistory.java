package dev.minnow.train.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minnow.train.TrainingLoss;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the events of {@code metrics.jsonl} say about a run, in bounded memory. */
final class RunHistory {
  private static final int MOST_SAMPLES = 48;

  /** Of one sample or event. */
  static final int LONGEST_TEXT = 2000;

  /** More kinds than any model has, so that a damaged log cannot grow the report. */
  private static final int MOST_CURVES = 100;

  private static final Map<String, List<String>> CURVES =
      Map.of(
          "step", List.of("loss", "learning_rate", "gradient_norm", "tokens_per_second"),
          "evaluation", List.of("validation_loss", "bits_per_byte"));

  /** Arithmetic done, as a share of what the machine could do in the time. */
  private static final String SHARE_OF_PEAK = "share_of_peak";

  private final Map<String, Curve> curves = new LinkedHashMap<>();
  private TrainingLoss trainingLoss = new TrainingLoss();

  /** As it was at the newest save: a run that goes back there, or goes on from there, has it again. */
  private TrainingLoss savedLoss = new TrainingLoss();
  private long savedStep;

  private final List<Note> samples = new ArrayList<>();
  private final Incidents incidents = new Incidents();

  /** That the run has come to; 0 before its first. */
  private long lastStep;

  /** That the run was to do, as it last began; 0 where its log does not say. */
  private long plannedSteps;

  /** How the run ended and why; empty where no end is logged, as while it goes on. */
  private String end = "";
  private String endReason = "";

  /** Tokens per second that the machine's peak would give; 0 where it is not known. A run may go on on another machine. */
  private double peakTokensPerSecond;

  /** Over all steps that were logged, those done again too: how many, and what a token took in each. */
  private long timedSteps;
  private double secondsPerToken;

  /** The same, over those steps for which the peak is known. */
  private double heldSecondsPerToken;
  private double secondsPerTokenAtPeak;

  private record Note(long step, String text) {}

  /** Takes in one event; false if it is none. */
  boolean accept(JsonNode event) {
    JsonNode step = event.path("step");
    String name = event.path("event").asText("");
    if (name.isEmpty() || !step.isIntegralNumber() || !step.canConvertToLong() || step.longValue() < 0) {
      return false;
    }
    switch (name) {
      case "start" -> started(step.longValue(), event);
      case "step" -> stepped(step.longValue(), event);
      case "evaluation" -> addCurves(name, step.longValue(), event);
      case "measure" -> measured(step.longValue(), event);
      case "sample" -> sampled(step.longValue(), event.path("text").asText(""));
      case "save" -> {
        savedLoss = trainingLoss.copy();
        savedStep = step.longValue();
      }
      case "skip" -> {
        lastStep = Math.max(lastStep, step.longValue());
        end = "";
        incidents.add(step.longValue(), name, event);
      }
      case "rollback" -> {
        goBackTo(Math.max(0, event.path("to").asLong(lastStep)));
        incidents.add(step.longValue(), name, event);
      }
      case "end" -> ended(step.longValue(), event);
      default -> incidents.add(step.longValue(), name, event);
    }
    return true;
  }

  /** A run that was resumed, or went back to a save, does steps again: what they were the first time counts no more. */
  private void goBackTo(long step) {
    if (step >= lastStep) {
      return;
    }
    lastStep = step;
    curves.values().forEach(curve -> curve.forgetFrom(step + 1));
    samples.removeIf(sample -> sample.step > step);
    if (step == savedStep) {
      trainingLoss = savedLoss.copy();
    } else {
      trainingLoss.forgetFrom(step + 1);
    }
  }

  private void stepped(long step, JsonNode event) {
    goBackTo(step - 1);
    lastStep = step;
    end = "";
    addCurves("step", step, event);
    double loss = event.path("loss").isNumber() ? event.path("loss").doubleValue() : Double.NaN;
    if (Double.isFinite(loss)) {
      trainingLoss.add(step, loss);
    }
    double tokensPerSecond = event.path("tokens_per_second").asDouble(0);
    if (tokensPerSecond > 0) {
      timed(step, tokensPerSecond);
    }
  }

  private void timed(long step, double tokensPerSecond) {
    timedSteps++;
    secondsPerToken += 1 / tokensPerSecond;
    if (peakTokensPerSecond > 0) {
      heldSecondsPerToken += 1 / tokensPerSecond;
      secondsPerTokenAtPeak += 1 / peakTokensPerSecond;
      curve(SHARE_OF_PEAK).ifPresent(curve -> curve.add(step, tokensPerSecond / peakTokensPerSecond));
    }
  }

  private void ended(long step, JsonNode event) {
    lastStep = step;
    end = shortened(event.path("how").asText("unknown"));
    endReason = shortened(event.path("reason").asText(""));
  }

  private void started(long step, JsonNode event) {
    goBackTo(step);
    end = "";
    plannedSteps = event.path("steps").asLong(0);
    double peak = event.path("peak_gigaflops").asDouble(0) * 1e9;
    double perToken = event.path("flops_per_token").asDouble(0);
    peakTokensPerSecond = peak > 0 && perToken > 0 ? peak / perToken : 0;
  }

  private void addCurves(String event, long step, JsonNode values) {
    for (String name : CURVES.getOrDefault(event, List.of())) {
      add(name, step, values.path(name));
    }
  }

  private void measured(long step, JsonNode event) {
    for (String measure : List.of("gradient_norm", "update_ratio")) {
      event.path(measure).properties().forEach(kind -> add(measure + "/" + kind.getKey(), step, kind.getValue()));
    }
  }

  private void add(String name, long step, JsonNode value) {
    if (value.isNumber()) {
      curve(shortened(name)).ifPresent(curve -> curve.add(step, value.doubleValue()));
    }
  }

  private Optional<Curve> curve(String name) {
    boolean room = curves.containsKey(name) || curves.size() < MOST_CURVES;
    return room ? Optional.of(curves.computeIfAbsent(name, key -> new Curve())) : Optional.empty();
  }

  /** Every second sample goes when there are too many; the first and the last stay. */
  private void sampled(long step, String text) {
    samples.add(new Note(step, shortened(text)));
    if (samples.size() > MOST_SAMPLES) {
      for (int i = samples.size() - 2; i > 0; i -= 2) {
        samples.remove(i);
      }
    }
  }

  /** Cut between characters, never inside a surrogate pair. */
  static String shortened(String text) {
    if (text.length() <= LONGEST_TEXT) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(LONGEST_TEXT - 1)) ? LONGEST_TEXT - 1 : LONGEST_TEXT;
    return text.substring(0, end) + "…";
  }

  /** Everything as the page reads it. */
  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("lastStep", lastStep);
    trainingLoss.mean().ifPresent(mean -> json.put("trainingLoss", Curve.rounded(mean)));
    json.put("trainingLossSteps", TrainingLoss.STEPS);
    if (timedSteps > 0) {
      json.put("tokensPerSecond", Curve.rounded(timedSteps / secondsPerToken));
    }
    if (heldSecondsPerToken > 0) {
      json.put("shareOfPeak", Curve.rounded(secondsPerTokenAtPeak / heldSecondsPerToken));
    }
    ObjectNode drawn = json.putObject("curves");
    curves.forEach((name, curve) -> drawn.set(name, curve.points()));
    ObjectNode smoothed = json.putObject("smoothed");
    curves.forEach(
        (name, curve) -> {
          if (name.equals(SHARE_OF_PEAK) || CURVES.getOrDefault("step", List.of()).contains(name)) {
            smoothed.set(name, curve.smoothed());
          }
        });
    ArrayNode told = json.putArray("samples");
    samples.forEach(sample -> told.addObject().put("step", sample.step).put("text", sample.text));
    incidents.put(json);
    if (plannedSteps > 0) {
      json.put("steps", plannedSteps);
    }
    if (!end.isEmpty()) {
      json.putObject("end").put("how", end).put("reason", endReason);
    }
    return json;
  }
}
