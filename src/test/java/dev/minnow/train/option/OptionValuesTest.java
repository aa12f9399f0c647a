package dev.minnow.train.option;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.minnow.train.Preset;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionValuesTest {
  @ParameterizedTest
  @CsvSource({
      "10, 10", "0, 0", "-200, -200", "1500000, 1500000", "0.1, 0.1", "6e-4, 0.0006", "12.50, 12.5", "1e-8, 1E-8", "1e11, 100000000000",
      "1e30, 1E+30", "0.30000000000000004, 0.3"
  })
  void numbersOfUsualSizeAreWrittenAsPeopleWriteThem(double value, String word) {
    assertEquals(word, OptionValues.word("spike", OptionValues.of("spike", value)));
  }

  @Test
  void aChoiceThatIsNoneIsToldAsItWasGiven() {
    Map<String, Object> given = Map.of("optimizer", "adam-w");
    String message = assertThrows(IllegalArgumentException.class, () -> RunOptions.create(Preset.NANO, given)).getMessage();
    assertEquals("There is no optimizer adam-w; choose one of adamw, sgd, muon.", message);
  }

  @Test
  void aRunsWordsAreOptionsOfTheCommandLine() {
    Map<String, String> words = RunOptions.create(Preset.NANO, Map.of("spike", 10.0)).words();
    assertEquals("10", words.get("spike"));
    assertFalse(words.containsKey("fold") || words.containsKey("replaced"), words.toString());
  }
}
