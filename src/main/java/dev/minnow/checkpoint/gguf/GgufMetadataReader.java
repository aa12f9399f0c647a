package dev.minnow.checkpoint.gguf;

import dev.minnow.checkpoint.CheckpointException;
import dev.minnow.checkpoint.gguf.GgufMetadata.Value;
import dev.minnow.tokenizer.unicode.Quotes;
import java.util.LinkedHashMap;
import java.util.Map;

/** Finds the named values of a GGUF file: checks their form from the first to the last, and notes where each is. */
final class GgufMetadataReader {
  /** The specification's limit. */
  private static final int LONGEST_KEY_BYTES = 65_535;

  /** Published files have some 50. */
  private static final int MOST_KEYS = 1 << 16;

  /** Of all keys together: a hundred times what published files have. */
  private static final int MOST_KEY_BYTES = 1 << 20;

  private final GgufCursor cursor;
  private final Map<String, Value> values = new LinkedHashMap<>();

  private GgufMetadataReader(GgufCursor cursor) {
    this.cursor = cursor;
  }

  /**
   * Reads the number of values, and the name and place of each, in the order of the file.
   *
   * @throws CheckpointException if one is malformed
   */
  static Map<String, Value> read(GgufCursor cursor) {
    GgufMetadataReader reader = new GgufMetadataReader(cursor);
    // Each has a key of at least 1 byte, a type and a value.
    long count = cursor.count("metadata values", MOST_KEYS, Long.BYTES + 1 + Integer.BYTES + 1);
    long keyBytes = 0;
    for (long i = 0; i < count; i++) {
      keyBytes += reader.readEntry("metadata key " + i);
      if (keyBytes > MOST_KEY_BYTES) {
        throw cursor.malformed("the keys of its metadata are longer than " + MOST_KEY_BYTES + " characters together", null);
      }
    }
    return reader.values;
  }

  /** Reads one key and where its value is; returns the length of the key. */
  private int readEntry(String what) {
    String key = cursor.string(what, LONGEST_KEY_BYTES);
    if (key.isEmpty()) {
      throw cursor.malformed(what + " is empty", null);
    }
    String value = "the value of " + Quotes.quote(key);
    GgufValueType type = cursor.type(value);
    GgufValueType elementType = type;
    int elements = 1;
    long start = cursor.position();
    if (type == GgufValueType.ARRAY) {
      elementType = cursor.type(value);
      if (elementType == GgufValueType.ARRAY) {
        throw cursor.malformed(value + " is an array of arrays, which no program reads", null);
      }
      elements = (int) cursor.arrayCount(value, elementType);
      start = cursor.position();
    }
    skip(value, elementType, elements);
    if (values.put(key, new Value(type, start, elementType, elements)) != null) {
      throw cursor.malformed("its metadata names " + Quotes.quote(key) + " twice", null);
    }
    return key.length();
  }

  private void skip(String value, GgufValueType type, int elements) {
    switch (type) {
      case STRING -> {
        for (int i = 0; i < elements; i++) {
          cursor.skipString(value);
        }
      }
      case BOOL -> {
        for (int i = 0; i < elements; i++) {
          byte flag = cursor.int8(value);
          if (flag != 0 && flag != 1) {
            throw cursor.malformed(value + " is a truth value of " + (flag & 0xFF) + ", neither 0 nor 1", null);
          }
        }
      }
      default -> cursor.skip((long) elements * type.leastBytes(), value);
    }
  }
}
