package dev.minnow.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenedTest {
  private final List<String> closed = new ArrayList<>();
  private final Opened opened = new Opened();

  @Test
  void theLatestIsClosedFirstAndOnce() {
    String first = "first";
    assertSame(first, opened.add(first, closed::add));
    opened.add("second", closed::add);
    opened.close();
    opened.close();
    assertEquals(List.of("second", "first"), closed);
  }

  @Test
  void aFailureKeepsNothingOpen() {
    opened.add("first", closed::add);
    for (String name : List.of("second", "third")) {
      opened.add(name, _ -> {
        throw new IllegalStateException(name);
      });
    }
    IllegalStateException failure = assertThrows(IllegalStateException.class, opened::close);
    assertEquals("third", failure.getMessage());
    assertEquals("second", failure.getSuppressed()[0].getMessage());
    assertEquals(List.of("first"), closed);
  }
}
