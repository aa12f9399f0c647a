package dev.minnow.train.option;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minnow.corpus.Corpus;
import dev.minnow.corpus.WorkingFolder;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Values of options: as the command line says them, and as JSON. */
final class OptionValues {
  /** Options whose values are constants. */
  private static final Set<String> CHOICES =
      Set.of(OptionNames.RECIPE, OptionNames.ARCHITECTURE, OptionNames.ACTIVATION, OptionNames.SCHEDULE, OptionNames.INITIALIZATION,
          OptionNames.OPTIMIZER);

  private static final Set<String> FILES = Set.of(OptionNames.TOKENIZER, OptionNames.FROM);

  /** The last bits of what an option was computed from are nobody's choice. */
  private static final MathContext SHOWN_DIGITS = new MathContext(12);

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .build();

  private OptionValues() {}

  /**
   * A value as it is stored: words of the command line become the constants that they name, and files are named so that any working
   * folder finds them.
   *
   * @throws dev.minnow.corpus.CorpusException if the name of a corpus is empty
   */
  static JsonNode of(String name, Object value) {
    return JSON.valueToTree(switch (value) {
      case List<?> corpus when name.equals(OptionNames.CORPUS) ->
        corpus.stream().map(word -> Corpus.absolute(word.toString())).toList();
      case Path file when FILES.contains(name) -> absolute(file);
      case String file when FILES.contains(name) -> absolute(Path.of(file));
      case Path path -> path.toString();
      case List<?> list -> list.stream().map(Object::toString).toList();
      case String word when CHOICES.contains(name) -> word.toUpperCase(Locale.ROOT).replace('-', '_');
      default -> value;
    });
  }

  private static String absolute(Path file) {
    return WorkingFolder.current().absolute(file).toString();
  }

  /** Whether two values are the same, numbers of whatever type. */
  static boolean areSame(JsonNode a, JsonNode b) {
    return a.isNumber() && b.isNumber() ? a.doubleValue() == b.doubleValue() : a.equals(b);
  }

  /** A value as the command line takes it; empty for one that it does not. */
  static String word(String name, JsonNode value) {
    if (value.isNull() || value.isObject() || OptionNames.isOfOneFold(name)) {
      return "";
    }
    if (value.isArray()) {
      return value.valueStream().map(JsonNode::asText).collect(Collectors.joining(", "));
    }
    if (value.isFloatingPointNumber()) {
      BigDecimal shown = value.decimalValue().round(SHOWN_DIGITS).stripTrailingZeros();
      // Without zeros at its end 10 is 1E+1.
      return shown.precision() - shown.scale() <= SHOWN_DIGITS.getPrecision() ? shown.setScale(Math.max(0, shown.scale())).toString()
          : shown.toString();
    }
    return CHOICES.contains(name) ? value.asText().toLowerCase(Locale.ROOT).replace('_', '-') : value.asText();
  }

  /** The values that are set, by name, as the command line takes them. */
  static Map<String, String> words(ObjectNode values) {
    Map<String, String> words = new LinkedHashMap<>();
    values.properties().forEach(option -> {
      String word = word(option.getKey(), option.getValue());
      if (!word.isEmpty()) {
        words.put(option.getKey(), word);
      }
    });
    return Collections.unmodifiableMap(words);
  }

  /**
   * The options that an object has a place for.
   *
   * @throws IllegalArgumentException for a value out of range
   */
  static <T> T convert(ObjectNode values, Class<T> type) {
    try {
      return JSON.treeToValue(values, type);
    } catch (JsonProcessingException e) {
      if (e.getCause() instanceof IllegalArgumentException refused) {
        throw refused;
      }
      String name = e instanceof JsonMappingException at && !at.getPath().isEmpty() ? at.getPath().getFirst().getFieldName() : null;
      if (name == null || !values.has(name)) {
        throw new IllegalArgumentException("The options of the run are incomplete or damaged; start a new run.", e);
      }
      throw wrong(values, name, e);
    }
  }

  /**
   * The whole number that an option is.
   *
   * @throws IllegalArgumentException if it is none
   */
  static long whole(ObjectNode values, String name) {
    JsonNode value = values.path(name);
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw wrong(values, name, null);
    }
    return value.longValue();
  }

  private static IllegalArgumentException wrong(ObjectNode values, String name, @Nullable Exception cause) {
    return new IllegalArgumentException("--" + name + " cannot be " + values.path(name) + "; minnow help train says what it takes.", cause);
  }

  /**
   * The constant that an option names.
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  static <T extends Enum<T>> T choice(ObjectNode values, String name, Class<T> type) {
    try {
      return JSON.treeToValue(values.path(name), type);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "There is no " + name + " " + word(name, values.path(name)) + "; choose one of "
              + Stream.of(type.getEnumConstants()).map(Object::toString).collect(Collectors.joining(", ")) + ".",
          e);
    }
  }
}
