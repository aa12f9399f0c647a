package dev.minnow.tokenizer.unicode;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CharacterClassTest {
  @Test
  void whiteSpaceIsUnicodesTwentyFiveCodePoints() {
    int[] expected =
        IntStream.concat(
            IntStream.of(0x9, 0xA, 0xB, 0xC, 0xD, 0x20, 0x85, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000),
            IntStream.rangeClosed(0x2000, 0x200A))
            .sorted()
            .toArray();
    int[] found =
        IntStream.rangeClosed(0, Character.MAX_CODE_POINT).filter(c -> CharacterClass.of(c) == CharacterClass.WHITE_SPACE).toArray();
    assertEquals(25, expected.length);
    assertEquals(IntStream.of(expected).boxed().toList(), IntStream.of(found).boxed().toList());
  }

  @Test
  void lettersAndNumbersAreThoseOfTheRegularExpression() {
    Pattern letter = Pattern.compile("\\p{L}");
    Pattern number = Pattern.compile("\\p{N}");
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      String character = Character.toString(c);
      byte found = CharacterClass.of(c);
      assertEquals(letter.matcher(character).matches(), found == CharacterClass.LETTER, "U+%X".formatted(c));
      assertEquals(number.matcher(character).matches(), found == CharacterClass.NUMBER, "U+%X".formatted(c));
    }
  }
}
