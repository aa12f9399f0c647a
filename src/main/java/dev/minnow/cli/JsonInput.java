package dev.minnow.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Predicate;

/** Lines of standard input that are one piece of JSON each. What is not as it must be is an error that names its line. */
final class JsonInput {
  /** A line is in memory before it is read, and may be one string. */
  private static final JsonMapper JSON =
      JsonMapper.builder(
          JsonFactory.builder()
              .streamReadConstraints(StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
              .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final InputStream in;
  private long number;

  JsonInput(InputStream in) {
    this.in = new BufferedInputStream(in, 1 << 16);
  }

  /**
   * The string that is the next line; empty at the end.
   *
   * @throws IOException if it is none, or holds half of a pair of surrogates, which is no character
   */
  Optional<String> nextString() throws IOException {
    Optional<String> text = next(JsonNode::isTextual, "string", "\"text\"").map(JsonNode::textValue);
    if (text.isPresent() && !StandardCharsets.UTF_8.newEncoder().canEncode(text.get())) {
      throw new IOException(
          "Line " + number + " of standard input has half of a pair of surrogates, which is no character; mend the text.");
    }
    return text;
  }

  /**
   * The token ids that are the next line; empty at the end.
   *
   * @throws IOException if it is no array, or holds anything but whole numbers
   */
  Optional<int[]> nextIds() throws IOException {
    return next(value -> value.isArray() && value.valueStream().allMatch(JsonInput::isId), "array of token ids", "[1,2]")
        .map(value -> value.valueStream().mapToInt(JsonNode::intValue).toArray());
  }

  private static boolean isId(JsonNode value) {
    return value.isIntegralNumber() && value.canConvertToInt();
  }

  private Optional<JsonNode> next(Predicate<JsonNode> right, String what, String example) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int next = in.read();
    if (next < 0) {
      return Optional.empty();
    }
    for (; next >= 0 && next != '\n'; next = in.read()) {
      line.write(next);
    }
    number++;
    try {
      JsonNode value = JSON.readTree(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line.toByteArray())).toString());
      if (right.test(value)) {
        return Optional.of(value);
      }
    } catch (CharacterCodingException e) {
      throw new IOException("Line " + number + " of standard input is not UTF-8; convert it first, for example with iconv.", e);
    } catch (IOException e) {
      // What is no JSON is not what is wanted either: said below.
    }
    throw new IOException(
        "Line " + number + " of standard input is not a JSON " + what + "; give one on each line, such as " + example + ".");
  }
}
