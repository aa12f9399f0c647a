package dev.minnow.train.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The events of a run that are no numbers of a step, in words and in bounded memory. */
final class Incidents {
  private static final int MOST = 200;

  /** What events that training writes mean; others are shown by their names. */
  private static final Map<String, String> KINDS =
      Map.of("skip", "step skipped", "rollback", "back to an earlier step", "overfit", "training and validation part ways");

  /** Fields that stand in an event's words, or beside them. */
  private static final Map<String, Set<String>> TOLD =
      Map.of("skip", Set.of("event", "step", "reason"), "rollback", Set.of("event", "step", "to"));

  private static final Set<String> TOLD_OF_ALL = Set.of("event", "step");

  private final List<Incident> incidents = new ArrayList<>();
  private long more;

  private record Incident(long step, String kind, String text) {}

  /** Takes in one. */
  void add(long step, String name, JsonNode event) {
    if (incidents.size() == MOST) {
      more++;
      return;
    }
    String kind = RunHistory.shortened(KINDS.getOrDefault(name, words(name)));
    StringBuilder text = new StringBuilder(begin(name, kind, event));
    String separator = text.indexOf(": ") < 0 ? ": " : "; ";
    for (Map.Entry<String, JsonNode> field : event.properties()) {
      boolean told = TOLD.getOrDefault(name, TOLD_OF_ALL).contains(field.getKey()) || field.getValue().isNull();
      if (!told && text.length() < RunHistory.LONGEST_TEXT) {
        text.append(separator).append(words(field.getKey())).append(' ').append(Written.value(field.getValue()));
        separator = ", ";
      }
    }
    incidents.add(new Incident(step, kind, RunHistory.shortened(text.toString())));
  }

  private static String begin(String name, String kind, JsonNode event) {
    String reason = event.path("reason").asText("");
    if (name.equals("skip") && !reason.isEmpty()) {
      return kind + ": " + reason;
    }
    if (name.equals("rollback") && event.path("to").isIntegralNumber()) {
      long to = event.path("to").longValue();
      return to == 0 ? "back to the beginning" : "back to step " + to;
    }
    return kind;
  }

  private static String words(String key) {
    return key.replace('_', ' ');
  }

  /** Adds {@code incidents}, and how many there are besides. */
  void put(ObjectNode json) {
    ArrayNode array = json.putArray("incidents");
    incidents.forEach(
        incident -> array.addObject().put("step", incident.step).put("kind", incident.kind).put("text", incident.text));
    json.put("moreIncidents", more);
  }
}
