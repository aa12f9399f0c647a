package dev.minnow.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.List;

/**
 * What an evaluation of a run saw.
 *
 * @param step updates done
 * @param trainingLoss the mean since the evaluation before, in nats per token
 * @param validationLoss in nats per token
 */
public record EvaluatedStep(long step, double trainingLoss, double validationLoss) {
  private static final String KEY = "evaluations";

  /** Writes evaluations as lists of three numbers. */
  static ArrayNode toJson(List<EvaluatedStep> evaluations) {
    ArrayNode list = JsonFile.newObject().putArray(KEY);
    evaluations.forEach(each -> list.addArray().add(each.step).add(each.trainingLoss).add(each.validationLoss));
    return list;
  }

  /** Reads them; none from files without, which earlier versions wrote. */
  static List<EvaluatedStep> read(JsonFile json) {
    List<EvaluatedStep> evaluations = new ArrayList<>();
    JsonNode list = json.value(KEY);
    if (list == null) {
      return evaluations;
    }
    for (JsonNode each : list) {
      if (each.size() != 3 || !each.path(0).canConvertToLong() || !each.path(1).isNumber() || !each.path(2).isNumber()) {
        throw json.wrong(KEY, "must be a list of lists of a step and two losses");
      }
      evaluations.add(new EvaluatedStep(each.path(0).longValue(), each.path(1).doubleValue(), each.path(2).doubleValue()));
    }
    return evaluations;
  }
}
