package dev.minnow.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * How counts of parameters come about, in letters: V vocabulary, T context, C width, L layers, H heads, G heads of keys and values, D head
 * width, F feed-forward width. Letters side by side are multiplied, as in {@code (H + 2G)D}.
 */
public final class ParameterFormula {
  private static final String TIMES = " x ";

  private ParameterFormula() {}

  /** The dimensions of one parameter, such as {@code V x C}. */
  public static String of(ParameterTable table, int index) {
    return String.join(TIMES, letters(table, index));
  }

  /** The count of several parameters together, such as {@code L x 2C + C}: what each layer has, times the layers, and the rest. */
  public static String of(ParameterTable table, List<Integer> indices) {
    Map<Integer, Map<String, Integer>> layers = new TreeMap<>();
    Map<String, Integer> others = new LinkedHashMap<>();
    for (int index : indices) {
      OptionalInt layer = table.layerOf(index);
      Map<String, Integer> sum = layer.isPresent() ? layers.computeIfAbsent(layer.getAsInt(), key -> new LinkedHashMap<>()) : others;
      // A matrix and one of its dimensions the other way round count the same.
      sum.merge(String.join(TIMES, letters(table, index).stream().sorted(ParameterFormula::longestFirst).toList()), 1, Integer::sum);
    }
    List<String> parts = new ArrayList<>();
    if (layers.size() > 1 && layers.values().stream().distinct().count() == 1) {
      String each = sum(layers.values().iterator().next());
      String times = layers.size() == table.config().layerCount() ? "L" : String.valueOf(layers.size());
      parts.add(times + TIMES + (each.contains(" + ") ? "(" + each + ")" : each));
    } else {
      layers.values().forEach(layer -> layer.forEach((term, count) -> others.merge(term, count, Integer::sum)));
    }
    if (!others.isEmpty()) {
      parts.add(sum(others));
    }
    return String.join(" + ", parts);
  }

  private static int longestFirst(String a, String b) {
    return a.length() == b.length() ? b.compareTo(a) : b.length() - a.length();
  }

  private static String sum(Map<String, Integer> terms) {
    return String.join(" + ",
        terms.entrySet().stream().map(term -> (term.getValue() == 1 ? "" : term.getValue()) + term.getKey()).toList());
  }

  /** The dimensions of a parameter in letters. */
  private static List<String> letters(ParameterTable table, int index) {
    if (table.layerOf(index).isPresent()) {
      return letters(table.placeOf(index));
    }
    return switch (table.parameters().get(index).kind()) {
      case TOKEN_EMBEDDING, HEAD -> List.of("V", "C");
      case POSITION_EMBEDDING -> List.of("T", "C");
      default -> List.of("C");
    };
  }

  private static List<String> letters(ParameterTable.Layer place) {
    return switch (place) {
      case NORM_1_SCALE, NORM_1_SHIFT, NORM_2_SCALE, NORM_2_SHIFT, ATTENTION_OUTPUT_BIAS, FEED_FORWARD_OUT_BIAS -> List.of("C");
      case QUERY -> List.of("HD", "C");
      case KEY, VALUE -> List.of("GD", "C");
      case QUERY_BIAS -> List.of("HD");
      case KEY_BIAS, VALUE_BIAS -> List.of("GD");
      case ATTENTION_OUTPUT -> List.of("C", "HD");
      case FEED_FORWARD_GATE, FEED_FORWARD_IN -> List.of("F", "C");
      case FEED_FORWARD_IN_BIAS -> List.of("F");
      case FEED_FORWARD_OUT -> List.of("C", "F");
    };
  }
}
