package dev.minnow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

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
}
