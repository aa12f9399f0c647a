package dev.minnow.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class JsonProblemTest {
  @Test
  void theParsersOwnPlaceIsLeftOut() {
    JsonProcessingException e = assertThrows(JsonProcessingException.class, () -> new ObjectMapper().readTree("{\n"));
    assertEquals("Unexpected end-of-input: expected close marker for Object", JsonProblem.of(e));
    assertEquals(" at line 2", JsonProblem.place(e));
  }

  @Test
  void howTheParserMayBeSetUpIsLeftOut() {
    ObjectMapper strict = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    assertEquals("Trailing token (of type START_OBJECT) found after value", problem(strict, "{}{}"));
    assertEquals("Non-standard token 'NaN'", problem(strict, "{\"a\":NaN}"));
    String deep = problem(strict, "[".repeat(2000));
    assertTrue(deep.matches("Document nesting depth \\(\\d+\\) exceeds the maximum allowed \\(\\d+\\)"), deep);
  }

  /** The parser repeats names and tokens as they are, and a file of a stranger may hold commands for the terminal there. */
  @Test
  void whatTheTextSaysIsFitToPrint() {
    ObjectMapper strict = new ObjectMapper().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
    assertEquals("Duplicate field '?[2J'", problem(strict, "{\"\\u001b[2J\":1,\"\\u001b[2J\":2}"));
    assertTrue(problem(strict, "tru\u001bc").startsWith("Unrecognized token 'tru?c'"), problem(strict, "tru\u001bc"));
    String name = "n".repeat(3000);
    String cut = problem(strict, "{\"" + name + "\":1,\"" + name + "\":2}");
    assertTrue(cut.length() < 300 && cut.endsWith("..."), cut);
  }

  private static String problem(ObjectMapper mapper, String json) {
    return JsonProblem.of(assertThrows(JsonProcessingException.class, () -> mapper.readTree(json)));
  }
}
