package dev.minnow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextTableTest {
  @Test
  void numbersStandUnderEachOther() {
    TextTable table = new TextTable().row("what", "ms", "share").row("a longer name", "12.50").row("").row("b", "3.00", "1 %");
    assertEquals("""
        what              ms  share
        a longer name  12.50

        b               3.00    1 %
        """, table.toString());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      1234567.8 | 2 | 1,234,568
      1234.5    | 2 | 1,235
      45.31     | 2 | 45
      45.31     | 3 | 45.3
      9.96      | 2 | 10
      0.4567    | 2 | 0.46
      0.0012345 | 3 | 0.00123
      0         | 2 | 0
      """)
  void smallNumbersKeepDigitsThatMatter(double value, int digits, String shown) {
    assertEquals(shown, TextTable.number(value, digits));
  }
}
