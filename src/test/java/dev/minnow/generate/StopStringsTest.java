package dev.minnow.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class StopStringsTest {
  @Test
  void withoutStopsAllTextPassesAtOnce() {
    StopStrings stops = new StopStrings(List.of());
    assertEquals("abc", stops.accept("abc"));
    assertEquals("", stops.flush());
  }

  @Test
  void textBeforeAStopStringPassesAndNothingAfterIt() {
    StopStrings stops = new StopStrings(List.of("END"));
    assertEquals("one ", stops.accept("one END two"));
    assertEquals(true, stops.found());
    assertEquals("", stops.accept("three"));
    assertEquals("", stops.flush());
  }

  @Test
  void whatMayBecomeAStopStringIsHeldBack() {
    StopStrings stops = new StopStrings(List.of("END", "\n\n"));
    assertEquals("x", stops.accept("xE"));
    assertEquals("", stops.accept("N"));
    assertEquals("ENx", stops.accept("x"));
    assertEquals("", stops.accept("\n"));
    assertEquals(false, stops.found());
    assertEquals("", stops.accept("\nmore"));
    assertEquals(true, stops.found());
  }

  @Test
  void heldTextComesOutAtTheEnd() {
    StopStrings stops = new StopStrings(List.of("END"));
    assertEquals("", stops.accept("EN"));
    assertEquals("EN", stops.flush());
  }

  @Test
  void theEarliestOfSeveralStopsCounts() {
    StopStrings stops = new StopStrings(List.of("c", "b"));
    assertEquals("a", stops.accept("abc"));
  }
}
