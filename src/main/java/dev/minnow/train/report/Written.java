package dev.minnow.train.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.Collectors;

/** Values as a person writes them. */
final class Written {
  private static final int MOST_LISTED = 12;

  private Written() {}

  /** A value of JSON: a number without the last bits of what it was computed from, and of an array the first elements. */
  static String value(JsonNode value) {
    if (value.isFloatingPointNumber() && Double.isFinite(value.doubleValue())) {
      return number(value.doubleValue());
    }
    if (value.isArray()) {
      String shown = value.valueStream().limit(MOST_LISTED).map(Written::value).collect(Collectors.joining(", "));
      return shown + (value.size() > MOST_LISTED ? " and " + (value.size() - MOST_LISTED) + " more" : "");
    }
    return value.isValueNode() ? value.asText() : value.toString();
  }

  /** A number with as many digits as a chart shows: 1e-8, 0.5 and 10. */
  static String number(double value) {
    return String.valueOf(Curve.rounded(value)).replaceFirst("\\.0(?=E|$)", "").replace('E', 'e');
  }
}
