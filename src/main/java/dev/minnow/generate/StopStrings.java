package dev.minnow.generate;

import java.util.List;

/** Holds text back while it may still become a stop string. */
final class StopStrings {
  private final List<String> stops;
  private final StringBuilder held = new StringBuilder();
  private boolean found;

  StopStrings(List<String> stops) {
    this.stops = stops;
  }

  /** Takes more text and returns what can be shown now: all before a stop string, or before what may be the beginning of one. */
  String accept(String text) {
    if (found) {
      return "";
    }
    held.append(text);
    int end = earliestStop();
    found = end >= 0;
    int shown = found ? end : held.length() - longestBeginning();
    String ready = held.substring(0, shown);
    held.delete(0, shown);
    return ready;
  }

  /** What is left at the end, when no stop string came. */
  String flush() {
    return found ? "" : held.toString();
  }

  boolean found() {
    return found;
  }

  private int earliestStop() {
    return stops.stream().mapToInt(held::indexOf).filter(index -> index >= 0).min().orElse(-1);
  }

  /** Length of the longest end of the held text with which a stop string begins. */
  private int longestBeginning() {
    int longest = 0;
    for (String stop : stops) {
      for (int length = Math.min(stop.length() - 1, held.length()); length > longest; length--) {
        if (stop.startsWith(held.substring(held.length() - length))) {
          longest = length;
        }
      }
    }
    return longest;
  }
}
