package dev.minnow.train.report;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a browser puts what the page holds. */
class ReportLayoutTest extends ChromiumPage {
  /** Of all rows of tables, the greatest height, and the least width of a cell with many letters. */
  private static final String TABLE =
      """
          (() => {
            const cells = [...document.querySelectorAll("table.data td")];
            return {
              tallest: Math.max(...[...document.querySelectorAll("table.data tr")].map(row => row.offsetHeight)),
              narrowest: Math.min(...cells.filter(cell => cell.textContent.length > 20).map(cell => cell.offsetWidth)),
            };
          })()""";

  /** How far, in pixels, the widest entry of a legend reaches beyond its chart. */
  private static final String BEYOND =
      """
          Math.max(...[...document.querySelectorAll(".u-legend *")].map(
            part => part.getBoundingClientRect().right - part.closest(".chart").getBoundingClientRect().right))""";

  @Test
  void aTableOnAPhoneHasNoColumnOfAFewLetters() throws Exception {
    resize(500, 900);
    show(ExampleRun.write(folder.resolve("shakespeare-nano-seed-3-lr-0.003"), 40), ExampleRun.write(folder.resolve("b"), 40));
    JsonNode table = browser.evaluate(TABLE);
    assertTrue(table.path("tallest").asInt() < 80, "a row is as tall as many lines: " + table);
    assertTrue(table.path("narrowest").asInt() > 150, "a cell of many words has room for one: " + table);
    assertTrue(browser.evaluate("document.documentElement.scrollWidth").asInt() <= 500, "the page is wider than the phone");
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 1280})
  void aNameOfAnyLengthStaysInItsChart(int width) throws Exception {
    resize(width, 900);
    show(ExampleRun.write(folder.resolve("x".repeat(200)), 40), ExampleRun.write(folder.resolve("b"), 40));
    assertTrue(browser.evaluate(BEYOND).asDouble() <= 0.5, "a legend reaches beyond its chart by " + browser.evaluate(BEYOND));
    assertTrue(browser.evaluate("document.documentElement.scrollWidth").asInt() <= width, "the page is wider than the screen");
  }
}
