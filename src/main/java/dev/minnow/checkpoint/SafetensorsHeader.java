package dev.minnow.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.minnow.tokenizer.FileProblem;
import dev.minnow.tokenizer.JsonProblem;
import dev.minnow.tokenizer.unicode.Quotes;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the JSON part of a safetensors file: which tensors it holds and where. It accepts what the format's own reader accepts, less
 * what the specification forbids and that reader lets pass (duplicate names), and bounds what a hostile file can make it allocate.
 */
final class SafetensorsHeader {
  /** The largest published models have under 100,000 tensors. */
  private static final int MOST_TENSORS = 1 << 18;

  /** NumPy's limit. */
  private static final int MOST_DIMENSIONS = 64;

  private static final int MOST_METADATA_CHARACTERS = 1 << 24;
  static final String METADATA = "__metadata__";
  private static final JsonFactory JSON =
      JsonFactory.builder()
          // A table of every name ever seen would let one file fill memory for good.
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(4).maxNumberLength(32).build())
          .build();

  private final Path path;
  private final Map<String, TensorEntry> entries = new LinkedHashMap<>();

  private SafetensorsHeader(Path path) {
    this.path = path;
  }

  /**
   * Parses and checks a header.
   *
   * @param json the header's bytes
   * @param dataBytes how many bytes follow it
   * @throws CheckpointException if it is malformed in any way, or does not cover the data exactly
   */
  static SafetensorsHeader read(Path path, InputStream json, long dataBytes) {
    SafetensorsHeader header = new SafetensorsHeader(path);
    // Given a reader, Jackson does not guess at other encodings.
    Reader strict =
        new InputStreamReader(
            json,
            StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT));
    List<TensorEntry> listed;
    try (JsonParser parser = JSON.createParser(strict)) {
      listed = header.readDocument(parser);
    } catch (JsonProcessingException e) {
      throw header.malformed("its header is not valid JSON (" + JsonProblem.of(e) + ")", e);
    } catch (CharacterCodingException e) {
      throw header.malformed("its header is not UTF-8", e);
    } catch (IOException e) {
      throw header.malformed("its header cannot be read (" + FileProblem.of(e) + ")", e);
    }
    header.requireExactCover(listed, dataBytes);
    return header;
  }

  /** The tensors by name, in the order of their bytes. */
  Map<String, TensorEntry> entries() {
    return Collections.unmodifiableMap(entries);
  }

  private List<TensorEntry> readDocument(JsonParser parser) throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw malformed("its header is not a JSON object", null);
    }
    List<TensorEntry> listed = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      if (!names.add(name)) {
        throw malformed("its header names " + Quotes.quote(name) + " twice", null);
      }
      if (names.size() > MOST_TENSORS) {
        throw malformed("its header lists more than " + MOST_TENSORS + " tensors", null);
      }
      if (name.equals(METADATA)) {
        checkMetadata(parser);
      } else {
        listed.add(readTensor(name, parser));
      }
    }
    if (parser.nextToken() != null) {
      throw malformed("something follows the JSON object in its header", null);
    }
    return listed;
  }

  /** Free text, which Minnow has no use for. */
  private void checkMetadata(JsonParser parser) throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw malformed(METADATA + " is not an object of strings", null);
    }
    Set<String> keys = new HashSet<>();
    long characters = 0;
    for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
      if (parser.nextToken() != JsonToken.VALUE_STRING) {
        throw malformed(METADATA + " holds something other than a string at " + Quotes.quote(key), null);
      }
      characters += key.length() + parser.getTextLength();
      if (characters > MOST_METADATA_CHARACTERS) {
        throw malformed(METADATA + " is longer than " + MOST_METADATA_CHARACTERS + " characters", null);
      }
      if (!keys.add(key)) {
        throw malformed(METADATA + " names " + Quotes.quote(key) + " twice", null);
      }
    }
  }

  private TensorEntry readTensor(String name, JsonParser parser) throws IOException {
    String tensor = "the tensor " + Quotes.quote(name);
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw malformed(tensor + " is not described by an object", null);
    }
    StoredType type = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
      boolean again =
          switch (key) {
            case "dtype" -> type != null;
            case "shape" -> shape != null;
            case "data_offsets" -> offsets != null;
            default -> throw malformed(tensor + " has the unknown field " + Quotes.quote(key), null);
          };
      if (again) {
        throw malformed(tensor + " states its " + key + " twice", null);
      }
      switch (key) {
        case "dtype" -> type = readType(tensor, parser);
        case "shape" -> shape = readCounts(tensor, key, MOST_DIMENSIONS, parser);
        default -> offsets = readCounts(tensor, key, 2, parser);
      }
    }
    if (type == null || shape == null || offsets == null) {
      throw malformed(tensor + " lacks its " + (type == null ? "dtype" : shape == null ? "shape" : "data_offsets"), null);
    }
    if (offsets.size() != 2) {
      throw malformed(tensor + " has " + offsets.size() + " data_offsets instead of 2", null);
    }
    TensorEntry entry = new TensorEntry(name, type, shape, offsets.get(0), offsets.get(1));
    requireSize(tensor, entry);
    return entry;
  }

  private StoredType readType(String tensor, JsonParser parser) throws IOException {
    if (parser.nextToken() == JsonToken.VALUE_STRING) {
      for (StoredType type : StoredType.values()) {
        if (type.name().equals(parser.getText())) {
          return type;
        }
      }
    }
    throw malformed(tensor + " has the unknown dtype " + Quotes.quote(String.valueOf(parser.getText())), null);
  }

  private List<Long> readCounts(String tensor, String key, int most, JsonParser parser) throws IOException {
    if (parser.nextToken() != JsonToken.START_ARRAY) {
      throw malformed(tensor + " has a " + key + " that is not a list", null);
    }
    List<Long> counts = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (counts.size() == most) {
        throw malformed(tensor + " has a " + key + " of more than " + most + " numbers", null);
      }
      counts.add(readCount(tensor, key, parser));
    }
    return List.copyOf(counts);
  }

  private long readCount(String tensor, String key, JsonParser parser) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT && !parser.getText().startsWith("-")) {
      try {
        return Long.parseLong(parser.getText());
      } catch (NumberFormatException tooLarge) {
        // Reported below like every other number that is no count.
      }
    }
    throw malformed(
        tensor + " has " + Quotes.quote(String.valueOf(parser.getText())) + " in its " + key + ", which is not a count", null);
  }

  private void requireSize(String tensor, TensorEntry entry) {
    long bits;
    try {
      long elements = entry.shape().stream().reduce(1L, Math::multiplyExact);
      bits = Math.multiplyExact(elements, (long) entry.type().bits());
    } catch (ArithmeticException e) {
      throw malformed(tensor + " has a shape whose size overflows", e);
    }
    long stated = entry.endBytes() - entry.beginBytes();
    if (stated < 0) {
      throw malformed(tensor + " ends before it begins", null);
    }
    if (bits % Byte.SIZE != 0 || bits / Byte.SIZE != stated) {
      throw malformed(
          tensor + " has " + stated + " bytes where its dtype and shape make " + bits / (double) Byte.SIZE, null);
    }
  }

  private void requireExactCover(List<TensorEntry> listed, long dataBytes) {
    listed.sort(Comparator.comparingLong(TensorEntry::beginBytes).thenComparingLong(TensorEntry::endBytes));
    long end = 0;
    for (TensorEntry entry : listed) {
      if (entry.beginBytes() != end) {
        throw malformed(
            "the tensor " + Quotes.quote(entry.name()) + (entry.beginBytes() < end ? " overlaps another" : " follows a gap"),
            null);
      }
      end = entry.endBytes();
      entries.put(entry.name(), entry);
    }
    if (end != dataBytes) {
      throw malformed("its tensors take " + end + " bytes, but " + dataBytes + " follow the header", null);
    }
  }

  private CheckpointException malformed(String problem, @Nullable Throwable cause) {
    return SafetensorsFile.malformed(path, problem, cause);
  }
}
