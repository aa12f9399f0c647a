package dev.minnow.train.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WrittenTest {
  private static String value(String json) throws JsonProcessingException {
    return Written.value(new JsonMapper().readTree(json));
  }

  @Test
  void numbersAreWrittenWithoutWhatTellsNothing() {
    assertEquals(
        "1e-8 10 0.5 0 -2.5e-7 0.00707107 1e9",
        Stream.of(1e-8, 10.0, 0.5, 0.0, -2.5e-7, 0.02 / Math.sqrt(8), 1e9).map(Written::number).collect(Collectors.joining(" ")));
  }

  @Test
  void numbersInArraysAreWrittenAsThoseBeside() throws JsonProcessingException {
    assertEquals("0.707107", value("0.7071067811865476"));
    assertEquals("a, 1, 0.707107, true", value("[\"a\", 1, 0.7071067811865476, true]"));
    assertEquals("{\"a\":1}", value("{\"a\": 1}"));
    assertEquals("Infinity", value("1e999"));
  }

  @Test
  void ofALongArrayTheFirstAreTold() {
    assertEquals(
        "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 and 3 more",
        Written.value(new JsonMapper().valueToTree(IntStream.rangeClosed(1, 15).toArray())));
  }
}
