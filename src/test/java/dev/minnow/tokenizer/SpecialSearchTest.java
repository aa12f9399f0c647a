package dev.minnow.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SpecialSearchTest {
  private static List<String> found(SpecialSearch search, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    List<String> found = new ArrayList<>();
    for (int at = search.next(bytes, 0, bytes.length); at < bytes.length; at = search.next(bytes, at, bytes.length)) {
      int length = search.length(bytes, at, bytes.length);
      found.add(at + " " + new String(bytes, at, length, StandardCharsets.UTF_8));
      at += length;
    }
    return found;
  }

  @Test
  void theLeftmostAndThenTheLongestIsFound() {
    SpecialSearch search = new SpecialSearch(List.of("<s>", "<s><s>", "s><", "é"));
    assertEquals(List.of("0 <s><s>", "6 <s>", "10 é"), found(search, "<s><s><s>xé"));
    assertEquals(List.of("1 s><"), found(search, "ss><"));
    assertEquals(List.of(), found(search, "<s <s"));
    assertEquals(List.of(), found(new SpecialSearch(List.of()), "<s>"));
  }

  @Test
  void whatIsFoundIsWhatTryingEveryNameAtEveryPlaceFinds() {
    Random random = new Random(71);
    for (int trial = 0; trial < 500; trial++) {
      List<String> names = new ArrayList<>();
      for (int i = random.nextInt(4); i >= 0; i--) {
        names.add(random.ints(1 + random.nextInt(4), 'a', 'c').mapToObj(Character::toString).reduce("", String::concat));
      }
      String text = random.ints(random.nextInt(30), 'a', 'd').mapToObj(Character::toString).reduce("", String::concat);
      List<String> expected = new ArrayList<>();
      for (int at = 0; at < text.length();) {
        String longest = "";
        for (String name : names) {
          longest = text.startsWith(name, at) && name.length() > longest.length() ? name : longest;
        }
        if (!longest.isEmpty()) {
          expected.add(at + " " + longest);
        }
        at += Math.max(longest.length(), 1);
      }
      assertEquals(expected, found(new SpecialSearch(names), text), names + " in " + text);
    }
  }
}
