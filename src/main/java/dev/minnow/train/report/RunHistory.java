package dev.minnow.train.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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

  private final Map<String, Curve> curves = new LinkedHashMap<>();
  private final List<Note> samples = new ArrayList<>();
  private final List<Note> incidents = new ArrayList<>();
  private long lastStep;
  private long moreIncidents;

  private record Note(long step, String text) {}

  /** Takes in one event; false if it is none. */
  boolean accept(JsonNode event) {
    JsonNode step = event.path("step");
    String name = event.path("event").asText("");
    if (name.isEmpty() || !step.isIntegralNumber() || !step.canConvertToLong() || step.longValue() < 0) {
      return false;
    }
    switch (name) {
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
    if (value.isNumber() && (curves.containsKey(name) || curves.size() < MOST_CURVES)) {
      curves.computeIfAbsent(shortened(name), key -> new Curve()).add(step, value.doubleValue());
    }
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
    StringBuilder text = new StringBuilder(name);
    for (Map.Entry<String, JsonNode> field : event.properties()) {
      if (!field.getKey().equals("event") && !field.getKey().equals("step") && text.length() < LONGEST_TEXT) {
        String value = field.getValue().isValueNode() ? field.getValue().asText() : field.getValue().toString();
        text.append(", ").append(field.getKey()).append(' ').append(value);
      }
    }
    incidents.add(new Note(step, shortened(text.toString())));
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
          if (CURVES.getOrDefault("step", List.of()).contains(name)) {
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
