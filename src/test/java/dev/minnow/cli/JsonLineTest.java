package dev.minnow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonLineTest {
  @Test
  void writesKeysInOrderOnOneLine() {
    JsonLine json = new JsonLine().put("text", "a\n\"b\" é\u2028\u0085").put("n", 3).put("long", 1L << 60).put("flag", true);
    assertEquals("{\"text\":\"a\\n\\\"b\\\" é\\u2028\\u0085\",\"n\":3,\"long\":1152921504606846976,\"flag\":true}", json.toString());
  }

  @Test
  void whatIsAbsentOrNotFiniteIsNull() {
    JsonLine json =
        new JsonLine()
            .put("absent", null)
            .put("nan", Double.NaN)
            .put("infinite", Float.NEGATIVE_INFINITY)
            .put("list", Arrays.asList(1.5, Double.POSITIVE_INFINITY, null));
    assertEquals("{\"absent\":null,\"nan\":null,\"infinite\":null,\"list\":[1.5,null,null]}", json.toString());
  }

  @Test
  void aTreeIsWrittenTheSameWay() throws IOException {
    JsonNode tree = new JsonMapper().readTree("{\"a\":[1,0.5,1e999,\"x\",null],\"b\":{\"c\":true,\"d\":-1e999},\"e\":{}}");
    assertEquals(
        "{\"tree\":{\"a\":[1,0.5,null,\"x\",null],\"b\":{\"c\":true,\"d\":null},\"e\":{}}}", new JsonLine().put("tree", tree).toString());
  }

  @Test
  void nestsObjectsAndLists() {
    JsonLine json = new JsonLine().put("tensors", List.of(new JsonLine().put("shape", List.of(2, 3)).put("mean", 0.1f)));
    assertEquals("{\"tensors\":[{\"shape\":[2,3],\"mean\":0.1}]}", json.toString());
  }
}
