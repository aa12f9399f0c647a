package dev.minnow.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object on one line: the result of a command under {@code --json}. What is absent is null; so is a number that is not finite,
 * which JSON cannot say.
 */
final class JsonLine {
  private static final JsonMapper JSON = new JsonMapper();

  private final Map<String, @Nullable Object> values = new LinkedHashMap<>();

  /**
   * Adds a key at the end.
   *
   * @param value a string, number, boolean, {@link JsonLine}, {@link JsonNode}, list of such, or null
   */
  JsonLine put(String key, @Nullable Object value) {
    values.put(key, value);
    return this;
  }

  /** Adds all keys of another object at the end. */
  JsonLine putAll(JsonLine other) {
    values.putAll(other.values);
    return this;
  }

  @Override
  public String toString() {
    return line(this);
  }

  /** A string in quotes, for a line of its own. */
  static String quoted(String text) {
    return line(text);
  }

  private static String line(Object value) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      write(json, value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    // JSON lets these stand as they are, but many readers end a line at them.
    return text.toString().replace("\u0085", "\\u0085").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029");
  }

  private static void write(JsonGenerator json, @Nullable Object value) throws IOException {
    switch (value) {
      case null -> json.writeNull();
      case String text -> json.writeString(text);
      case DoubleNode number -> writeFinite(json, number.doubleValue());
      case ArrayNode list -> write(json, list.valueStream().toList());
      case ObjectNode object -> {
        JsonLine line = new JsonLine();
        object.properties().forEach(entry -> line.put(entry.getKey(), entry.getValue()));
        write(json, line);
      }
      case JsonNode leaf -> JSON.writeTree(json, leaf);
      case Boolean flag -> json.writeBoolean(flag);
      case Float number -> writeFinite(json, number);
      case Double number -> writeFinite(json, number);
      case Number number -> json.writeNumber(number.longValue());
      case List<?> list -> {
        json.writeStartArray();
        for (Object element : list) {
          write(json, element);
        }
        json.writeEndArray();
      }
      case JsonLine object -> {
        json.writeStartObject();
        for (Map.Entry<String, @Nullable Object> entry : object.values.entrySet()) {
          json.writeFieldName(entry.getKey());
          write(json, entry.getValue());
        }
        json.writeEndObject();
      }
      default -> throw new IllegalArgumentException("JSON has no place for a " + value.getClass() + ".");
    }
  }

  private static void writeFinite(JsonGenerator json, Number number) throws IOException {
    if (!Double.isFinite(number.doubleValue())) {
      json.writeNull();
    } else if (number instanceof Float) {
      json.writeNumber(number.floatValue());
    } else {
      json.writeNumber(number.doubleValue());
    }
  }
}
