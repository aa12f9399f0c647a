package dev.minnow.checkpoint.gguf;

import dev.minnow.checkpoint.CheckpointException;
import dev.minnow.tokenizer.unicode.Quotes;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The named values of a GGUF file. They stay in the file until they are asked for; a value of another kind than the one asked for is an
 * error that names the key.
 */
public final class GgufMetadata {
  /** Of one text, or of all texts of an array. */
  private static final int LONGEST_TEXT_BYTES = 64 << 20;

  /** An array of texts takes some 60 bytes of memory for each, however short. */
  private static final int MOST_TEXTS = 1 << 20;

  private static final int LONGEST_TEXT_IN_ARRAY_BYTES = 1 << 16;

  /** @param start of the value in the file, after its type; of an array, of its first element */
  record Value(GgufValueType type, long start, GgufValueType elementType, int count) {}

  private final Path path;
  private final MemorySegment file;
  private final Map<String, Value> values;

  GgufMetadata(Path path, MemorySegment file, Map<String, Value> values) {
    this.path = path;
    this.file = file;
    this.values = values;
  }

  /** The file that they come from. */
  public Path path() {
    return path;
  }

  /** All keys, in the order of the file. */
  public Set<String> keys() {
    return values.keySet();
  }

  /** Whether there is a value of this name. */
  public boolean has(String key) {
    return values.containsKey(key);
  }

  private GgufCursor at(Value value) {
    return new GgufCursor(path, file, value.start());
  }

  /** A text. */
  public Optional<String> text(String key) {
    Value value = values.get(key);
    if (value == null) {
      return Optional.empty();
    }
    if (value.type() != GgufValueType.STRING) {
      throw wrong(key, "must be a text, but it is " + value.type());
    }
    return Optional.of(at(value).string("the value of " + Quotes.quote(key), LONGEST_TEXT_BYTES));
  }

  /** A whole number from {@code least} to 2147483647, of any width. */
  public OptionalInt wholeNumber(String key, int least) {
    Value value = values.get(key);
    if (value == null) {
      return OptionalInt.empty();
    }
    if (!value.type().isWholeNumber()) {
      throw wrong(key, "must be a whole number, but it is " + value.type());
    }
    long number = wholeNumber(at(value), value.type());
    if (number < least || number > Integer.MAX_VALUE) {
      boolean unsigned = value.type() == GgufValueType.UINT64;
      throw wrong(
          key,
          String.format(Locale.ROOT, "must be a whole number from %d to %d, but it is %s", least, Integer.MAX_VALUE,
              unsigned ? Long.toUnsignedString(number) : String.valueOf(number)));
    }
    return OptionalInt.of((int) number);
  }

  /** As {@link #wholeNumber}, of a key that the file must have. */
  public int count(String key) {
    return wholeNumber(key, 1).orElseThrow(() -> wrong(key, "must be a whole number, but it is missing"));
  }

  /** A number of 64 unsigned bits beyond what a long holds is negative. */
  private static long wholeNumber(GgufCursor cursor, GgufValueType type) {
    return switch (type) {
      case UINT8 -> cursor.int8("a value") & 0xFF;
      case INT8 -> cursor.int8("a value");
      case UINT16 -> cursor.int16("a value") & 0xFFFF;
      case INT16 -> cursor.int16("a value");
      case UINT32 -> Integer.toUnsignedLong(cursor.int32("a value"));
      case INT32 -> cursor.int32("a value");
      default -> cursor.int64("a value");
    };
  }

  /** A finite number with a fraction. */
  public Optional<Float> number(String key) {
    Value value = values.get(key);
    if (value == null) {
      return Optional.empty();
    }
    float number =
        switch (value.type()) {
          case FLOAT32 -> Float.intBitsToFloat(at(value).int32("a value"));
          case FLOAT64 -> (float) Double.longBitsToDouble(at(value).int64("a value"));
          default -> throw wrong(key, "must be a number with a fraction, but it is " + value.type());
        };
    if (!Float.isFinite(number)) {
      throw wrong(key, "must be a finite number, but it is " + number);
    }
    return Optional.of(number);
  }

  /** A truth value. */
  public Optional<Boolean> flag(String key) {
    Value value = values.get(key);
    if (value == null) {
      return Optional.empty();
    }
    if (value.type() != GgufValueType.BOOL) {
      throw wrong(key, "must be true or false, but it is " + value.type());
    }
    return Optional.of(at(value).int8("a value") != 0);
  }

  /** An array of texts. */
  public Optional<List<String>> texts(String key) {
    Value value = values.get(key);
    if (value == null) {
      return Optional.empty();
    }
    Value array = array(key, value);
    if (array.elementType() != GgufValueType.STRING) {
      throw wrong(key, "must be an array of texts, but it is one of " + array.elementType());
    }
    GgufCursor cursor = at(array);
    List<String> texts = new ArrayList<>(array.count());
    for (int i = 0; i < array.count(); i++) {
      if (cursor.position() - array.start() > LONGEST_TEXT_BYTES) {
        throw wrong(key, "may have at most " + LONGEST_TEXT_BYTES + " bytes, but it has more");
      }
      texts.add(cursor.string("element " + i + " of " + Quotes.quote(key), LONGEST_TEXT_IN_ARRAY_BYTES));
    }
    return Optional.of(texts);
  }

  /** An array of whole numbers that fit in 32 bits. */
  public Optional<int[]> wholeNumbers(String key) {
    Value value = values.get(key);
    if (value == null) {
      return Optional.empty();
    }
    Value array = array(key, value);
    if (!array.elementType().isWholeNumber()) {
      throw wrong(key, "must be an array of whole numbers, but it is one of " + array.elementType());
    }
    GgufCursor cursor = at(array);
    int[] numbers = new int[array.count()];
    for (int i = 0; i < numbers.length; i++) {
      long number = wholeNumber(cursor, array.elementType());
      if (number != (int) number) {
        throw wrong(key, "has " + number + " at place " + i + ", which is out of any range");
      }
      numbers[i] = (int) number;
    }
    return Optional.of(numbers);
  }

  private Value array(String key, Value value) {
    if (value.type() != GgufValueType.ARRAY) {
      throw wrong(key, "must be an array, but it is " + value.type());
    }
    if (value.count() > MOST_TEXTS) {
      throw wrong(key, "may have at most " + MOST_TEXTS + " elements, but it has " + value.count());
    }
    return value;
  }

  /** Requires that {@code general.alignment} is one that the format knows; 32 where the key is absent. */
  long alignment() {
    String key = "general.alignment";
    Value value = values.get(key);
    if (value == null) {
      return GgufFile.DEFAULT_ALIGNMENT;
    }
    if (value.type() != GgufValueType.UINT32) {
      throw wrong(key, "must be of type UINT32, but it is " + value.type());
    }
    long alignment = wholeNumber(at(value), value.type());
    if (Long.bitCount(alignment) != 1 || alignment > GgufFile.LARGEST_ALIGNMENT) {
      throw wrong(key, "must be a power of two up to " + GgufFile.LARGEST_ALIGNMENT + ", but it is " + alignment);
    }
    return alignment;
  }

  /** The error for a key whose value does not serve: "PATH: "key" PROBLEM". */
  public CheckpointException wrong(String key, String problem) {
    return new CheckpointException(path + ": " + Quotes.quote(key) + " " + problem + ".");
  }
}
