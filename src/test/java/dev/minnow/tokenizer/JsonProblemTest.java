package dev.minnow.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class JsonProblemTest {
  @Test
  void theParsersOwnPlaceIsLeftOut() {
    JsonProcessingException e = assertThrows(JsonProcessingException.class, () -> new ObjectMapper().readTree("{\n"));
    assertEquals("Unexpected end-of-input: expected close marker for Object", JsonProblem.of(e));
    assertEquals(" at line 2", JsonProblem.place(e));
  }
}
