package dev.minnow.train;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.minnow.model.ParameterKind;
import dev.minnow.model.ParameterTable;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Factors on the learning rate for kinds of parameters, written {@code query=0.5,norms=2}: names are {@link ParameterKind#key}s, or those
 * of the groups {@code embeddings}, {@code matrices} and {@code norms}. Of two that name the same kind, the later counts.
 */
public final class LearningRateScale {
  private static final Map<String, Set<ParameterKind>> GROUPS =
      Map.of(
          "embeddings", Set.of(ParameterKind.TOKEN_EMBEDDING, ParameterKind.POSITION_EMBEDDING),
          "matrices",
          Set.of(
              ParameterKind.QUERY, ParameterKind.KEY, ParameterKind.VALUE, ParameterKind.ATTENTION_OUTPUT, ParameterKind.FEED_FORWARD),
          "norms", Set.of(ParameterKind.NORM_SCALE, ParameterKind.NORM_SHIFT));

  private final String text;
  private final Map<ParameterKind, Double> factors = new EnumMap<>(ParameterKind.class);
  private final Map<String, Set<ParameterKind>> named = new LinkedHashMap<>();

  private LearningRateScale(String text) {
    this.text = text;
    for (String entry : text.isEmpty() ? List.<String>of() : Arrays.asList(text.split(",", -1))) {
      int equals = entry.indexOf('=');
      if (equals < 0) {
        throw new IllegalArgumentException("--lr-scale is a list such as query=0.5,norms=2, and \"" + entry + "\" has no factor.");
      }
      String name = entry.substring(0, equals).strip();
      double factor = factor(entry.substring(equals + 1));
      Set<ParameterKind> kinds = kinds(name);
      if (named.put(name, kinds) != null) {
        throw new IllegalArgumentException("--lr-scale has \"" + name + "\" twice; leave out one of them.");
      }
      kinds.forEach(kind -> factors.put(kind, factor));
    }
  }

  /**
   * Reads what the command line takes; nothing between commas is no factor.
   *
   * @throws IllegalArgumentException for a name that is none, or a factor that is no number from 0
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static LearningRateScale of(String text) {
    return new LearningRateScale(text.strip());
  }

  private static Set<ParameterKind> kinds(String name) {
    if (GROUPS.containsKey(name)) {
      return GROUPS.get(name);
    }
    for (ParameterKind kind : ParameterKind.values()) {
      if (kind.key().equals(name)) {
        return Set.of(kind);
      }
    }
    String names =
        Stream.concat(GROUPS.keySet().stream().sorted(), Arrays.stream(ParameterKind.values()).map(ParameterKind::key))
            .collect(Collectors.joining(", "));
    throw new IllegalArgumentException("--lr-scale knows no kind of parameter \"" + name + "\"; choose of " + names + ".");
  }

  private static double factor(String text) {
    try {
      double factor = DecimalNumber.of(text.strip());
      if (factor >= 0 && Float.isFinite((float) factor)) {
        return factor;
      }
    } catch (NumberFormatException e) {
      throw refused(text, e);
    }
    throw refused(text, null);
  }

  private static IllegalArgumentException refused(String text, @Nullable NumberFormatException cause) {
    return new IllegalArgumentException("A factor of --lr-scale must be a number from 0, not \"" + text + "\".", cause);
  }

  /** The factor on the learning rate of parameters of a kind; 1 where none was given. */
  public float of(ParameterKind kind) {
    return factors.getOrDefault(kind, 1.0).floatValue();
  }

  /**
   * Checks that a model has parameters of each kind that is named; of a group it is enough to have some.
   *
   * @throws IllegalArgumentException if a factor would change nothing
   */
  public void requireKindsOf(ParameterTable table) {
    Set<ParameterKind> kinds = table.countByKind().keySet();
    List<String> lacking =
        named.entrySet().stream().filter(entry -> Collections.disjoint(entry.getValue(), kinds)).map(Map.Entry::getKey).toList();
    if (!lacking.isEmpty()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "--lr-scale names %s, and the kinds of parameters in this model are %s; start a run with these alone.",
              String.join(", ", lacking), kinds.stream().map(ParameterKind::key).collect(Collectors.joining(", "))));
    }
  }

  /** As it was written. */
  @JsonValue
  @Override
  public String toString() {
    return text;
  }
}
