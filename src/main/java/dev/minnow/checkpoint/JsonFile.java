package dev.minnow.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minnow.tokenizer.FileProblem;
import dev.minnow.tokenizer.JsonProblem;
import dev.minnow.tokenizer.unicode.Quotes;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A JSON file with one object, and its values by type: every problem is an error that names the file and the key. */
final class JsonFile {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private final Path path;
  private final ObjectNode object;

  private JsonFile(Path path, ObjectNode object) {
    this.path = path;
    this.object = object;
  }

  /** Reads a file of up to 1 MiB. */
  static JsonFile read(Path path) {
    return read(path, 1);
  }

  /**
   * Reads a file.
   *
   * @param largest size that is read, in MiB
   * @throws CheckpointException if there is none, it is larger, or it does not hold one JSON object in UTF-8
   */
  static JsonFile read(Path path, int largest) {
    try {
      if (Files.size(path) > (long) largest << 20) {
        throw new CheckpointException(
            path + " is larger than " + largest + " MiB and no " + path.getFileName() + "; copy or make it again.");
      }
      // Decoded here because Jackson would also accept UTF-16 and UTF-32.
      JsonNode node = MAPPER.readTree(Files.readString(path, StandardCharsets.UTF_8));
      if (node instanceof ObjectNode object) {
        return new JsonFile(path, object);
      }
      throw new CheckpointException(path + " does not hold a JSON object; copy or make it again.");
    } catch (JsonProcessingException e) {
      throw new CheckpointException(
          path + " is not valid JSON" + JsonProblem.place(e) + " (" + JsonProblem.of(e) + "); copy or make it again.", e);
    } catch (CharacterCodingException e) {
      throw new CheckpointException(path + " is not UTF-8; copy or make it again.", e);
    } catch (IOException e) {
      throw new CheckpointException(path + " cannot be read: " + FileProblem.of(e) + "; give the path of a model folder.", e);
    }
  }

  static ObjectNode newObject() {
    return MAPPER.createObjectNode();
  }

  static byte[] bytes(ObjectNode object) {
    try {
      return (MAPPER.writeValueAsString(object) + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new AssertionError("A tree of JSON nodes can always be written.", e);
    }
  }

  Path path() {
    return path;
  }

  /** The value under a key, or null where it is absent or JSON's null. */
  @Nullable
  JsonNode value(String key) {
    JsonNode node = object.get(key);
    return node == null || node.isNull() ? null : node;
  }

  /** All keys with their values, in the file's order. */
  Set<Map.Entry<String, JsonNode>> properties() {
    return object.properties();
  }

  int count(String key) {
    JsonNode node = value(key);
    if (node == null || !node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < 1) {
      throw wrong(key, "must be a whole number from 1 to 2147483647");
    }
    return node.intValue();
  }

  long wholeNumber(String key) {
    JsonNode node = value(key);
    if (node == null || !node.isIntegralNumber() || !node.canConvertToLong()) {
      throw wrong(key, "must be a whole number");
    }
    return node.longValue();
  }

  /** A whole number from 0 on. */
  long naturalNumber(String key) {
    long number = wholeNumber(key);
    if (number < 0) {
      throw wrong(key, "must not be negative");
    }
    return number;
  }

  /** A finite number, or {@code absent} where there is none. */
  double number(String key, double absent) {
    JsonNode node = value(key);
    if (node == null) {
      return absent;
    }
    if (!node.isNumber() || !Double.isFinite(node.doubleValue())) {
      throw wrong(key, "must be a number");
    }
    return node.doubleValue();
  }

  boolean flag(String key, boolean absent) {
    JsonNode node = value(key);
    if (node == null) {
      return absent;
    }
    if (!node.isBoolean()) {
      throw wrong(key, "must be true or false");
    }
    return node.booleanValue();
  }

  ObjectNode object(String key) {
    if (value(key) instanceof ObjectNode child) {
      return child;
    }
    throw wrong(key, "must be an object");
  }

  /** The object under a key; errors about its values name the file and their own keys. */
  JsonFile inner(String key) {
    return new JsonFile(path, object(key));
  }

  /** Requires that a flag has the one value that is supported, which is also what it is taken to be where it is absent. */
  void requireFlag(String key, boolean supported) {
    if (flag(key, supported) != supported) {
      throw wrong(key, "must be " + supported + " to be opened here");
    }
  }

  /** Requires that a key is absent, or has an empty value. */
  void requireEmpty(String key) {
    JsonNode node = value(key);
    if (node != null && !(node.isContainerNode() && node.isEmpty())) {
      throw wrong(key, "must be absent to be opened here");
    }
  }

  /** Requires that a list of names, if there is one, has this name in it. */
  void requireListed(String key, String name) {
    JsonNode names = value(key);
    if (names == null) {
      return;
    }
    for (JsonNode node : names) {
      if (node.asText().equals(name)) {
        return;
      }
    }
    throw wrong(key, "must name " + name + " to be opened here");
  }

  /** The error for a key whose value does not serve: "PATH: "key" PROBLEM, but it is VALUE". */
  CheckpointException wrong(String key, String problem) {
    JsonNode node = object.get(key);
    String found = node == null ? "it is missing" : "it is " + Quotes.quote(node.toString()).replaceAll("^\"|\"$", "");
    return new CheckpointException(path + ": \"" + key + "\" " + problem + ", but " + found + ".");
  }
}
