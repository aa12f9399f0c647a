package dev.minnow.tokenizer.split;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AddedTokenFinderTest {
  private static AddedTokenFinder finder(List<String> names) {
    return new AddedTokenFinder(IntStream.range(0, names.size()).mapToObj(id -> AddedToken.special(id, names.get(id))).toList());
  }

  /** What is found of the names, each with its place. */
  private static List<String> found(List<String> names, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    List<String> found = new ArrayList<>();
    finder(names).find(bytes, 0, bytes.length, new AddedTokenFinder.Listener() {
      private int at;

      @Override
      public void text(int from, int to) {
        assertEquals(at, from);
        at = to;
      }

      @Override
      public void token(int id) {
        found.add(at + " " + names.get(id));
        at += names.get(id).getBytes(StandardCharsets.UTF_8).length;
      }
    });
    return found;
  }

  @Test
  void theLeftmostAndThenTheLongestIsFound() {
    List<String> names = List.of("<s>", "<s><s>", "s><", "é");
    assertEquals(List.of("0 <s><s>", "6 <s>", "10 é"), found(names, "<s><s><s>xé"));
    assertEquals(List.of("1 s><"), found(names, "ss><"));
    assertEquals(List.of(), found(names, "<s <s"));
    assertEquals(List.of(), found(List.of(), "<s>"));
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
      assertEquals(expected, found(names, text), names + " in " + text);
    }
  }
}
