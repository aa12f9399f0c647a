package dev.minnow.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * Training losses that a run has seen and whose means it will tell, in nats per token.
 *
 * @param latest those of the latest steps, in order
 * @param sumSinceEvaluation of those since the last evaluation
 * @param stepsSinceEvaluation how many these are
 */
public record SeenLosses(List<Double> latest, double sumSinceEvaluation, long stepsSinceEvaluation) {
  /** Of a run that begins. */
  public static final SeenLosses NONE = new SeenLosses(List.of(), 0, 0);

  private static final String KEY = "losses";
  private static final String LATEST = "latest";
  private static final String SUM = "sum_since_evaluation";
  private static final String STEPS = "steps_since_evaluation";

  public SeenLosses {
    latest = List.copyOf(latest);
    if (!Double.isFinite(sumSinceEvaluation) || !latest.stream().allMatch(Double::isFinite)) {
      throw new IllegalArgumentException("Losses that were seen are finite, not " + latest + " with a sum of " + sumSinceEvaluation + ".");
    }
    if (stepsSinceEvaluation < 0) {
      throw new IllegalArgumentException("There cannot be " + stepsSinceEvaluation + " steps since an evaluation.");
    }
  }

  void putInto(ObjectNode json) {
    ObjectNode losses = json.putObject(KEY);
    losses.set(LATEST, losses.arrayNode().addAll(latest.stream().map(losses::numberNode).toList()));
    losses.put(SUM, sumSinceEvaluation).put(STEPS, stepsSinceEvaluation);
  }

  /** Reads them; none from files without, which earlier versions wrote. */
  static SeenLosses read(JsonFile json) {
    if (json.value(KEY) == null) {
      return NONE;
    }
    JsonFile losses = json.inner(KEY);
    return new SeenLosses(latest(losses), losses.number(SUM, 0), losses.naturalNumber(STEPS));
  }

  private static List<Double> latest(JsonFile losses) {
    JsonNode list = losses.value(LATEST);
    if (list == null || !list.isArray() || !list.valueStream().allMatch(each -> each.isNumber() && Double.isFinite(each.doubleValue()))) {
      throw losses.wrong(LATEST, "must be a list of numbers");
    }
    return list.valueStream().map(JsonNode::doubleValue).toList();
  }
}
