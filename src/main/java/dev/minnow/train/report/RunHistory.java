package dev.minnow.train.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the events of {@code metrics.jsonl} say about a run, in bounded memory. */
final class RunHistory {
  private static final int MOST_SAMPLES = 48;
  private static final int MOST_INCIDENTS = 200;
  private static final int LONGEST_TEXT = 2000;

  /** More kinds than any model has, so that a damaged log cannot grow the report. */
  private static final int MOST_CURVES = 100;

  private static final Map<String, List<String>> CURVES =
      Map.of(
          "step", List.of("loss", "learning_rate", "gradient_norm", "tokens_per_second"),
          "evaluation", List.of("validation_loss", "bits_per_byte"));

  /** What events that training writes mean; others are shown by their names. */
  private static final Map<String, String> INCIDENTS =
      Map.of(
          "skip", "step skipped", "rollback", "back to an earlier save", "overfit",
          "training and validation part ways");

  /** Arithmetic done, as a share of what the machine could do in the time. */
  private static final String SHARE_OF_PEAK = "share_of_peak";

  private final Map<String, Curve> curves = new LinkedHashMap<>();
  private final List<Note> samples = new ArrayList<>();
  private final List<Note> incidents = new ArrayList<>();
  private long lastStep;
  private long moreIncidents;

  /** Tokens per second that the machine's peak would give; 0 where it is not known. A run may go on on another machine. */
  private double peakTokensPerSecond;

  private record Note(long step, String text) {}

  /** Takes in one event; false if it is none. */
  boolean accept(JsonNode event) {
    JsonNode step = event.path("step");
    String name = event.path("event").asText("");
    if (name.isEmpty() || !step.isIntegralNumber() || !step.canConvertToLong() || step.longValue() < 0) {
      return false;
    }
    switch (name) {
      case "start" -> started(event);
      case "step" -> stepped(step.longValue(), event);
      case "evaluation" -> addCurves(name, step.longValue(), event);
      case "measure" -> measured(step.longValue(), event);
      case "sample" -> sampled(step.longValue(), event.path("text").asText(""));
      case "save" -> {
      }
      default -> incident(step.longValue(), name, event);
    }
    return true;
  }

  /** A run that was resumed, or went back to a save, does steps again: what they were the first time counts no more. */
  private void stepped(long step, JsonNode event) {
    if (step <= lastStep) {
      curves.values().forEach(curve -> curve.forgetFrom(step));
      samples.removeIf(sample -> sample.step >= step);
    }
    lastStep = step;
    addCurves("step", step, event);
    if (peakTokensPerSecond > 0 && event.path("tokens_per_second").isNumber()) {
      curve(SHARE_OF_PEAK).ifPresent(curve -> curve.add(step, event.path("tokens_per_second").doubleValue() / peakTokensPerSecond));
    }
  }

  private void started(JsonNode event) {
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

  private void incident(long step, String name, JsonNode event) {
    if (incidents.size() == MOST_INCIDENTS) {
      moreIncidents++;
      return;
    }
    StringBuilder text = new StringBuilder(INCIDENTS.getOrDefault(name, words(name)));
    String separator = ": ";
    for (Map.Entry<String, JsonNode> field : event.properties()) {
      boolean told = field.getKey().equals("event") || field.getKey().equals("step") || field.getValue().isNull();
      if (!told && text.length() < LONGEST_TEXT) {
        text.append(separator).append(words(field.getKey())).append(' ').append(value(field.getValue()));
        separator = ", ";
      }
    }
    incidents.add(new Note(step, shortened(text.toString())));
  }

  private static String value(JsonNode value) {
    if (value.isFloatingPointNumber() && Double.isFinite(value.doubleValue())) {
      return String.valueOf(Curve.rounded(value.doubleValue())).replace("E", "e");
    }
    return value.isValueNode() ? value.asText() : value.toString();
  }

  private static String words(String key) {
    return key.replace('_', ' ');
  }

  /** Cut between characters, never inside a surrogate pair. */
  private static String shortened(String text) {
    if (text.length() <= LONGEST_TEXT) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(LONGEST_TEXT - 1)) ? LONGEST_TEXT - 1 : LONGEST_TEXT;
    return text.substring(0, end) + "…";
  }

  /** The last step that the log tells of; 0 before the first. */
  long lastStep() {
    return lastStep;
  }

  /** Everything as the page reads it. */
  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("lastStep", lastStep);
    ObjectNode drawn = json.putObject("curves");
    curves.forEach((name, curve) -> drawn.set(name, curve.points()));
    ObjectNode smoothed = json.putObject("smoothed");
    curves.forEach(
        (name, curve) -> {
          if (name.equals(SHARE_OF_PEAK) || CURVES.getOrDefault("step", List.of()).contains(name)) {
            smoothed.set(name, curve.smoothed());
          }
        });
    putNotes(json.putArray("samples"), samples);
    putNotes(json.putArray("incidents"), incidents);
    json.put("moreIncidents", moreIncidents);
    return json;
  }

  private static void putNotes(ArrayNode array, List<Note> notes) {
    notes.forEach(note -> array.addObject().put("step", note.step).put("text", note.text));
  }
}
